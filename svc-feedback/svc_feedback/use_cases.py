"""What svc-feedback does. Each function is one step; the edge opens and commits the transaction."""

import hashlib
import secrets
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, extract, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.identifiers import new_id
from chassis.later import later
from chassis.outbox import emit
from chassis.problems import InvalidInput, NotFound
from contracts.events.feedback import CaseRated, RatingInvited, WorkOrderAnswered, WorkOrderClosed, WorkOrderOpened
from contracts.events.workflow import CaseSubmitted
from svc_feedback import rules
from svc_feedback.errors import AlreadyRated, LinkUnknown, NoCalendar, WorkOrderNotInState
from svc_feedback.models import CalendarDay, CalendarYear, Invitation, RatedBranch, RatedCase, Rating, WorkOrder
from svc_feedback.rules import CalendarMissing, State, WorkingDays
from svc_feedback.schemas import CalendarIn, RatingIn

NEW_CASE = insert(RatedCase).on_conflict_do_nothing()
CITY = ZoneInfo("Asia/Shanghai")


def remember_case(session: AsyncSession, event: CaseSubmitted) -> None:
    row = {
        "id": event.case_id,
        "case_number": event.case_number,
        "title": event.title,
        "person_id": event.applicant_id,
        "branches": [branch.model_dump() for branch in event.branches],
        "silenced": False,
    }
    later(session, NEW_CASE, row)


async def silence(session: AsyncSession, case_id: UUID) -> None:
    case = await session.get(RatedCase, case_id, with_for_update=True)
    if case is not None:
        case.silenced = True


async def invite(session: AsyncSession, case_id: UUID, life: timedelta) -> None:
    """Invite the applicant to rate, once; never a family that is mourning."""
    case = await session.get(RatedCase, case_id, with_for_update=True)
    if case is None or case.silenced or case.closed_at is not None:
        return
    case.closed_at = datetime.now(UTC)
    code = secrets.token_urlsafe(16)
    invitation = Invitation(id=new_id(), case_id=case.id, code_hash=_hash(code), expires_at=case.closed_at + life)
    session.add(invitation)
    invited = RatingInvited(
        invitation_id=invitation.id,
        case_id=case.id,
        case_number=case.case_number,
        title=case.title,
        person_id=case.person_id,
        code=code,
    )
    emit(session, invited)


async def invitation(session: AsyncSession, code: str) -> tuple[Invitation, RatedCase]:
    """What a link opens; LinkUnknown when wrong or too old."""
    query = select(Invitation, RatedCase).join(RatedCase).where(Invitation.code_hash == _hash(code))
    found = (await session.execute(query)).one_or_none()
    if found is None or found[0].expires_at < datetime.now(UTC) or found[1].silenced:
        raise LinkUnknown()
    return found[0], found[1]


async def rate_by_link(session: AsyncSession, code: str, body: RatingIn, days: int) -> tuple[Rating, list[UUID]]:
    _, case = await invitation(session, code)
    return await _rate(session, case, body, by_link=True, days=days)


async def rate_own(
    session: AsyncSession, case_id: UUID, person: UUID, body: RatingIn, days: int
) -> tuple[Rating, list[UUID]]:
    case = await session.get(RatedCase, case_id)
    if case is None or case.person_id != person or case.closed_at is None or case.silenced:
        raise NotFound()
    return await _rate(session, case, body, by_link=False, days=days)


async def _rate(
    session: AsyncSession, case: RatedCase, body: RatingIn, *, by_link: bool, days: int
) -> tuple[Rating, list[UUID]]:
    _check(case, body)
    fields = {"level": body.level, "reasons": body.reasons, "comment": body.comment, "by_link": by_link}
    new = (
        insert(Rating).values(id=new_id(), case_id=case.id, **fields).on_conflict_do_nothing(index_elements=["case_id"])
    )
    rating = (await session.execute(new.returning(Rating))).scalar_one_or_none()
    if rating is None:
        raise AlreadyRated()
    today = datetime.now(CITY).date()
    levels = rules.levels_of([branch["branch"] for branch in case.branches], body.level, body.branches)
    session.add_all(_counted(rating.id, branch, levels[branch["branch"]], today) for branch in case.branches)
    bad = sorted({branch["department"] for branch in case.branches if rules.is_bad(levels[branch["branch"]])})
    orders = await _open_orders(session, rating, case, bad, days) if bad else []
    rated = CaseRated(
        rating_id=rating.id,
        case_id=case.id,
        level=body.level,
        item_codes=[branch["item_code"] for branch in case.branches],
        departments=sorted({branch["department"] for branch in case.branches}),
    )
    emit(session, rated)
    return rating, [order.id for order in orders]


