"""What a clerk does: claim, give back, decide."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from chassis import context
from chassis.access import Caller
from chassis.identifiers import new_id
from chassis.problems import Conflict, InvalidInput, NotFound
from contracts.events.workflow import SupplementAsked, TaskCompleted
from svc_workflow import sealed
from svc_workflow.engine import CompleteTask
from svc_workflow.errors import SupplementAskedBefore, TaskClosed, TaskTaken
from svc_workflow.forms import form_of
from svc_workflow.host import ProcessStuck, Work, at_work, progress
from svc_workflow.models import Base, Branch, Supplement, Task
from svc_workflow.queries.tasks import PAGE, page_of_task, task_page
from svc_workflow.rules.branches import BranchState, Decision
from svc_workflow.schemas.tasks import Completion, TaskOut

# Whoever may not, or cannot just now, is told why by the steps that look first.
_HAND_OVER = text(f"""
with task as (
    update task set claimed_by = :to
    where id = :id and department = :department and post = :post and state = 'open'
        and (claimed_by is null or claimed_by = :clerk)
    returning *
)
{PAGE}
""")  # noqa: S608


_TASKS = Base.metadata.tables["task"]
_DONE = (
    update(_TASKS)
    .where(_TASKS.c.id == bindparam("task"), _TASKS.c.state == "open")
    .where(_TASKS.c.claimed_by.is_(None) | (_TASKS.c.claimed_by == bindparam("clerk")))
    .values({name: bindparam(name) for name in ("state", "done_at", "done_by", "decision", "claimed_by")})
    .returning(_TASKS.c.id)
)
_FOUND = select(Task).where(Task.id == bindparam("id"))
_FOUND_AND_LOCKED = _FOUND.with_for_update().execution_options(populate_existing=True)


async def task_of(session: AsyncSession, task_id: UUID, clerk: Caller, *, lock: bool = False) -> Task:
    """A task of the clerk's post; NotFound for everybody else."""
    task: Task | None = await session.scalar(_FOUND_AND_LOCKED if lock else _FOUND, {"id": task_id})
    if task is None or task.department != clerk.department or task.post != clerk.claims.post:
        raise NotFound()
    context.about_case(task.case_id)
    return task


async def look(session: AsyncSession, task_id: UUID, clerk: Caller) -> TaskOut:
    """With its case. NotFound for everybody who is not at the task's post."""
    page = await task_page(session, task_id, clerk)
    if page is None:
        raise NotFound()
    return page


async def claim(session: AsyncSession, task_id: UUID, clerk: Caller) -> TaskOut:
    return await _hand_over(session, task_id, clerk, clerk.person_id)


async def release(session: AsyncSession, task_id: UUID, clerk: Caller) -> TaskOut:
    return await _hand_over(session, task_id, clerk, None)


async def _hand_over(session: AsyncSession, task_id: UUID, clerk: Caller, to: UUID | None) -> TaskOut:
    given = {
        "id": task_id,
        "to": to,
        "clerk": clerk.person_id,
        "department": clerk.department,
        "post": clerk.claims.post,
    }
    row = (await session.execute(_HAND_OVER, given)).mappings().one_or_none()
    if row is not None:
        return page_of_task(row)
    task = await task_of(session, task_id, clerk, lock=True)
    _open_for(task, clerk)
    task.claimed_by = to  # a colleague has just given it back
    await session.flush()
    return await look(session, task_id, clerk)


async def complete(session: AsyncSession, task_id: UUID, clerk: Caller, body: Completion) -> tuple[Task, Branch]:
    task = await task_of(session, task_id, clerk)
    async with at_work(session, task.case_id) as work:
        await _mark_done(session, task, clerk, body.decision, work.now)
        if body.decision not in task.decisions:
            raise InvalidInput.at("#/decision", "not-offered", f"One of: {', '.join(task.decisions)}")
        branch = work.branches[task.branch]
        _tell(work, task, branch, body)
        variables = await _decide(work, task, branch, body)
        try:
            await work.carry_out(CompleteTask(str(task.id), variables))
        except ProcessStuck as stuck:
            raise Conflict("The process cannot take this decision now") from stuck
    return task, branch


