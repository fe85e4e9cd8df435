"""Parcels and bills."""

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncSession

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
from svc_profile.models import BillCard, CaseCard, ParcelCard
from svc_profile.use_cases import cases, messages

PICK_UP = (ParcelState.AT_STATION, ParcelState.IN_LOCKER)


@handlers.on(ParcelCreated)
async def parcel_created(event: ParcelCreated, session: AsyncSession) -> None:
    """It may come late: a carrier moves parcels whose number we have not kept yet."""
    await session.execute(_card(event, ParcelState.CREATED).on_conflict_do_nothing())


@handlers.on(ParcelMoved)
async def parcel_moved(event: ParcelMoved, session: AsyncSession) -> None:
    await _put(session, event, event.state)
    if event.direction != "out":
        return
    if event.state is ParcelState.OUT_FOR_DELIVERY:
        await _tell(session, event, "parcel-coming")
    if event.state in PICK_UP:
        await cases.wait(
            session,
            event.person_id,
            event.parcel_id,
            "pick-up",
            event.meta.time,
            case_id=event.case_id,
            contents=event.contents,
        )
        await _tell(session, event, "parcel-waiting")


@handlers.on(ParcelDelivered)
async def parcel_delivered(event: ParcelDelivered, session: AsyncSession) -> None:
    await _put(session, event, event.state)
    await cases.settle(session, event.parcel_id)
    if event.direction == "out":
        await _tell(session, event, "parcel-delivered")


@handlers.on(BillIssued)
async def bill_issued(event: BillIssued, session: AsyncSession) -> None:
    facts = {"person_id": event.payer_id, "case_id": event.case_id, "kind": event.kind, "amount": event.amount}
    row = insert(BillCard).values(id=event.bill_id, state="open", issued_at=event.meta.time, **facts)
    await session.execute(row.on_conflict_do_nothing())
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
    await session.execute(update(BillCard).where(BillCard.id == event.bill_id).values(state="paid"))
    await cases.settle(session, event.bill_id)
    await _tell_bill(session, event, "bill-paid", event.amount)


@handlers.on(BillCancelled)
async def bill_cancelled(event: BillCancelled, session: AsyncSession) -> None:
    await session.execute(update(BillCard).where(BillCard.id == event.bill_id).values(state="cancelled"))
    await cases.settle(session, event.bill_id)


async def _put(session: AsyncSession, event: ParcelEvent, state: ParcelState) -> None:
    now = {"state": state, "changed_at": event.meta.time}
    await session.execute(_card(event, state).on_conflict_do_update(index_elements=["id"], set_=now))


def _card(event: ParcelEvent, state: ParcelState) -> Insert:
    facts = {
        "person_id": event.person_id,
        "case_id": event.case_id,
        "direction": event.direction,
        "contents": event.contents,
    }
    return insert(ParcelCard).values(id=event.parcel_id, **facts, state=state, changed_at=event.meta.time)


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
