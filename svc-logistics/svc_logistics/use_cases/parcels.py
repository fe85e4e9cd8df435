"""Parcels: ordered for a case, moved by what the carrier reports, handed out by code."""

import contextlib
import hashlib
import secrets
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.identifiers import new_id
from chassis.outbox import emit
from chassis.problems import NotFound
from contracts.events.logistics import LogisticsStepAnswered, ParcelCreated, ParcelDelivered, ParcelMoved, ParcelState
from contracts.events.workflow import StepRequested
from contracts.steps import Outcome
from svc_logistics import rules
from svc_logistics.errors import CodeUnknown, ParcelNotThere
from svc_logistics.models import Address, AddressUse, CarrierReport, DepartmentAddress, Hall, Parcel
from svc_logistics.rules import Place, Report
from svc_logistics.schemas import CarrierCallback

CANCELLED = "cancelled"


async def request(session: AsyncSession, step: StepRequested) -> Parcel | None:
    """Take a parcel on for a case; the carrier is asked by a job. The same request again changes nothing."""
    asked = step.arguments
    refusal = await _refusal(session, asked)
    if refusal is not None:
        emit(session, _answer(step.request_id, step.case_id, Outcome.FAILED, reason=refusal))
        return None
    values = {
        "id": new_id(),
        "request_id": step.request_id,
        "case_id": step.case_id,
        "case_number": step.case_number,
        "person_id": UUID(str(asked["person_id"])),
        "purpose": step.purpose,
        "direction": asked["direction"],
        "contents": asked["contents"],
        "department": asked["department"],
        "address_id": UUID(str(asked["address_id"])) if asked.get("address_id") else None,
        "handover": asked.get("handover") or "door",
        "hall_code": asked.get("hall"),
        "state": "ordered",
        "sequence": -1,
    }
    new = insert(Parcel).values(values).on_conflict_do_nothing(index_elements=["request_id"]).returning(Parcel)
    parcel = (await session.execute(new)).scalar_one_or_none()
    if parcel is None:
        return None
    if parcel.address_id is not None:
        use = {"case_id": parcel.case_id, "request_id": parcel.request_id, "purpose": parcel.purpose}
        session.add(AddressUse(id=new_id(), address_id=parcel.address_id, **use))
    if parcel.handover == "hall":
        _lay_out(session, parcel)
    return parcel


async def _refusal(session: AsyncSession, asked: dict[str, Any]) -> str | None:
    if asked.get("direction") not in ("in", "out") or not asked.get("contents") or not asked.get("person_id"):
        return "parcel-malformed"
    if asked.get("handover") == "hall":
        known = asked.get("hall") and await session.get(Hall, str(asked["hall"]))
        return None if known and asked["direction"] == "out" else "hall-unknown"
    if await session.get(DepartmentAddress, str(asked.get("department"))) is None:
        return "department-address-unknown"
    try:
        address = await session.get(Address, UUID(str(asked.get("address_id"))))
    except ValueError:
        address = None
    if address is None or str(address.person_id) != asked["person_id"]:
        return "address-unknown"
    return None


def _lay_out(session: AsyncSession, parcel: Parcel) -> None:
    """The parcel waits in the hall; eight digits open it, shown to the person only."""
    code = f"{secrets.randbelow(10**8):08}"
    parcel.pick_up_code, parcel.pick_up_hash = code, _hash(code)
    parcel.state, parcel.state_at = ParcelState.AT_STATION, datetime.now(UTC)
    emit(
        session,
        ParcelCreated(**facts(parcel)),
        ParcelMoved(**facts(parcel), state=ParcelState.AT_STATION),
        _ordered(parcel),
    )


async def ordered(session: AsyncSession, parcel_id: UUID, waybill_no: str) -> None:
    """The carrier has the order."""
    parcel = await session.get_one(Parcel, parcel_id, with_for_update=True)
    if parcel.waybill_no is not None:
        return
    parcel.waybill_no = waybill_no
    if parcel.state == "ordered":
        parcel.state, parcel.state_at = ParcelState.CREATED, datetime.now(UTC)
    emit(session, ParcelCreated(**facts(parcel)), _ordered(parcel))


async def not_ordered(session: AsyncSession, parcel_id: UUID, reason: str) -> None:
    parcel = await session.get_one(Parcel, parcel_id, with_for_update=True)
    parcel.state, parcel.cancelled_at = CANCELLED, datetime.now(UTC)
    emit(session, _answer(parcel.request_id, parcel.case_id, Outcome.FAILED, reason=reason))


async def report(session: AsyncSession, carrier: str, callback: CarrierCallback) -> None:
    """Keep what the carrier said; move the parcel when it is news in the carrier's own order."""
    parcel = await _reported(session, callback)
    kept = insert(CarrierReport).values(
        event_id=callback.event_id,
        parcel_id=parcel.id if parcel else None,
        waybill_no=callback.waybill_no,
        code=callback.state,
        sequence=callback.sequence,
        at=callback.at,
    )
    await session.execute(kept.on_conflict_do_nothing())
    if parcel is None or parcel.cancelled_at is not None:
        return
    reports = await session.execute(
        select(CarrierReport.sequence, CarrierReport.at, CarrierReport.code).where(CarrierReport.parcel_id == parcel.id)
    )
    newest = rules.state_after(carrier, [Report(Place(row.sequence, row.at), row.code) for row in reports])
    if newest is not None and newest[0].sequence > parcel.sequence:
        _move(session, parcel, *newest)


async def _reported(session: AsyncSession, callback: CarrierCallback) -> Parcel | None:
    """The carrier may report before our own order is committed: its reference for us is the parcel's id."""
    same = [Parcel.waybill_no == callback.waybill_no]
    with contextlib.suppress(ValueError):
        same.append(Parcel.id == UUID(callback.parcel_reference))
    return (await session.execute(select(Parcel).where(or_(*same)).with_for_update())).scalar_one_or_none()


def _move(session: AsyncSession, parcel: Parcel, place: Place, state: ParcelState) -> None:
    parcel.state, parcel.sequence, parcel.state_at = state, place.sequence, place.at
    emit(session, ParcelMoved(**facts(parcel), state=state))
    if state in rules.ARRIVED:
        _arrive(session, parcel, state)


def _arrive(session: AsyncSession, parcel: Parcel, state: ParcelState) -> None:
    if parcel.arrived_at is None:
        parcel.arrived_at = datetime.now(UTC)
        emit(session, ParcelDelivered(**facts(parcel), state=state))


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
    _arrive(session, parcel, ParcelState.DELIVERED)


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
    return {
        "parcel_id": parcel.id,
        "case_id": parcel.case_id,
        "request_id": parcel.request_id,
        "person_id": parcel.person_id,
        "direction": parcel.direction,
        "contents": parcel.contents,
    }


def _ordered(parcel: Parcel) -> LogisticsStepAnswered:
    return _answer(parcel.request_id, parcel.case_id, Outcome.DONE, result={"parcel_id": str(parcel.id)})


def _answer(request_id: UUID, case_id: UUID, outcome: Outcome, **more: Any) -> LogisticsStepAnswered:
    return LogisticsStepAnswered(request_id=request_id, case_id=case_id, outcome=outcome, **more)


def _hash(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
