"""What is there when all is quiet, in OneDoor's databases and in the departments' own."""

import asyncio
import sqlite3
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from importlib import import_module
from typing import Any

import asyncpg

from chassis.documents import SERVICES
from contracts.event import parse
from launcher.house import House

EVERYONE = (*SERVICES, "gateway")
PARCELS = 3
"""A case's: the household book comes and goes, the card goes."""
SENT = """
SELECT event ->> 'type' AS type, event ->> 'id' AS id, value
FROM (SELECT convert_from(value, 'UTF8')::jsonb AS event, value FROM outbox) sent
"""
BUSY = """
SELECT (SELECT count(*) FROM outbox WHERE sent_at IS NULL)
     + (SELECT count(*) FROM job WHERE (state = 'waiting' AND NOT kind = ANY ($1)) OR state = 'running')
"""
SPOKEN = """
SELECT case_id::text, kind, true FROM message WHERE case_id IS NOT NULL
UNION ALL SELECT case_id::text, kind, false FROM reminder WHERE state = 'sent'
"""
MOVED = """
SELECT event -> 'data' ->> 'case_id', event -> 'data' ->> 'state'
FROM (SELECT convert_from(value, 'UTF8')::jsonb AS event FROM outbox WHERE topic = 'onedoor.logistics.parcel') parcel
WHERE event ->> 'type' = 'onedoor.logistics.parcel.moved.v1' AND event -> 'data' ->> 'direction' = 'out'
"""
TOLD = {
    "consent-asked": 1, "consent-given": 1, "case-submitted": 2, "branch-accepted": 5, "branch-granted": 5, "bill-issued": 1,
    "bill-paid": 1, "licence-registered": 2, "parcel-delivered": 2, "rating-invited": 1,
}  # fmt: skip
"""Messages about a newborn's case, by kind, to both parents together."""
PASSING = {"out_for_delivery": "parcel-coming", "at_station": "parcel-waiting", "in_locker": "parcel-waiting"}
KEPT = {
    "case_file": "workflow", "licence": "sharing", "parcel": "logistics", "payment": "logistics", "bill": "logistics",
    "invitation": "feedback", "guardianship": "identity", "parcel_card WHERE state = 'delivered'": "profile",
}  # fmt: skip
OFFICES = {
    "hospital": ["certificate"], "population": ["registration"], "vaccination": ["archive"], "insurance": ["enrolment"],
    "social_security": ["card_order"], "carrier": ["waybill"], "payment": ["payment"],
}  # fmt: skip


async def ask(house: House, service: str, statement: str, *values: Any) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(f"{house.database_url.rpartition('/')[0]}/onedoor_{service}")
    try:
        return await connection.fetch(statement, *values)
    finally:
        await connection.close()


async def quiet(house: House, patience: float = 120) -> None:
    """No event waits to be sent or handled, no job to be done."""
    deadline = time.monotonic() + patience
    while True:
        busy = {service: count for service in EVERYONE if (count := await _at_hand(house, service))}
        lost = {} if busy else await lost_events(house)
        if not busy and not lost:
            return
        assert time.monotonic() < deadline, f"still at hand: {busy}; not handled: {dict(lost)}"
        await asyncio.sleep(1)


async def _at_hand(house: House, service: str) -> int:
    periodic = [kind.kind for kind in _load(service).jobs.periodic]
    [(count,)] = await ask(house, service, BUSY, periodic)
    return int(count)


async def lost_events(house: House) -> Counter[tuple[str, str]]:
    """Events that were written and that somebody reacts to, but has not handled: how many, by who and of which type."""
    sent = [row for service in EVERYONE for row in await ask(house, service, SENT)]
    lost: Counter[tuple[str, str]] = Counter()
    for service in EVERYONE:
        handlers = _load(service).handlers
        known = {str(row["event_id"]) for row in await ask(house, service, "SELECT event_id FROM inbox")}
        unknown = [row for row in sent if row["id"] not in known and handlers.hears_of(row["type"])]
        lost.update((service, row["type"]) for row in unknown if handlers.handler_of(parse(row["value"])) is not None)
    return lost


def unexpected(house: House) -> list[str]:
    """What services logged of failures that nobody thought of: each was answered 500."""
    lines = [line for log in (house.run_dir / "logs").glob("*.log") for line in log.read_text().splitlines()]
    return [line for line in lines if "unexpected failure" in line]


def _load(service: str) -> Any:
    return import_module("gateway.main" if service == "gateway" else f"svc_{service}.main").service


def in_offices(house: House) -> dict[str, int]:
    """Rows of the departments' and partners' own databases."""
    return {table: _rows(house, office, table) for office, tables in OFFICES.items() for table in tables}


def one_of_each(cases: int) -> dict[str, int]:
    """What the offices have when each case was done once."""
    tables = [table for tables in OFFICES.values() for table in tables]
    return {**dict.fromkeys(tables, cases), "waybill": PARCELS * cases}


def _rows(house: House, office: str, table: str) -> int:
    with closing(sqlite3.connect(house.run_dir / "demo" / f"{office}.db", timeout=30)) as store:
        [(count,)] = store.execute(f"SELECT count(*) FROM {table}").fetchall()
    return int(count)


async def counted(house: House) -> dict[str, int]:
    """Rows of OneDoor's tables."""
    return {
        table: (await ask(house, service, f"SELECT count(*) FROM {table}"))[0][0] for table, service in KEPT.items()
    }


def kept_of_each(cases: int) -> dict[str, int]:
    """What stands in OneDoor's tables then: both parents are guardians."""
    parcels = {table: PARCELS * cases for table, service in KEPT.items() if table.startswith("parcel")}
    return {**dict.fromkeys(KEPT, cases), **parcels, "guardianship": 2 * cases}


async def waiting(house: House) -> dict[str, int]:
    """What people still have to do, by kind."""
    rows = await ask(house, "profile", "SELECT kind, count(*) FROM waiting WHERE NOT done GROUP BY kind")
    return {kind: int(count) for kind, count in rows}


async def messages(house: House, cases: Iterable[str]) -> tuple[dict[str, Counter[str]], dict[str, Counter[str]]]:
    """By case and kind: how often somebody was told, and how often was to be told.

    A parcel on its way is spoken of as often as svc-logistics said so: a carrier's report that comes late, when the parcel
    is there already, is not passed on. A vaccination is spoken of when its reminder was sent, which is every five minutes.
    """
    told, due = ({case: Counter[str]() for case in cases}, {case: Counter(TOLD) for case in cases})
    for case, kind, was_told in await ask(house, "profile", SPOKEN):
        (told if was_told else due)[case][kind] += 1
    for case, state in await ask(house, "logistics", MOVED):
        if state in PASSING:
            due[case][PASSING[state]] += 1
    return told, due
