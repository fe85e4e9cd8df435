"""Requests of cases as they arrive."""

from pydantic import BaseModel, ValidationError
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.jobs import Job, enqueue
from contracts.events.workflow import StepRequested
from contracts.steps import Capability, Outcome
from svc_identity.jobs.steps import EstablishGuardianship, FindOtherPerson
from svc_identity.models import Step
from svc_identity.use_cases import steps

OURS: dict[Capability, tuple[type[BaseModel], type[Job]]] = {
    Capability.IDENTITY_CONSENT: (steps.ConsentArguments, FindOtherPerson),
    Capability.IDENTITY_GUARDIANSHIP: (steps.GuardianshipArguments, EstablishGuardianship),
}


async def take(session: AsyncSession, event: StepRequested) -> None:
    """Note a request of ours and look for the values it names; the same request again changes nothing."""
    if event.capability not in OURS:
        return
    shape, job = OURS[event.capability]
    row = {
        "request_id": event.request_id, "case_id": event.case_id, "applicant_id": event.applicant_id,
        "capability": event.capability.value, "purpose": event.purpose, "arguments": event.arguments,
    }  # fmt: skip
    added = await session.execute(insert(Step).values(row).on_conflict_do_nothing().returning(Step.request_id))
    if added.scalar() is None:
        return
    try:
        shape.model_validate(event.arguments)
    except ValidationError:
        await steps.answer(session, event.request_id, Outcome.FAILED, reason="malformed-request")
        return
    await enqueue(session, job.model_validate({"request_id": event.request_id}), key=str(event.request_id))
