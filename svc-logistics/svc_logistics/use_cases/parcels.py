"""Parcels: ordered for a case, moved by what the carrier reports, handed out by code."""

import contextlib
import hashlib
import secrets
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.identifiers import new_id
from chassis.later import later
from chassis.outbox import emit
from chassis.problems import NotFound
from contracts.event import Event
from contracts.events.logistics import (
    LogisticsStepAnswered,
    ParcelCreated,
    ParcelDelivered,
    ParcelEvent,
    ParcelMoved,
    ParcelState,
)
from contracts.events.workflow import StepRequested
from contracts.steps import Outcome
from svc_logistics import rules, statements
from svc_logistics.errors import CodeUnknown, ParcelNotThere
from svc_logistics.models import Parcel
from svc_logistics.rules import Place, Report
from svc_logistics.schemas import CarrierCallback

CANCELLED = "cancelled"
_FACTS = ("case_id", "request_id", "person_id", "direction", "contents")


async def request(session: AsyncSession, step: StepRequested) -> Parcel | None:
    """Take a parcel on for a case; the carrier is asked by a job. The same request again changes nothing.

    The parcel as it was written, which the session does not follow.
    """
    asked = step.arguments
    refusal = await _refusal(session, asked)
    if refusal is not None:
        emit(session, _answer(step.request_id, step.case_id, Outcome.FAILED, reason=refusal))
        return None
    parcel = _asked_for(step)
    in_hall = _lay_out(parcel) if parcel.handover == "hall" else []
    row = {name: getattr(parcel, name) for name in statements.PARCEL_COLUMNS}
    if (await session.execute(statements.NEW_PARCEL, row)).scalar() is None:
        return None
    if parcel.address_id is not None:
        use = {"case_id": parcel.case_id, "request_id": parcel.request_id, "purpose": parcel.purpose}
        later(session, statements.NEW_USES, {"id": new_id(), "address_id": parcel.address_id, **use})
    emit(session, *in_hall)
    return parcel


def _asked_for(step: StepRequested) -> Parcel:
    asked = step.arguments
    return Parcel(
        id=new_id(),
        request_id=step.request_id,
        case_id=step.case_id,
        case_number=step.case_number,
        person_id=UUID(str(asked["person_id"])),
        purpose=step.purpose,
        direction=asked["direction"],
        contents=asked["contents"],
        department=asked["department"],
        address_id=UUID(str(asked["address_id"])) if asked.get("address_id") else None,
        handover=asked.get("handover") or "door",
        hall_code=asked.get("hall"),
        state=statements.ORDERED,
        sequence=-1,
        state_at=datetime.now(UTC),
    )


async def _refusal(session: AsyncSession, asked: dict[str, Any]) -> str | None:
    if asked.get("direction") not in ("in", "out") or not asked.get("contents") or not asked.get("person_id"):
        return "parcel-malformed"
    try:
        address = UUID(str(asked.get("address_id")))
    except ValueError:
        address = None
    named = {"address": address, "department": str(asked.get("department")), "hall": str(asked.get("hall") or "")}
    places = (await session.execute(statements.PLACES, named)).one()
    if asked.get("handover") == "hall":
        return None if places.is_hall and asked["direction"] == "out" else "hall-unknown"
    if not places.is_office:
        return "department-address-unknown"
    if places.owner is None or str(places.owner) != asked["person_id"]:
        return "address-unknown"
    return None


def _lay_out(parcel: Parcel) -> list[Event]:
    """The parcel waits in the hall; eight digits open it, shown to the person only. What is to be told."""
    code = f"{secrets.randbelow(10**8):08}"
    parcel.pick_up_code, parcel.pick_up_hash = code, _hash(code)
    parcel.state, parcel.state_at = ParcelState.AT_STATION, datetime.now(UTC)
    known = facts(parcel)
    return [ParcelCreated(**known), *news(known, ParcelState.AT_STATION, arrives=False), _ordered(known)]


async def ordered(session: AsyncSession, parcel_id: UUID, waybill_no: str) -> None:
    """The carrier has the order."""
    taken_on = {"parcel": parcel_id, "number": waybill_no}
    row = (await session.execute(statements.TAKEN_ON, taken_on)).mappings().one_or_none()
    if row is not None:
        known = facts_of(row)
        emit(session, ParcelCreated(**known), _ordered(known))


async def not_ordered(session: AsyncSession, parcel_id: UUID, reason: str) -> None:
    parcel = await session.get_one(Parcel, parcel_id, with_for_update=True)
    parcel.state, parcel.cancelled_at = CANCELLED, datetime.now(UTC)
    emit(session, _answer(parcel.request_id, parcel.case_id, Outcome.FAILED, reason=reason))


