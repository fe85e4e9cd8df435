"""Lists and figures of svc-feedback."""

from collections import defaultdict
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from svc_feedback.models import RatedBranch, RatedCase, Rating, WorkOrder
from svc_feedback.rules import WORST_GOOD_LEVEL, State
from svc_feedback.schemas import FigureOut, WorkOrderOut
from svc_feedback.use_cases import CITY


async def figures(
    session: AsyncSession, by: Literal["department", "item"], since: date | None, until: date | None
) -> list[FigureOut]:
    """Counts per level, worst first; computed by the database."""
    code, name = (
        (RatedBranch.department, RatedBranch.department_name)
        if by == "department"
        else (RatedBranch.item_code, RatedBranch.item_name)
    )
    query = select(code, func.max(name), RatedBranch.level, func.count()).group_by(code, RatedBranch.level)
    if since is not None:
        query = query.where(RatedBranch.rated_on >= since)
    if until is not None:
        query = query.where(RatedBranch.rated_on <= until)
    levels: dict[str, dict[int, int]] = defaultdict(dict)
    names: dict[str, str] = {}
    for key, label, level, count in await session.execute(query):
        levels[key][level], names[key] = count, label
    rows = [_figure(key, names[key], counted) for key, counted in levels.items()]
    return sorted(rows, key=lambda row: (row.satisfied, row.code))


def _figure(code: str, name: str, counted: dict[int, int]) -> FigureOut:
    total = sum(counted.values())
    good = sum(count for level, count in counted.items() if level <= WORST_GOOD_LEVEL)
    levels = {level: counted.get(level, 0) for level in range(1, 6)}
    return FigureOut(code=code, name=name, ratings=total, levels=levels, satisfied=good / total)


def of_department(department: str, state: State | None) -> Select[WorkOrder]:
    query = select(WorkOrder).where(WorkOrder.department == department)
    return query if state is None else query.where(WorkOrder.state == state)


def of_person(person: UUID, state: State | None) -> Select[WorkOrder]:
    query = select(WorkOrder).where(WorkOrder.person_id == person)
    return query if state is None else query.where(WorkOrder.state == state)


async def described(session: AsyncSession, orders: list[WorkOrder]) -> list[WorkOrderOut]:
    """Work orders with the case and the review they are about."""
    cases = {
        case.id: case
        for case in await session.scalars(select(RatedCase).where(RatedCase.id.in_([o.case_id for o in orders])))
    }
    ratings = {
        row.id: row for row in await session.scalars(select(Rating).where(Rating.id.in_([o.rating_id for o in orders])))
    }
    return [_described(order, cases[order.case_id], ratings[order.rating_id]) for order in orders]


def _described(order: WorkOrder, case: RatedCase, rating: Rating) -> WorkOrderOut:
    return WorkOrderOut(
        id=order.id,
        case_id=case.id,
        case_number=case.case_number,
        title=case.title,
        department=order.department,
        state=order.state,
        due=order.due,
        late=order.state == State.OPEN and order.due < datetime.now(CITY).date(),
        level=rating.level,
        reasons=rating.reasons,
        comment=rating.comment,
        answer=order.answer,
        opened_at=order.opened_at,
        answered_at=order.answered_at,
        closed_at=order.closed_at,
        reopened=order.reopened,
    )
