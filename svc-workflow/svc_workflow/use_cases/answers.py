"""What other services answered, brought to the application or the case that asked."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.steps import Outcome, StepAnswered
from svc_workflow import clock
from svc_workflow.engine import AnswerStep, Message
from svc_workflow.host import Work, at_work, attempt, definitions, hold, hold_steps, progress, write_whole
from svc_workflow.models import Step
from svc_workflow.rules.branches import BEFORE_ACCEPTANCE

TOLD = ("exchange_id", "grant_id", "source_name", "records", "parcel_id", "bill_id", "consent_id", "child_id")
"""Of a step's result, what the case's story tells."""


async def take_up(session: AsyncSession, cases: Iterable[UUID], requests: Iterable[UUID]) -> None:
    """Have at hand what several answers and messages need, in a few statements: their cases, then their steps."""
    await hold(session, cases)
    await hold_steps(session, requests)


async def take_answer(session: AsyncSession, event: StepAnswered) -> None:
    """Keep the answer; a process that waits for it goes on. An answer to what was called off is forgotten."""
    step = await session.get(Step, event.request_id)
    if step is None:
        return
    if not step.from_process:
        if step.state == "waiting":
            _answered(step, event)
        return
    async with at_work(session, step.case_id) as work:
        await work.current(step)
        if step.state == "waiting":
            _answered(step, event)
            await _go_on(work, step, event)


def _answered(step: Step, event: StepAnswered) -> None:
    # What happened to the step may have arrived before its answer: it stays.
    step.state, step.result, step.reason = event.outcome.value, {**(step.result or {}), **event.result}, event.reason
    step.answered_at = clock.now()
    write_whole(step)


async def _go_on(work: Work, step: Step, event: StepAnswered) -> None:
    told = {name: event.result.get(name) for name in TOLD}
    work.note(
        "step-answered",
        step.branch,
        capability=step.capability,
        resource=step.arguments.get("resource"),
        request_id=str(step.request_id),
        outcome=event.outcome.value,
        reason=event.reason,
        **told,
    )
    branch = work.branches.get(step.branch or "")
    if branch is not None and event.outcome is Outcome.REFUSED and event.reason:
        work.reasons[branch.code] = event.reason
    submitted = step.capability == "sharing.submit" and event.outcome is Outcome.DONE
    if branch is not None and submitted and branch.state in BEFORE_ACCEPTANCE:
        # The department's system has taken it: receipt and acceptance in one.
        progress.accept(work, branch)
    work.failure = event.reason if event.outcome is Outcome.FAILED else None
    result = {**event.result, "request_id": str(step.request_id), "reason": event.reason}
    await attempt(work, AnswerStep(str(step.request_id), event.outcome.value, result), step.branch)


async def take_message(
    session: AsyncSession, name: str, request_id: UUID | None, correlation: str, facts: dict[str, Any]
) -> None:
    """Something happened to what a step asked for: a licence came, a parcel arrived, a bill was paid."""
    step = None if request_id is None else await session.get(Step, request_id)
    if step is None or not step.from_process:
        return
    async with at_work(session, step.case_id) as work:
        await work.current(step)
        step.result = {**(step.result or {}), **facts}
        write_whole(step)
        graph = await definitions.graph_of(session, work.instance.definition)
        if name in graph.messages and not work.instance.ended:
            work.note(name.replace(".", "-"), step.branch, request_id=str(request_id), **facts)
            await attempt(work, Message(name, correlation, facts), step.branch)
