"""Asking other services: a row to remember what was asked, an event to ask it, another to call it off."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.outbox import emit
from contracts.events.workflow import StepCancelled, StepRequested
from contracts.steps import Capability
from svc_workflow.models import Step


def ask(
    session: AsyncSession,
    question: StepRequested,
    *,
    at: datetime,
    from_process: bool = False,
) -> Step:
    """Publish the question and remember it under its `request_id`."""
    step = Step(
        request_id=question.request_id,
        case_id=question.case_id,
        applicant_id=question.applicant_id,
        branch=question.branch,
        capability=question.capability,
        purpose=question.purpose,
        arguments=question.arguments,
        from_process=from_process,
        state="waiting",
        asked_at=at,
    )
    session.add(step)
    emit(session, question)
    return step


def call_off(session: AsyncSession, step: Step) -> None:
    step.state = "cancelled"
    emit(
        session,
        StepCancelled(request_id=step.request_id, case_id=step.case_id, capability=Capability(step.capability)),
    )


async def steps_of(session: AsyncSession, case_id: UUID) -> list[Step]:
    """All that was asked for a case or an application, oldest first."""
    query = select(Step).where(Step.case_id == case_id).order_by(Step.asked_at, Step.request_id)
    return list((await session.execute(query)).scalars())
