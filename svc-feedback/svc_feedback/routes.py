"""URLs of svc-feedback."""

from datetime import date
from typing import Annotated, Literal, cast
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, status
from sqlalchemy import select

from chassis.access import Caller, public, requires
from chassis.database import Session
from chassis.paging import PageQuery, page_of
from chassis.problems import NotFound, problems
from chassis.routing import TransactionalRoute
from chassis.runtime import runtime_of
from contracts.claims import Kind
from contracts.paging import Page
from svc_feedback import queries, use_cases
from svc_feedback.errors import AlreadyRated, LinkUnknown, NoCalendar, WorkOrderNotInState
from svc_feedback.models import Rating, WorkOrder
from svc_feedback.rules import REASONS, State
from svc_feedback.schemas import (
    AnswerIn,
    CalendarIn,
    ClosingIn,
    FiguresOut,
    InvitationOut,
    RatedBranchOut,
    RatingIn,
    RatingOut,
    ReasonsOut,
    WorkOrderOut,
)
from svc_feedback.settings import FeedbackSettings

router = APIRouter(tags=["feedback"], route_class=TransactionalRoute)
Code = Annotated[str, Path(min_length=10, max_length=64)]
Rater = Annotated[Caller, requires("feedback:rating:write", kinds=(Kind.PERSON,))]
Reader = Annotated[Caller, requires("feedback:work-order:read")]
Answerer = Annotated[Caller, requires("feedback:work-order:answer", kinds=(Kind.STAFF,))]
Concerned = Annotated[Caller, requires("feedback:work-order:read", kinds=(Kind.PERSON,))]
Configurer = Annotated[Caller, requires("feedback:calendar:write")]


async def _days(request: Request) -> int:
    return cast(FeedbackSettings, runtime_of(request).settings).work_order_days


Days = Annotated[int, Depends(_days)]


@router.get("/rating-reasons", summary="Reasons a rating may name", dependencies=[public])
async def list_rating_reasons() -> ReasonsOut:
    """Codes; the words for them belong to the pages."""
    return ReasonsOut(reasons=sorted(REASONS))


@router.get(
    "/rating-invitations/{code}",
    summary="What a rating link is about",
    dependencies=[public],
    responses=problems(LinkUnknown),
)
async def read_rating_invitation(code: Code, session: Session) -> InvitationOut:
    """Opens with the link's code alone; no sign-in."""
    invitation, case = await use_cases.invitation(session, code)
    rated = await session.scalar(select(Rating.id).where(Rating.case_id == case.id)) is not None
    return InvitationOut(
        case_number=case.case_number,
        title=case.title,
        branches=[RatedBranchOut.model_validate(branch) for branch in case.branches],
        rated=rated,
        expires_at=invitation.expires_at,
    )


@router.post(
    "/rating-invitations/{code}/rating",
    status_code=status.HTTP_201_CREATED,
    summary="Rate a case by its link",
    dependencies=[public],
    responses=problems(LinkUnknown, AlreadyRated, NoCalendar),
)
async def rate_by_link(code: Code, body: RatingIn, session: Session, days: Days) -> RatingOut:
    """Once for each case. A bad review opens a work order for each department concerned."""
    return _rating_out(*await use_cases.rate_by_link(session, code, body, days))


@router.post(
    "/cases/{case_id}/rating",
    status_code=status.HTTP_201_CREATED,
    summary="Rate one's own case, signed in",
    responses=problems(NotFound, AlreadyRated, NoCalendar),
)
async def rate_case(case_id: UUID, body: RatingIn, rater: Rater, session: Session, days: Days) -> RatingOut:
    """The same as by link, for a person who is signed in anyway."""
    return _rating_out(*await use_cases.rate_own(session, case_id, rater.person_id, body, days))


@router.get("/work-orders", summary="Work orders of one's department, or about one's own reviews", responses=problems())
async def list_work_orders(
    reader: Reader,
    session: Session,
    paging: PageQuery,
    state: Annotated[State | None, Query(description="Only in this state")] = None,
) -> Page[WorkOrderOut]:
    """Staff see their department's, soonest due first; a person sees those that their reviews opened."""
    if reader.claims.kind is Kind.STAFF:
        query, descending = queries.of_department(reader.department, state), False
        by = [WorkOrder.due, WorkOrder.id]
    else:
        query, descending = queries.of_person(reader.person_id, state), True
        by = [WorkOrder.id]
    rows, cursor = await page_of(session, query, by, paging, descending=descending)
    return Page(items=await queries.described(session, rows), next_cursor=cursor)


@router.get("/work-orders/{order_id}", summary="One work order", responses=problems(NotFound))
async def read_work_order(order_id: UUID, reader: Reader, session: Session) -> WorkOrderOut:
    """For the department that must answer and the person who rated."""
    order = await session.get(WorkOrder, order_id)
    mine = order is not None and (
        order.department == reader.claims.department
        if reader.claims.kind is Kind.STAFF
        else str(order.person_id) == reader.id
    )
    if order is None or not mine:
        raise NotFound()
    return (await queries.described(session, [order]))[0]


@router.post(
    "/work-orders/{order_id}/answer", summary="Answer a bad review", responses=problems(NotFound, WorkOrderNotInState)
)
async def answer_work_order(order_id: UUID, body: AnswerIn, clerk: Answerer, session: Session) -> WorkOrderOut:
    """The department says what it did about it; the person is told."""
    order = await use_cases.answer(session, order_id, clerk.department, clerk.person_id, body.text)
    return (await queries.described(session, [order]))[0]


@router.post(
    "/work-orders/{order_id}/closing",
    summary="Say whether the answer settles it",
    responses=problems(NotFound, WorkOrderNotInState),
)
async def close_work_order(order_id: UUID, body: ClosingIn, person: Concerned, session: Session) -> WorkOrderOut:
    """Not settled sends it back to the department once; the second time it is closed as it is."""
    order = await use_cases.close(session, order_id, person.person_id, settled=body.settled)
    return (await queries.described(session, [order]))[0]


@router.get("/figures", summary="Published ratings by department or item", dependencies=[public])
async def list_figures(
    session: Session,
    by: Annotated[Literal["department", "item"], Query(description="What is counted together")],
    since: Annotated[date | None, Query(description="Rated on this day or later")] = None,
    until: Annotated[date | None, Query(description="Rated on this day or earlier")] = None,
) -> FiguresOut:
    """Counts for each level; no comments and nobody's name."""
    return FiguresOut(items=await queries.figures(session, by, since, until))


@router.put(
    "/calendars/{year}", status_code=status.HTTP_204_NO_CONTENT, summary="Load a year's calendar", responses=problems()
)
async def load_calendar(
    year: Annotated[int, Path(ge=2000, le=2100)], body: CalendarIn, configurer: Configurer, session: Session
) -> None:
    """Holidays and worked weekends; limits cannot reach into a year that is not loaded."""
    await use_cases.load_calendar(session, year, body)


def _rating_out(rating: Rating, orders: list[UUID]) -> RatingOut:
    return RatingOut(
        id=rating.id, case_id=rating.case_id, level=rating.level, reasons=rating.reasons, work_orders=orders
    )
