"""What the engine asks for, done: rows, events, lines of the case's story."""

from collections.abc import Awaitable, Callable, Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import bindparam, delete

from chassis.later import later
from contracts.events.workflow import IncidentRaised, IncidentResolved, StepRequested, TaskOpened
from contracts.steps import Capability
from svc_workflow import clock, steps
from svc_workflow.engine import effects
from svc_workflow.host import forms, progress
from svc_workflow.models import Incident, Step, Subscription, Task, Timer

if TYPE_CHECKING:
    from svc_workflow.host.work import Work

# Behind the rows that the transaction adds itself: what is asked for and called off at once is gone too.
_NO_TIMER = delete(Timer).where(Timer.id == bindparam("gone"))
_NO_SUBSCRIPTION = delete(Subscription).where(Subscription.id == bindparam("gone"))


async def perform(work: "Work", effect: effects.Effect) -> None:
    await _PERFORM[type(effect)](work, effect)


def unperformable(found: Iterable[effects.Effect], branches: Collection[str]) -> str | None:
    """What a process asks for that nobody can do: a mistake in its drawing, found before anything is done."""
    for effect in found:
        if isinstance(effect, effects.OpenTask) and effect.branch not in branches:
            return f"{effect.element}: no branch of the bundle has this task"
        if isinstance(effect, effects.RequestStep) and effect.capability not in list(Capability):
            return f"{effect.element}: nobody has the capability {effect.capability}"
    return None


async def _open_task(work: "Work", effect: effects.OpenTask) -> None:
    branch = work.branches[effect.branch or ""]
    progress.task_opens(work, branch, effect)
    due = branch.promised_due if effect.limit is None else work.calendar.deadline(work.now, _limit(effect.limit))
    task = Task(
        id=UUID(effect.id),
        case_id=work.case.id,
        branch=branch.code,
        element=effect.element,
        action=effect.action,
        department=branch.department,
        post=effect.post,
        decisions=list(effect.decisions),
        excluded=effect.clock == "excluded",
        state="open",
        due_at=due,
        sort_at=due or clock.END_OF_TIME,
        opened_at=work.now,
    )
    work.session.add(task)
    work.note("task-opened", branch.code, action=effect.action, department=branch.department, post=effect.post)
    work.emit(
        TaskOpened(
            **work.about_branch(branch),
            task_id=task.id,
            action=effect.action,
            post=effect.post,
            due=None if due is None else clock.day_of(due),
        )
    )


def _limit(given: tuple[int, str]) -> dict[str, Any]:
    return {"amount": given[0], "unit": given[1]}


async def _close_task(work: "Work", effect: effects.CloseTask) -> None:
    task = await work.session.get_one(Task, UUID(effect.id))
    if task.excluded:
        await progress.special_procedure_ends(work, work.branches[task.branch])
    if task.state == "open":
        task.state, task.done_at = "closed", work.now
        work.note("task-closed", task.branch, action=task.action, reason=effect.how)


async def _request_step(work: "Work", effect: effects.RequestStep) -> None:
    branch = work.branches.get(effect.branch or "")
    request_id = UUID(effect.id)
    arguments: dict[str, Any] = dict(effect.arguments)
    question = StepRequested(
        request_id=request_id,
        case_id=work.case.id,
        case_number=work.case.case_number,
        applicant_id=work.case.applicant_id,
        capability=Capability(effect.capability),
        purpose=f"{work.case.bundle_code}/{effect.branch}" if effect.branch else work.case.bundle_code,
        branch=None if branch is None else branch.code,
        item_code=None if branch is None else branch.item_code,
        department=None if branch is None else branch.department,
        arguments=arguments,
        form_code=None,
    )
    if branch is not None and forms.needed(arguments):
        code = forms.issue(work.session, work.case.id, branch.code, request_id)
        question = question.model_copy(update={"form_code": code})
    steps.ask(work.session, question, at=work.now, from_process=True)
    progress.step_asked(work, branch, question)


async def _close_step(work: "Work", effect: effects.CloseStep) -> None:
    step = await work.session.get_one(Step, UUID(effect.id))
    if step.state == "waiting":
        steps.call_off(work.session, step)
        work.note("step-cancelled", step.branch, capability=step.capability, request_id=str(step.request_id))


async def _schedule_timer(work: "Work", effect: effects.ScheduleTimer) -> None:
    work.session.add(Timer(id=UUID(effect.id), case_id=work.case.id, due_at=datetime.fromisoformat(effect.due)))


async def _cancel_timer(work: "Work", effect: effects.CancelTimer) -> None:
    later(work.session, _NO_TIMER, {"gone": UUID(effect.id)})


async def _subscribe(work: "Work", effect: effects.Subscribe) -> None:
    subscription = Subscription(
        id=UUID(effect.id), case_id=work.case.id, name=effect.message, correlation=effect.correlation
    )
    work.session.add(subscription)


async def _unsubscribe(work: "Work", effect: effects.Unsubscribe) -> None:
    later(work.session, _NO_SUBSCRIPTION, {"gone": UUID(effect.id)})


async def _raise_incident(work: "Work", effect: effects.RaiseIncident) -> None:
    branch = work.branches.get(effect.branch or "")
    incident = Incident(
        id=UUID(effect.id),
        case_id=work.case.id,
        branch=None if branch is None else branch.code,
        department=None if branch is None else branch.department,
        element=effect.element,
        reason=work.failure or "process-stuck",
        detail=effect.reason,
        raised_at=work.now,
    )
    work.session.add(incident)
    work.note("incident-raised", incident.branch, reason=incident.reason)
    work.emit(IncidentRaised(**work.about(), incident_id=incident.id, branch=incident.branch, reason=incident.reason))


async def _clear_incident(work: "Work", effect: effects.ClearIncident) -> None:
    incident = await work.session.get_one(Incident, UUID(effect.id))
    incident.resolved_at = work.now
    work.note("incident-resolved", incident.branch, reason=incident.reason)
    work.emit(IncidentResolved(**work.about(), incident_id=incident.id))


async def _open_branch(work: "Work", effect: effects.OpenBranch) -> None:
    work.note("branch-opened", effect.branch)


async def _decide_branch(work: "Work", effect: effects.DecideBranch) -> None:
    branch = work.branches.get(effect.branch)
    if branch is not None:
        await progress.branch_decided(work, branch, effect.outcome, effect.reason)


async def _close_branch(work: "Work", effect: effects.CloseBranch) -> None:
    return None


async def _end_instance(work: "Work", effect: effects.EndInstance) -> None:
    work.instance.ended = True
    await progress.case_ends(work)


_PERFORM: dict[type, Callable[["Work", Any], Awaitable[None]]] = {
    effects.OpenTask: _open_task,
    effects.CloseTask: _close_task,
    effects.RequestStep: _request_step,
    effects.CloseStep: _close_step,
    effects.ScheduleTimer: _schedule_timer,
    effects.CancelTimer: _cancel_timer,
    effects.Subscribe: _subscribe,
    effects.Unsubscribe: _unsubscribe,
    effects.RaiseIncident: _raise_incident,
    effects.ClearIncident: _clear_incident,
    effects.OpenBranch: _open_branch,
    effects.DecideBranch: _decide_branch,
    effects.CloseBranch: _close_branch,
    effects.EndInstance: _end_instance,
}
