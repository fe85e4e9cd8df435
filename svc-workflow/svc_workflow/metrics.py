"""What svc-workflow counts, and what stands in its tables, for operators."""

from prometheus_client import Counter, Gauge
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from svc_workflow import clock
from svc_workflow.models import Branch, Case, Incident, Task

advances = Counter(
    "onedoor_engine_advances_total", "Commands that processes took, by how it ended", ["command", "result"]
)
incidents = Gauge("onedoor_incidents_open", "Cases that cannot go on without a person, by why", ["reason"])
cases = Gauge("onedoor_cases_open", "Cases without an outcome")
branches = Gauge("onedoor_branches_open", "Departments' parts of cases that have not ended, by state", ["state"])
tasks = Gauge("onedoor_tasks_open", "What waits for a post of a department, by whether its time is over", ["late"])


async def look(session: AsyncSession) -> None:
    for gauge in (incidents, branches, tasks):
        gauge.clear()
    open_ones = select(Incident.reason, func.count()).where(Incident.resolved_at.is_(None)).group_by(Incident.reason)
    for reason, count in await session.execute(open_ones):
        incidents.labels(reason).set(count)
    without_outcome = select(func.count()).select_from(Case).where(Case.outcome.is_(None))
    cases.set(await session.scalar(without_outcome) or 0)
    parts = select(Branch.state, func.count()).where(Branch.ended_at.is_(None)).group_by(Branch.state)
    for state, count in await session.execute(parts):
        branches.labels(state).set(count)
    late = func.count().filter(Task.due_at < clock.now())
    waiting = select(func.count(), late).select_from(Task).where(Task.state == "open")
    every, overdue = (await session.execute(waiting)).one()
    tasks.labels("no").set(every - overdue)
    tasks.labels("yes").set(overdue)
