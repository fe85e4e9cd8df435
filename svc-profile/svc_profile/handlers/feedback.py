"""Ratings and what came of them."""

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events.feedback import CaseRated, RatingInvited, WorkOrderAnswered, WorkOrderClosed
from svc_profile.handlers.registry import handlers
from svc_profile.models import CaseCard
from svc_profile.use_cases import cases, messages


@handlers.on(RatingInvited)
async def rating_invited(event: RatingInvited, session: AsyncSession) -> None:
    link = f"/rate/{event.code}"
    await cases.wait(
        session, event.person_id, event.invitation_id, "rate", event.meta.time, case_id=event.case_id, link=link
    )
    await messages.send(
        session,
        event.person_id,
        "rating-invited",
        str(event.meta.id),
        case_id=event.case_id,
        link=link,
        title=event.title,
    )


@handlers.on(CaseRated)
async def case_rated(event: CaseRated, session: AsyncSession) -> None:
    await cases.settle_kinds(session, event.case_id, ["rate"])


@handlers.on(WorkOrderAnswered)
async def work_order_answered(event: WorkOrderAnswered, session: AsyncSession) -> None:
    link = f"/work-orders/{event.work_order_id}"
    await cases.reopen(session, event.person_id, event.work_order_id)
    await cases.wait(
        session, event.person_id, event.work_order_id, "settle", event.meta.time, case_id=event.case_id, link=link
    )
    card = await session.get(CaseCard, event.case_id)
    title = card.title if card is not None else ""
    await messages.send(
        session,
        event.person_id,
        "work-order-answered",
        str(event.meta.id),
        case_id=event.case_id,
        link=link,
        title=title,
    )


@handlers.on(WorkOrderClosed)
async def work_order_closed(event: WorkOrderClosed, session: AsyncSession) -> None:
    await cases.settle(session, event.work_order_id)
