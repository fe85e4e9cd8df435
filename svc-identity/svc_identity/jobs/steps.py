"""What a case's steps need from svc-sharing."""

from datetime import UTC, datetime, timedelta
from typing import ClassVar
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.identifiers import IdentityNumber
from chassis.jobs import GiveUp, Job
from chassis.runtime import Runtime
from contracts.steps import Outcome
from svc_identity.clients import resolve
from svc_identity.rooms import settings_of
from svc_identity.use_cases import consents, guardianship, steps

NUMBER: TypeAdapter[str] = TypeAdapter(IdentityNumber)


class _StepJob(Job):
    """A step's answer is `failed` when svc-sharing refuses, or stays away for about two hours: the case shows an incident, a
    clerk retries."""

    attempts: ClassVar = 30
    request_id: UUID

    async def prepare(self, session: AsyncSession) -> steps.OpenStep | None:
        return await steps.open_step(session, self.request_id)

    async def give_up(self, session: AsyncSession, reason: str) -> None:
        await steps.answer(session, self.request_id, Outcome.FAILED, reason=reason)


class FindOtherPerson(_StepJob):
    """Learns the other person's number, to ask for their agreement."""

    kind: ClassVar = "identity.find-other-person"

    async def call(self, runtime: Runtime, plan: steps.OpenStep) -> tuple[str, datetime]:
        arguments = steps.ConsentArguments.model_validate(plan.arguments)
        [number] = await resolve(runtime, plan.purpose, plan.case_id, arguments.person)
        return _checked(number), datetime.now(UTC) + timedelta(days=settings_of(runtime).consent_days)

    async def finish(self, session: AsyncSession, answer: tuple[str, datetime]) -> None:
        number, lapses_at = answer
        await consents.ask(session, self.request_id, number, lapses_at)


class EstablishGuardianship(_StepJob):
    """Learns the child's number and name, which the police gave."""

    kind: ClassVar = "identity.establish-guardianship"

    async def call(self, runtime: Runtime, plan: steps.OpenStep) -> tuple[str, str]:
        arguments = steps.GuardianshipArguments.model_validate(plan.arguments)
        wanted = (arguments.child_name, arguments.child_number)
        name, number = await resolve(runtime, plan.purpose, plan.case_id, *wanted)
        return name, _checked(number)

    async def finish(self, session: AsyncSession, answer: tuple[str, str]) -> None:
        await guardianship.establish(session, self.request_id, *answer)


def _checked(number: str) -> str:
    try:
        return NUMBER.validate_python(number)
    except ValidationError:
        raise GiveUp("number-not-valid") from None
