"""What a case waited for that no program of OneDoor can hurry: people, and couriers."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from svc_workflow.host import history
from svc_workflow.models import HistoryRow, Step, Supplement, Task

OUTSIDE = {
    "identity.consent": ("other party", "agree"),
    "logistics.bill": ("applicant", "pay"),
    "logistics.parcel": ("courier", "deliver"),
}
"""Steps that are somebody else's turn: who, and what they do."""
ENDED_BY = frozenset(("payment-paid", "parcel-delivered"))
"""Facts of the history that tell that a bill was paid, a parcel delivered; the step itself was answered long before."""


@dataclass(frozen=True, slots=True)
class Wait:
    """`until` is None while it lasts. `who` and `what` are codes: a post, an action."""

    since: datetime
    until: datetime | None
    who: str
    what: str
    branch: str | None


async def waits_of(session: AsyncSession, case_id: UUID) -> list[Wait]:
    """Oldest first. Also of an application that is no case yet."""
    found = [*await _tasks(session, case_id), *await _supplements(session, case_id), *await _steps(session, case_id)]
    return sorted(found, key=lambda wait: wait.since)


async def _tasks(session: AsyncSession, case_id: UUID) -> list[Wait]:
    tasks = (await session.execute(select(Task).where(Task.case_id == case_id))).scalars()
    return [
        Wait(task.opened_at, task.done_at, f"{task.department}/{task.post}", task.action, task.branch)
        for task in tasks
        if task.state != "closed"
    ]


async def _supplements(session: AsyncSession, case_id: UUID) -> list[Wait]:
    asked = (await session.execute(select(Supplement).where(Supplement.case_id == case_id))).scalars()
    return [
        Wait(one.asked_at, one.supplied_at or one.closed_at, "applicant", "supplement", one.branch) for one in asked
    ]


async def _steps(session: AsyncSession, case_id: UUID) -> list[Wait]:
    steps = select(Step).where(Step.case_id == case_id, Step.capability.in_(OUTSIDE), Step.state != "cancelled")
    rows = select(HistoryRow).where(HistoryRow.case_id == case_id)
    ended = {
        str(fact.get("request_id")): row.at
        for row in (await session.execute(rows)).scalars()
        for fact in history.facts_of(row)
        if fact["kind"] in ENDED_BY
    }
    return [
        Wait(
            step.asked_at,
            step.answered_at if step.capability == "identity.consent" else ended.get(str(step.request_id)),
            *OUTSIDE[step.capability],
            step.branch,
        )
        for step in (await session.execute(steps)).scalars()
    ]