async def _mark_done(session: AsyncSession, task: Task, clerk: Caller, decision: Decision, now: datetime) -> None:
    """Looks whether the clerk may, locks and writes in one statement; whoever may not is told why."""
    done = {"state": "done", "done_at": now, "done_by": clerk.person_id, "decision": decision.value}
    values = {**done, "claimed_by": clerk.person_id}
    if await session.scalar(_DONE, {"task": task.id, "clerk": clerk.person_id, **values}) is None:
        await session.refresh(task, with_for_update=True)
        _open_for(task, clerk)
        await session.execute(_DONE, {"task": task.id, "clerk": clerk.person_id, **values})  # just given back
    for name, value in values.items():
        set_committed_value(task, name, value)


def _open_for(task: Task, clerk: Caller) -> None:
    if task.state != "open":
        raise TaskClosed()
    if task.claimed_by not in (None, clerk.person_id):
        raise TaskTaken()


def _tell(work: Work, task: Task, branch: Branch, body: Completion) -> None:
    work.note(
        "task-completed",
        branch.code,
        action=task.action,
        decision=body.decision.value,
        reason=body.reason,
        department=task.department,
        post=task.post,
        staff_id=str(task.done_by),
        task_id=str(task.id),
    )
    completed = TaskCompleted(
        **work.about_branch(branch),
        task_id=task.id,
        action=task.action,
        decision=body.decision.value,
        staff_id=task.done_by,
    )
    work.emit(completed)


async def _decide(work: Work, task: Task, branch: Branch, body: Completion) -> dict[str, Any]:
    """What the decision means for the branch, and what of it the process may know."""
    variables: dict[str, Any] = {"decision": body.decision.value, "reason": body.reason}
    match body.decision:
        case Decision.RECEIVE:
            progress.receive(work, branch)
        case Decision.ACCEPT:
            progress.accept(work, branch)
        case Decision.SUPPLEMENT:
            supplement = await _ask_supplement(work, branch, body)
            variables["supplement_id"] = str(supplement.id)
        case Decision.REFUSE | Decision.REFUSE_TO_ACCEPT:
            work.reasons[branch.code] = body.reason or "refused"
        case Decision.START_SPECIAL_PROCEDURE:
            work.procedure = body.procedure
            variables["procedure"] = body.procedure
    return variables


async def _ask_supplement(work: Work, branch: Branch, body: Completion) -> Supplement:
    mine = (Supplement.case_id == work.case.id) & (Supplement.branch == branch.code)
    if (await work.session.execute(select(Supplement.id).where(mine))).first() is not None:
        raise SupplementAskedBefore()
    form = form_of(work.case.bundle_code)
    if form is None:
        raise LookupError(f"no form of {work.case.bundle_code}")
    for place, item in enumerate(body.items or []):
        if item.code in form.fields and item.code not in form.fields_of(branch.code):
            raise InvalidInput.at(f"#/items/{place}/code", "not-yours", "The branch does not receive this field")
    reply_by = work.calendar.last_day(work.now, form.reply_limit.amount, form.reply_limit.unit.value)
    items = [item.model_dump() for item in body.items or []]
    supplement = Supplement(
        id=new_id(),
        case_id=work.case.id,
        branch=branch.code,
        items=sealed.seal(work.case.data_key, work.case.id, sealed.SUPPLEMENT_ITEMS, items),
        asked_at=work.now,
        reply_by=reply_by,
    )
    work.session.add(supplement)
    branch.state = BranchState.SUPPLEMENT_ASKED
    asked = [item["code"] for item in items]
    work.note("supplement-asked", branch.code, department=branch.department, reply_by=supplement.reply_by, items=asked)
    work.emit(SupplementAsked(**work.about_branch(branch), supplement_id=supplement.id, reply_by=supplement.reply_by))
    return supplement
