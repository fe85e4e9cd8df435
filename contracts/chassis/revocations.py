"""Revoked sessions reach every service as events; the table keeps them, the denylist in memory refuses their tokens."""

import asyncio
import logging
from time import monotonic

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import is_away
from chassis.logs import describe
from chassis.runtime import Runtime
from chassis.tables import RevocationRow
from contracts.events.identity import SessionRevoked

logger = logging.getLogger(__name__)
RELOAD_SECONDS = 5.0
FORGET_SECONDS = 60.0


async def keep_revocation(event: SessionRevoked, session: AsyncSession) -> None:
    await revoke(session, event)


async def revoke(session: AsyncSession, event: SessionRevoked) -> None:
    """Refuse the session's tokens here from now on."""
    row = insert(RevocationRow).values(session_id=event.session_id, until=event.until)
    await session.execute(row.on_conflict_do_nothing())
    session.sync_session.info["denylist"].add(event.session_id, event.until)


async def load_denylist(runtime: Runtime) -> None:
    async with runtime.sessions.transaction() as session:
        rows = (await session.execute(select(RevocationRow).where(RevocationRow.until > func.now()))).scalars()
        runtime.tokens.denylist.replace({row.session_id: row.until for row in rows})


async def follow_denylist(runtime: Runtime) -> None:
    """Another process of this service may have taken the event: read the table again and again."""
    forget_at = 0.0
    while True:
        await asyncio.sleep(RELOAD_SECONDS)
        try:
            await load_denylist(runtime)
            if monotonic() < forget_at:
                continue
            async with runtime.sessions.transaction() as session:
                await session.execute(delete(RevocationRow).where(RevocationRow.until < func.now()))
            forget_at = monotonic() + FORGET_SECONDS
        except Exception as error:
            if not is_away(error):
                logger.warning("denylist not reloaded", extra={"reason": describe(error)})
