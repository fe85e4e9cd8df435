"""What cases ask of this service: which steps are open, and how they are answered."""

from uuid import UUID

from pydantic import BaseModel, JsonValue
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.outbox import emit
from contracts.events.identity import IdentityStepAnswered
from contracts.steps import FieldReference, Outcome
from svc_identity.models import Step


class ConsentArguments(BaseModel):
    """`person`: where the other person's identity number is; `title`: what for, as people read it."""

    person: FieldReference
    asked_by: UUID
    title: str


class GuardianshipArguments(BaseModel):
    child_number: FieldReference
    child_name: FieldReference
    guardians: list[UUID]
    subject_key: str


async def open_step(session: AsyncSession, request_id: UUID) -> Step | None:
    """The step if it still waits for us, locked."""
    step = await session.get(Step, request_id, with_for_update=True)
    return step if step is not None and step.state == "open" else None


async def answer(
    session: AsyncSession,
    request_id: UUID,
    outcome: Outcome,
    result: dict[str, JsonValue] | None = None,
    reason: str | None = None,
) -> None:
    """Once; after a cancellation nobody listens."""
    step = await open_step(session, request_id)
    if step is None:
        return
    step.state = "answered"
    said = IdentityStepAnswered(
        request_id=request_id, case_id=step.case_id, outcome=outcome, result=result or {}, reason=reason
    )
    emit(session, said)
