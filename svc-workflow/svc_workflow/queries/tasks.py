"""A clerk's inbox, and what a task needs on one screen."""

from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Caller
from chassis.paging import Paging, page_of
from contracts.paging import Page
from svc_workflow import clock
from svc_workflow.models import Case, Task
from svc_workflow.queries.cases import case_page
from svc_workflow.schemas.tasks import TaskLine, TaskOut


async def inbox(
    session: AsyncSession, clerk: Caller, paging: Paging, *, state: str, mine: bool, branch: str | None, late: bool
) -> Page[TaskLine]:
    """Tasks of the clerk's post, what is due first coming first; those claimed by colleagues are left out of open ones."""
    query = select(Task).where(Task.department == clerk.department, Task.post == clerk.claims.post, Task.state == state)
    if mine:
        query = query.where(Task.claimed_by == clerk.person_id)
    elif state == "open":
        query = query.where(or_(Task.claimed_by.is_(None), Task.claimed_by == clerk.person_id))
    if branch is not None:
        query = query.where(Task.branch == branch)
    if late:
        query = query.where(Task.due_at < clock.now())
    tasks, cursor = await page_of(session, query, [Task.sort_at, Task.id], paging, descending=False)
    cases = await _cases(session, {task.case_id for task in tasks})
    return Page(items=[TaskLine.model_validate(_line(task, cases[task.case_id])) for task in tasks], next_cursor=cursor)


async def task_page(session: AsyncSession, task: Task) -> TaskOut:
    case = await session.get_one(Case, task.case_id)
    page = await case_page(session, case, "department", only=task.branch)
    return TaskOut.model_validate({**_line(task, case), "case": page})


async def _cases(session: AsyncSession, ids: set[UUID]) -> dict[UUID, Case]:
    found = (await session.execute(select(Case).where(Case.id.in_(ids)))).scalars()
    return {case.id: case for case in found}


def _line(task: Task, case: Case) -> dict[str, Any]:
    names = ("id", "case_id", "branch", "action", "post", "state", "decisions", "claimed_by", "opened_at")
    return {
        **{name: getattr(task, name) for name in names},
        "case_number": case.case_number,
        "title": case.title,
        "due": None if task.due_at is None else clock.day_of(task.due_at),
        "late": task.state == "open" and task.due_at is not None and task.due_at < clock.now(),
    }