def _check(case: RatedCase, body: RatingIn) -> None:
    for place, reason in enumerate(body.reasons):
        if reason not in rules.REASONS:
            raise InvalidInput.at(f"#/reasons/{place}", "unknown-reason", "Not one of the reasons offered")
    for branch in body.branches:
        if branch not in {known["branch"] for known in case.branches}:
            raise InvalidInput.at(f"#/branches/{branch}", "unknown-branch", "The case has no such branch")


def _counted(rating_id: UUID, branch: dict[str, str], level: int, today: date) -> RatedBranch:
    return RatedBranch(
        rating_id=rating_id,
        branch=branch["branch"],
        item_code=branch["item_code"],
        item_name=branch["title"],
        department=branch["department"],
        department_name=branch["department_name"],
        level=level,
        rated_on=today,
    )


async def _open_orders(
    session: AsyncSession, rating: Rating, case: RatedCase, departments: list[str], days: int
) -> list[WorkOrder]:
    due = await _due(session, days)
    orders = [
        WorkOrder(
            id=new_id(), rating_id=rating.id, case_id=case.id, person_id=case.person_id, department=department, due=due
        )
        for department in departments
    ]
    session.add_all(orders)
    emit(session, *[WorkOrderOpened(**_facts(order), due=due) for order in orders])
    return orders


async def _due(session: AsyncSession, days: int) -> date:
    years = frozenset((await session.execute(select(CalendarYear.year))).scalars())
    exceptions = {day.day: day.working for day in (await session.execute(select(CalendarDay))).scalars()}
    try:
        return WorkingDays(years, exceptions).after(datetime.now(CITY).date(), days)
    except CalendarMissing as missing:
        raise NoCalendar(year=missing.year) from None


async def answer(session: AsyncSession, order_id: UUID, department: str, staff: UUID, text: str) -> WorkOrder:
    order = await _order(session, order_id)
    if order.department != department:
        raise NotFound()
    _move(order, State.ANSWERED)
    order.answer, order.answered_by, order.answered_at = text, staff, datetime.now(UTC)
    emit(session, WorkOrderAnswered(**_facts(order)))
    return order


async def close(session: AsyncSession, order_id: UUID, person: UUID, *, settled: bool) -> WorkOrder:
    """The person's last word: settled, or once more back to the department."""
    order = await _order(session, order_id)
    if order.person_id != person:
        raise NotFound()
    if not settled and not order.reopened:
        _move(order, State.OPEN)
        order.reopened = True
        return order
    _move(order, State.CLOSED)
    order.closed_at = datetime.now(UTC)
    emit(session, WorkOrderClosed(**_facts(order)))
    return order


async def _order(session: AsyncSession, order_id: UUID) -> WorkOrder:
    order = await session.get(WorkOrder, order_id, with_for_update=True)
    if order is None:
        raise NotFound()
    return order


def _move(order: WorkOrder, wanted: State) -> None:
    if not rules.may_become(State(order.state), wanted):
        raise WorkOrderNotInState(state=order.state, wanted=wanted)
    order.state = wanted


def _facts(order: WorkOrder) -> dict[str, object]:
    return {
        "work_order_id": order.id,
        "case_id": order.case_id,
        "department": order.department,
        "person_id": order.person_id,
    }


async def load_calendar(session: AsyncSession, year: int, body: CalendarIn) -> None:
    """Replace the exceptions of a year."""
    exceptions = dict.fromkeys(body.holidays, False) | dict.fromkeys(body.working_days, True)
    for day in exceptions:
        if day.year != year:
            raise InvalidInput.at("#/holidays", "other-year", f"All days must be of {year}")
    await session.execute(insert(CalendarYear).values(year=year).on_conflict_do_nothing())
    await session.execute(delete(CalendarDay).where(extract("year", CalendarDay.day) == year))
    session.add_all(CalendarDay(day=day, working=working) for day, working in exceptions.items())


def _hash(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
