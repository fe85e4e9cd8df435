"""Requests of cases as they arrive."""

from pydantic import BaseModel, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.jobs import Job, enqueue
from contracts.events.workflow import StepCancelled, StepRequested
from contracts.steps import Capability, Outcome
from svc_identity.jobs.steps import EstablishGuardianship, FindOtherPerson
from svc_identity.use_cases import consents, steps

OURS: dict[Capability, tuple[type[BaseModel], type[Job]]] = {
    Capability.IDENTITY_CONSENT: (steps.ConsentArguments, FindOtherPerson),
    Capability.IDENTITY_GUARDIANSHIP: (steps.GuardianshipArguments, EstablishGuardianship),
}


def is_ours(event: StepRequested | StepCancelled) -> bool:
    return event.capability in OURS


async def take(session: AsyncSession, event: StepRequested) -> None:
    """Note a request of ours and look for the values it names; the same request again changes nothing."""
    shape, job = OURS[event.capability]
    row = {
        "request_id": event.request_id, "case_id": event.case_id, "applicant_id": event.applicant_id,
        "capability": event.capability.value, "purpose": event.purpose, "arguments": event.arguments,
    }  # fmt: skip
    if (await session.execute(steps.ADD, row)).one_or_none() is None:
        return
    try:
        shape.model_validate(event.arguments)
    except ValidationError:
        await steps.answer(session, event.request_id, Outcome.FAILED, reason="malformed-request")
        return
    await enqueue(session, job.model_validate({"request_id": event.request_id}), key=str(event.request_id))


async def drop(session: AsyncSession, event: StepCancelled) -> None:
    """The case no longer wants it."""
    await consents.withdraw(session, event.request_id)
