"""What time brings: silence becomes a no, and what nobody needs any more goes."""

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.jobs import Job
from svc_identity.models import AuthorizationCode, Family, Lockout, RefreshToken, SignIn, UsedAssertion
from svc_identity.rules import FORGET_AFTER
from svc_identity.use_cases import consents

KEEP_SIGN_INS = timedelta(days=7)


class LapseConsents(Job):
    kind: ClassVar = "identity.lapse-consents"
    every: ClassVar = timedelta(minutes=10)

    async def finish(self, session: AsyncSession, answer: Any) -> None:
        await consents.lapse(session)


class Tidy(Job):
    """Spent codes, tokens, assertions and counters. Sign-ins are kept for a week after they ended."""

    kind: ClassVar = "identity.tidy"
    every: ClassVar = timedelta(hours=1)

    async def finish(self, session: AsyncSession, answer: Any) -> None:
        now = datetime.now(UTC)
        long_ago = now - KEEP_SIGN_INS
        gone = select(SignIn.id).where(or_(SignIn.expires_at < long_ago, SignIn.ended_at < long_ago))
        families = select(Family.id).where(Family.sign_in_id.in_(gone))
        await session.execute(delete(UsedAssertion).where(UsedAssertion.expires_at < now))
        await session.execute(delete(Lockout).where(Lockout.last_at < now - FORGET_AFTER))
        await session.execute(delete(AuthorizationCode).where(AuthorizationCode.family_id.in_(families)))
        await session.execute(delete(RefreshToken).where(RefreshToken.family_id.in_(families)))
        await session.execute(delete(Family).where(Family.sign_in_id.in_(gone)))
        await session.execute(delete(SignIn).where(SignIn.id.in_(gone)))
