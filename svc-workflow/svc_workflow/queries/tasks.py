"""A clerk's inbox, and what a task needs on one screen."""

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, bindparam, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Bundle

from chassis import context
from chassis.access import Caller
from chassis.paging import Paging, page_of
from contracts.paging import Page
from svc_workflow import clock
from svc_workflow.models import Case, Task
from svc_workflow.queries.case_pages import FACTS, shown
from svc_workflow.queries.rows import Row, from_json
from svc_workflow.schemas.tasks import TaskLine, TaskOut

PAGE = f"""
select row(t.id, t.case_id, t.branch, t.action, t.post, t.state, t.decisions, t.claimed_by, t.opened_at, t.due_at) as task,
{FACTS}
from task t join case_file c on c.id = t.case_id
"""  # noqa: S608
"""Of one or more tasks `task`."""
_ONE = text(f"{PAGE} where t.id = :id and t.department = :department and t.post = :post")


class _Task(NamedTuple):
    """As `PAGE` tells it."""

    id: UUID
    case_id: UUID
    branch: str
    action: str
    post: str
    state: str
    decisions: list[str]
    claimed_by: UUID | None
    opened_at: datetime
    due_at: datetime | None


async def inbox(
    session: AsyncSession, clerk: Caller, paging: Paging, *, state: str, mine: bool, branch: str | None, late: bool
) -> Page[TaskLine]:
    """Tasks of the clerk's post, what is due first coming first; those claimed by colleagues are left out of open ones."""
    query = _inbox(state == "open", mine, branch is not None, late)
    given = {
        **{"department": clerk.department, "post": clerk.claims.post, "state": state, "clerk": clerk.person_id},
        **{"branch": branch, "now": clock.now()},
    }
    tasks, cursor = await page_of(session, query, [Task.sort_at, Task.id], paging, descending=False, given=given)
    lines = [TaskLine.model_validate(_line(task, task.case_number, task.title)) for task in tasks]
    return Page(items=lines, next_cursor=cursor)


@cache
def _inbox(unfinished: bool, mine: bool, one_branch: bool, late: bool) -> Select[Any]:
    """Made once: what a statement costs is for the most part its making."""
    shown_columns = [getattr(Task, name) for name in (*_Task._fields, "sort_at")]
    line: Any = Bundle("line", *shown_columns, Case.case_number, Case.title)
    query: Select[Any] = select(line).join(Case, Case.id == Task.case_id)
    for name in ("department", "post", "state"):
        query = query.where(getattr(Task, name) == bindparam(name))
    if mine:
        query = query.where(Task.claimed_by == bindparam("clerk"))
    elif unfinished:
        query = query.where(or_(Task.claimed_by.is_(None), Task.claimed_by == bindparam("clerk")))
    if one_branch:
        query = query.where(Task.branch == bindparam("branch"))
    return query.where(Task.due_at < bindparam("now")) if late else query


async def task_page(session: AsyncSession, task_id: UUID, clerk: Caller) -> TaskOut | None:
    """None: there is no such task at the clerk's post."""
    given = {"id": task_id, "department": clerk.department, "post": clerk.claims.post}
    row = (await session.execute(_ONE, given)).mappings().one_or_none()
    return None if row is None else page_of_task(row)


def page_of_task(row: Row) -> TaskOut:
    task = _Task(*row["task"])
    context.about_case(task.case_id)
    line = _line(task._replace(decisions=from_json(task.decisions)), row["case_number"], row["title"])
    return TaskOut.model_validate({**line, "case": shown(row, "department", only=task.branch)})


def _line(task: Any, case_number: str, title: str) -> dict[str, Any]:
    names = ("id", "case_id", "branch", "action", "post", "state", "decisions", "claimed_by", "opened_at")
    return {
        **{name: getattr(task, name) for name in names},
        "case_number": case_number,
        "title": title,
        "due": None if task.due_at is None else clock.day_of(task.due_at),
        "late": task.state == "open" and task.due_at is not None and task.due_at < clock.now(),
    }
