"""The issuer's own keys: the newest signs, the one before still verifies."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.database import Sessions, is_away
from chassis.jose import KeySet, SigningKey
from svc_identity.models import SigningKeyRow

VERIFIES_AFTERWARDS = timedelta(hours=1)
"""Longer than any token lives."""
RELOAD_SECONDS = 30.0
RELOAD_AT_MOST_EVERY = 1.0


class IssuerKeys:
    """The keys in the table, read again now and then: another process may have rotated them."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._signing: SigningKey | None = None
        self._known = KeySet()
        self._read_at = 0.0
        self._reading = asyncio.Lock()

    async def current(self) -> KeySet:
        return await self._no_older_than(RELOAD_SECONDS)

    async def refresh(self) -> KeySet:
        return await self._no_older_than(RELOAD_AT_MOST_EVERY)

    async def signing(self) -> SigningKey:
        await self.current()
        if self._signing is None:
            raise RuntimeError("there is no signing key; it is made at start")
        return self._signing

    async def read(self) -> KeySet:
        since = datetime.now(UTC) - VERIFIES_AFTERWARDS
        good = SigningKeyRow.retired_at.is_(None) | (SigningKeyRow.retired_at > since)
        async with self._sessions.transaction() as session:
            newest_first = select(SigningKeyRow).where(good).order_by(SigningKeyRow.created_at.desc())
            rows = (await session.execute(newest_first)).scalars().all()
        keys = {row.kid: SigningKey.parse(row.private) for row in rows}
        self._signing = next((keys[row.kid] for row in rows if row.retired_at is None), None)
        self._known = KeySet(key.public for key in keys.values())
        self._read_at = time.monotonic()
        return self._known

    async def _no_older_than(self, seconds: float) -> KeySet:
        if self._signing is not None and (self._reading.locked() or time.monotonic() - self._read_at <= seconds):
            return self._known
        try:
            async with self._reading:
                return await self.read()
        except Exception as error:
            if self._signing is None or not is_away(error):
                raise
            return self._known  # the database is away; what was read before stays good


async def ensure_key(session: AsyncSession) -> None:
    """Make the first key; several processes may start at once."""
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtext('onedoor signing key'))"))
    current = select(SigningKeyRow.kid).where(SigningKeyRow.retired_at.is_(None))
    if (await session.execute(current)).first() is None:
        _add_key(session)


async def rotate(session: AsyncSession) -> str:
    """A new key signs from now on; its `kid`."""
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtext('onedoor signing key'))"))
    old = update(SigningKeyRow).where(SigningKeyRow.retired_at.is_(None))
    await session.execute(old.values(retired_at=datetime.now(UTC)))
    return _add_key(session)


def _add_key(session: AsyncSession) -> str:
    key = SigningKey.generate()
    session.add(SigningKeyRow(kid=key.kid, private=key.to_jwk(), created_at=datetime.now(UTC)))
    return key.kid
