"""A carrier's report in two bare statements: one reads, one keeps it and moves the parcel, all or nothing (decision 0017).

What a report means is said by `rules` and by the use case's functions, here as there. No lock is held in between: a parcel that
is not as it was read any more is the use case's, which locks it and looks again.
"""

from datetime import UTC, datetime

import asyncpg

from chassis import outbox
from chassis.runtime import Runtime
from chassis.shortcuts import Row
from contracts.events.logistics import ParcelState
from svc_logistics import rules
from svc_logistics.rules import Place, Report
from svc_logistics.schemas import CarrierCallback
from svc_logistics.use_cases import parcels

# `xmin` says which transaction wrote the row as it is.
_FOUND = """
    select p.id, p.case_id, p.request_id, p.person_id, p.direction, p.contents, p.sequence, p.arrived_at, p.cancelled_at,
           p.xmin as written_by, newest.sequence as newest, newest.at as newest_at, newest.code as newest_code,
           exists (select from carrier_report where event_id = $3) as is_known
    from parcel p left join lateral (
        select r.sequence, r.at, r.code from carrier_report r where r.parcel_id = p.id and r.code = any($4)
        order by r.sequence desc, r.at desc limit 1
    ) as newest on true
    where p.waybill_no = $1 or p.id = $2
"""
_KEPT = """
    insert into carrier_report (parcel_id, event_id, waybill_no, code, sequence, at) values ($1, $2, $3, $4, $5, $6)
    on conflict do nothing
"""
_MOVED = """
    with moved as (
        update parcel set state = $8, sequence = $9, state_at = $10, arrived_at = $11
        where id = $1 and xmin = $7 returning id
    ), kept as (
        insert into carrier_report (parcel_id, event_id, waybill_no, code, sequence, at)
        select id, $2, $3, $4, $5::integer, $6::timestamptz from moved
        on conflict do nothing
    )
    insert into outbox (topic, key, value)
    select topic, key, value from moved, unnest($12::text[], $13::text[], $14::bytea[]) as told (topic, key, value)
"""


async def take(runtime: Runtime, carrier: str, callback: CarrierCallback) -> bool:
    """Whether it is done; otherwise nothing has changed, and `parcels.report` should look."""
    if callback.at.tzinfo is None:
        return False
    async with runtime.bare.use() as connection:
        asked = (callback.waybill_no, parcels.reference(callback), callback.event_id, rules.codes(carrier))
        found = await connection.fetch(_FOUND, *asked)
        if len(found) != 1 or found[0]["cancelled_at"] is not None:
            return False
        [row] = found
        newest = _newest(carrier, row, callback)
        if newest is not None and newest[0].sequence > row["sequence"]:
            return await _move(runtime, connection, row, callback, *newest)
        if not row["is_known"]:
            await connection.execute(_KEPT, *_kept(row, callback))
        return True


def _newest(carrier: str, row: Row, callback: CarrierCallback) -> tuple[Place, ParcelState] | None:
    """Of a report that is sent again, the first that was kept counts."""
    reports = [] if row["is_known"] else [Report(Place(callback.sequence, callback.at), callback.state)]
    if row["newest"] is not None:
        reports.append(Report(Place(row["newest"], row["newest_at"]), row["newest_code"]))
    return rules.state_after(carrier, reports)


async def _move(
    runtime: Runtime,
    connection: asyncpg.Connection,
    row: Row,
    callback: CarrierCallback,
    place: Place,
    state: ParcelState,
) -> bool:
    arrives = state in rules.ARRIVED and row["arrived_at"] is None
    arrived_at = datetime.now(UTC) if arrives else row["arrived_at"]
    events = outbox.rows(parcels.news(parcels.facts_of(row), state, arrives), f"svc-{runtime.service}")
    done = await connection.execute(
        _MOVED,
        *_kept(row, callback),
        row["written_by"],
        state,
        place.sequence,
        place.at,
        arrived_at,
        *([event[column] for event in events] for column in outbox.COLUMNS),
    )
    if done != f"INSERT 0 {len(events)}":
        return False
    if (wake := runtime.sessions.wakers.get("outbox")) is not None:
        wake()
    return True


def _kept(row: Row, callback: CarrierCallback) -> tuple[object, ...]:
    return row["id"], callback.event_id, callback.waybill_no, callback.state, callback.sequence, callback.at
