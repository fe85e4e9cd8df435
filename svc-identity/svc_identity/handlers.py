"""What svc-identity does when something happened elsewhere."""

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.inbox import Handlers
from contracts.events.sharing import VerificationAnswered
from contracts.events.workflow import StepCancelled, StepRequested
from svc_identity.use_cases import evidence, requests

handlers = Handlers()


@handlers.on(StepRequested, when=requests.is_ours)
async def take_step(event: StepRequested, session: AsyncSession) -> None:
    await requests.take(session, event)


@handlers.on(StepCancelled, when=requests.is_ours)
async def drop_step(event: StepCancelled, session: AsyncSession) -> None:
    await requests.drop(session, event)


@handlers.on(VerificationAnswered)
async def keep_verification(event: VerificationAnswered, session: AsyncSession) -> None:
    await evidence.keep_register(session, event.reference, event.outcome.value, event.source_name)
