"""What svc-feedback does when something happened elsewhere."""

from datetime import timedelta
from functools import cache

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.inbox import Handlers
from contracts.events.workflow import CaseClosed, CaseSilenced, CaseSubmitted
from svc_feedback import use_cases
from svc_feedback.settings import FeedbackSettings

handlers = Handlers()


@handlers.on(CaseSubmitted)
async def remember(event: CaseSubmitted, session: AsyncSession) -> None:
    use_cases.remember_case(session, event)


@handlers.on(CaseSilenced)
async def silence(event: CaseSilenced, session: AsyncSession) -> None:
    await use_cases.silence(session, event.case_id)


@handlers.on(CaseClosed)
async def invite(event: CaseClosed, session: AsyncSession) -> None:
    await use_cases.invite(session, event.case_id, _life())


@cache
def _life() -> timedelta:
    return FeedbackSettings().invitation_life
