"""What svc-workflow proves about its cases: each finished once at most, nothing left lying about, histories whole."""

from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.verification import Finding, counted, doubled, never
from svc_workflow.commands import broken_at
from svc_workflow.models import Branch, Case, HistoryRow, Incident, Instance, Step, Subscription, Task, Timer
from svc_workflow.rules.branches import DECIDED

_CLOSED = Case.closed_at.is_not(None)
_OF_ENDED = select(Instance.case_id).where(Instance.ended)
_ASKED = Step.state.in_(["waiting", "done"])


async def histories_whole(session: AsyncSession) -> Finding:
    cases = (await session.execute(select(Case.id).order_by(Case.id))).scalars().all()
    broken = [case_id for case_id in cases if await broken_at(session, case_id) is not None]
    if broken:
        return Finding(f"{len(broken)} broken histories", broken=True)
    rows = (await session.execute(select(func.count()).select_from(HistoryRow))).scalar_one()
    return Finding(f"histories whole over {rows} advances")


def _without(other: type[Branch] | type[Instance]) -> Select[Any]:
    return select(Case.id).where(~exists().where(other.case_id == Case.id))


checks = [
    counted("cases", select(Case.id)),
    counted("closed", select(Case.id).where(_CLOSED)),
    counted("branches", select(Branch.code)),
    counted("incidents open", select(Incident.id).where(Incident.resolved_at.is_(None))),
    histories_whole,
    doubled("case numbers given twice", Case.case_number),
    never("cases without branches", _without(Branch)),
    never("cases without a process", _without(Instance)),
    never("closed cases without an outcome", select(Case.id).where(_CLOSED, Case.outcome.is_(None))),
    never(
        "closed cases whose process runs on",
        select(Case.id).join(Instance, Instance.case_id == Case.id).where(_CLOSED, ~Instance.ended),
    ),
    never(
        "cases whose process ended but that are not closed",
        select(Case.id).join(Instance, Instance.case_id == Case.id).where(~_CLOSED, Instance.ended),
    ),
    never(
        "undecided branches of closed cases",
        select(Branch.code)
        .join(Case, Case.id == Branch.case_id)
        .where(_CLOSED, Case.silenced_at.is_(None), Branch.state.not_in(list(DECIDED))),
    ),
    doubled("steps asked twice", Step.case_id, Step.branch, Step.purpose, Step.arguments, where=_ASKED),
    doubled("tasks open twice", Task.case_id, Task.branch, Task.element, where=Task.state == "open"),
    never("tasks of ended processes", select(Task.id).where(Task.state == "open", Task.case_id.in_(_OF_ENDED))),
    never(
        "steps of ended processes that still wait",
        select(Step.request_id).where(Step.state == "waiting", Step.from_process, Step.case_id.in_(_OF_ENDED)),
    ),
    never(
        "timers and messages of ended processes",
        select(Timer.id)
        .where(Timer.case_id.in_(_OF_ENDED))
        .union_all(select(Subscription.id).where(Subscription.case_id.in_(_OF_ENDED)))
        .subquery()
        .select(),
    ),
    never(
        "answered steps without an answer's time",
        select(Step.request_id).where(
            or_(
                Step.state.in_(["done", "refused", "failed"]) & Step.answered_at.is_(None),
                (Step.state == "waiting") & Step.answered_at.is_not(None),
            )
        ),
    ),
]
