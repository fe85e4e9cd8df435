"""Parcels and bills."""

from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.later import later
from contracts.event import Event
from contracts.events.logistics import (
    BillCancelled,
    BillIssued,
    BillPaid,
    ParcelCreated,
    ParcelDelivered,
    ParcelEvent,
    ParcelMoved,
    ParcelState,
)
from svc_profile.handlers.registry import handlers
from svc_profile.models import Base, BillCard, CaseCard, ParcelCard
from svc_profile.use_cases import cases, messages

NEW_PARCEL, NEW_BILL = insert(ParcelCard).on_conflict_do_nothing(), insert(BillCard).on_conflict_do_nothing()
_MOVED, _BILL = insert(ParcelCard), Base.metadata.tables["bill_card"]
PARCEL_MOVED = _MOVED.on_conflict_do_update(
    index_elements=["id"], set_={"state": _MOVED.excluded.state, "changed_at": _MOVED.excluded.changed_at}
)
CHANGE_BILL = update(_BILL).where(_BILL.c.id == bindparam("bill")).values(state=bindparam("now"))
MESSAGES = {
    ParcelState.OUT_FOR_DELIVERY: "parcel-coming",
    ParcelState.AT_STATION: "parcel-waiting",
    ParcelState.IN_LOCKER: "parcel-waiting",
}


@handlers.on(ParcelCreated)
async def parcel_created(event: ParcelCreated, session: AsyncSession) -> None:
    """It may come late: a carrier moves parcels whose number we have not kept yet."""
    later(session, NEW_PARCEL, _card(event, ParcelState.CREATED))


@handlers.on(ParcelMoved)
async def parcel_moved(event: ParcelMoved, session: AsyncSession) -> None:
    later(session, PARCEL_MOVED, _card(event, event.state))
    kind = message_of(event)
    if kind is None:
        return
    if kind == "parcel-waiting":
        about: dict[str, Any] = {"case_id": event.case_id, "contents": event.contents}
        await cases.wait(session, event.person_id, event.parcel_id, "pick-up", event.meta.time, **about)
    await _tell(session, event, kind)


@handlers.on(ParcelDelivered)
async def parcel_delivered(event: ParcelDelivered, session: AsyncSession) -> None:
    later(session, PARCEL_MOVED, _card(event, event.state))
    if (kind := message_of(event)) is not None:
        await cases.settle(session, event.parcel_id)
        await _tell(session, event, kind)


def message_of(event: Event) -> str | None:
    """What the person is told of a parcel; nothing of one that is on its way to a department."""
    if isinstance(event, ParcelDelivered) and event.direction == "out":
        return "parcel-delivered"
    if isinstance(event, ParcelMoved) and event.direction == "out":
        return MESSAGES.get(event.state)
    return None


@handlers.on(BillIssued)
async def bill_issued(event: BillIssued, session: AsyncSession) -> None:
    facts = {"person_id": event.payer_id, "case_id": event.case_id, "kind": event.kind, "amount": event.amount}
    later(session, NEW_BILL, {"id": event.bill_id, "state": "open", "issued_at": event.meta.time, **facts})
    await cases.wait(
        session,
        event.payer_id,
        event.bill_id,
        "pay",
        event.meta.time,
        case_id=event.case_id,
        bill=event.kind,
        amount=event.amount,
    )
    await _tell_bill(session, event, "bill-issued", event.amount)


@handlers.on(BillPaid)
async def bill_paid(event: BillPaid, session: AsyncSession) -> None:
    await session.execute(CHANGE_BILL, {"bill": event.bill_id, "now": "paid"})
    await cases.settle(session, event.bill_id)
    await _tell_bill(session, event, "bill-paid", event.amount)


@handlers.on(BillCancelled)
async def bill_cancelled(event: BillCancelled, session: AsyncSession) -> None:
    await session.execute(CHANGE_BILL, {"bill": event.bill_id, "now": "cancelled"})
    await cases.settle(session, event.bill_id)


def _card(event: ParcelEvent, state: ParcelState) -> dict[str, object]:
    facts = event.model_dump(include={"person_id", "case_id", "direction", "contents"})
    return {"id": event.parcel_id, **facts, "state": state, "changed_at": event.meta.time}


async def _tell(session: AsyncSession, event: ParcelEvent, kind: str) -> None:
    link = f"/parcels/{event.parcel_id}"
    await messages.send(
        session, event.person_id, kind, str(event.meta.id), case_id=event.case_id, link=link, contents=event.contents
    )


async def _tell_bill(session: AsyncSession, event: BillIssued | BillPaid, kind: str, amount: int) -> None:
    card = await session.get(CaseCard, event.case_id)
    title = card.title if card is not None else ""
    link = f"/bills/{event.bill_id}"
    await messages.send(
        session, event.payer_id, kind, str(event.meta.id), case_id=event.case_id, link=link, title=title, amount=amount
    )
