"""What cases ask of this service: which steps are open, and how they are answered."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, JsonValue
from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.outbox import emit
from contracts.events.identity import IdentityStepAnswered
from contracts.steps import FieldReference, Outcome
from svc_identity.models import Base

STEP = Base.metadata.tables["step"]
# Made once: what a statement costs is for the most part its making.
_WRITTEN = ("request_id", "case_id", "applicant_id", "capability", "purpose", "arguments")
ADD = (
    insert(STEP)
    .values({name: bindparam(name) for name in _WRITTEN})
    .on_conflict_do_nothing()
    .returning(STEP.c.request_id)
)
_OPEN = (STEP.c.request_id == bindparam("request")) & (STEP.c.state == "open")
_TOLD = (STEP.c.request_id, STEP.c.case_id, STEP.c.purpose, STEP.c.arguments)
READ = select(*_TOLD).where(_OPEN)
CLOSE = update(STEP).where(_OPEN).values(state=bindparam("to")).returning(*_TOLD)
OpenStep = Row[Any, Any, Any, Any]
"""A step that waits for us: `request_id`, `case_id`, `purpose`, `arguments`."""


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


async def open_step(session: AsyncSession, request_id: UUID) -> OpenStep | None:
    """The step if it still waits for us. It may be closed a moment later: nothing is locked."""
    step: OpenStep | None = (await session.execute(READ, {"request": request_id})).one_or_none()
    return step


async def close(session: AsyncSession, request_id: UUID, state: str = "answered") -> OpenStep | None:
    """The step if it waited for us until now; it is locked. Whoever closes it says so to whom it concerns."""
    return (await session.execute(CLOSE, {"request": request_id, "to": state})).one_or_none()


async def answer(
    session: AsyncSession,
    request_id: UUID,
    outcome: Outcome,
    result: dict[str, JsonValue] | None = None,
    reason: str | None = None,
) -> None:
    """Once; after a cancellation nobody listens."""
    step = await close(session, request_id)
    if step is not None:
        say(session, request_id, step.case_id, outcome, result, reason)


def say(
    session: AsyncSession, request_id: UUID, case_id: UUID, outcome: Outcome,
    result: dict[str, JsonValue] | None = None, reason: str | None = None,
) -> None:  # fmt: skip
    """The answer to a step that was closed just now."""
    emit(
        session,
        IdentityStepAnswered(
            request_id=request_id, case_id=case_id, outcome=outcome, result=result or {}, reason=reason
        ),
    )