async def report(session: AsyncSession, carrier: str, callback: CarrierCallback) -> None:
    """Keep what the carrier said; move the parcel when it is news in the carrier's own order."""
    parcel = await _reported(session, callback)
    kept = {
        "event_id": callback.event_id,
        "parcel_id": parcel.id if parcel else None,
        "waybill_no": callback.waybill_no,
        "code": callback.state,
        "sequence": callback.sequence,
        "at": callback.at,
    }
    await session.execute(statements.NEW_REPORT, kept)
    if parcel is None or parcel.cancelled_at is not None:
        return
    reports = await session.execute(statements.REPORTS, {"parcel": parcel.id})
    newest = rules.state_after(carrier, [Report(Place(row.sequence, row.at), row.code) for row in reports])
    if newest is not None and newest[0].sequence > parcel.sequence:
        _move(session, parcel, *newest)


async def _reported(session: AsyncSession, callback: CarrierCallback) -> Parcel | None:
    """The carrier may report before our own order is committed: its reference for us is the parcel's id."""
    same = {"number": callback.waybill_no, "parcel": reference(callback)}
    return (await session.execute(statements.REPORTED, same)).scalar_one_or_none()


def reference(callback: CarrierCallback) -> UUID | None:
    """The id of a parcel of ours, as the carrier repeats it; None for anything else."""
    with contextlib.suppress(ValueError):
        return UUID(callback.parcel_reference)
    return None


def _move(session: AsyncSession, parcel: Parcel, place: Place, state: ParcelState) -> None:
    parcel.state, parcel.sequence, parcel.state_at = state, place.sequence, place.at
    arrives = state in rules.ARRIVED and parcel.arrived_at is None
    if arrives:
        parcel.arrived_at = datetime.now(UTC)
    emit(session, *news(facts(parcel), state, arrives))


def news(known: dict[str, Any], state: ParcelState, arrives: bool) -> list[ParcelEvent]:
    """What is told of a parcel that moved; `known`: as `facts` says."""
    moved, delivered = ParcelMoved(**known, state=state), ParcelDelivered(**known, state=state)
    return [moved, delivered] if arrives else [moved]


async def hand_out(session: AsyncSession, code: str) -> Parcel:
    """At the hall's window: the code opens exactly one parcel, once."""
    waits = (Parcel.pick_up_hash == _hash(code)) & Parcel.arrived_at.is_(None) & Parcel.cancelled_at.is_(None)
    parcel = (await session.execute(select(Parcel).where(waits).with_for_update())).scalar_one_or_none()
    if parcel is None:
        raise CodeUnknown()
    _by_hand(session, parcel)
    return parcel


async def receive(session: AsyncSession, parcel_id: UUID, department: str) -> Parcel:
    """The department confirms that an inbound parcel lies on its table, whatever the carrier says."""
    parcel = await session.get(Parcel, parcel_id, with_for_update=True)
    if parcel is None or parcel.department != department:
        raise NotFound()
    if parcel.direction != "in" or parcel.cancelled_at is not None:
        raise ParcelNotThere()
    _by_hand(session, parcel)
    return parcel


def _by_hand(session: AsyncSession, parcel: Parcel) -> None:
    parcel.state, parcel.state_at = ParcelState.DELIVERED, datetime.now(UTC)
    parcel.pick_up_code, parcel.pick_up_hash = None, None
    if parcel.arrived_at is None:
        parcel.arrived_at = datetime.now(UTC)
        emit(session, ParcelDelivered(**facts(parcel), state=ParcelState.DELIVERED))


async def cancel(session: AsyncSession, request_id: UUID) -> Parcel | None:
    """The case does not want it any more. What the carrier has collected travels on."""
    parcel = (
        await session.execute(select(Parcel).where(Parcel.request_id == request_id).with_for_update())
    ).scalar_one_or_none()
    if parcel is None or parcel.arrived_at is not None or parcel.sequence >= 0:
        return None
    parcel.state, parcel.cancelled_at = CANCELLED, datetime.now(UTC)
    return parcel


def facts(parcel: Parcel) -> dict[str, Any]:
    """What every event of a parcel says, by the event's names."""
    return {"parcel_id": parcel.id, **{name: getattr(parcel, name) for name in _FACTS}}


def facts_of(row: Any) -> dict[str, Any]:
    """The same of a parcel's row, which is asked by name."""
    return {"parcel_id": row["id"], **{name: row[name] for name in _FACTS}}


def _ordered(known: dict[str, Any]) -> LogisticsStepAnswered:
    result = {"parcel_id": str(known["parcel_id"])}
    return _answer(known["request_id"], known["case_id"], Outcome.DONE, result=result)


def _answer(request_id: UUID, case_id: UUID, outcome: Outcome, **more: Any) -> LogisticsStepAnswered:
    return LogisticsStepAnswered(request_id=request_id, case_id=case_id, outcome=outcome, **more)


def _hash(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
