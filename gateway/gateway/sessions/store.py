"""Browser sessions: found by cookie in microseconds, refreshed once however many requests ask, ended everywhere."""

import asyncio
import hashlib
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from chassis.database import is_away
from chassis.jose import InvalidToken
from chassis.runtime import Runtime
from chassis.tokens import KeysAway
from contracts.claims import AccessClaims
from gateway.models import BrowserSession, PendingSignIn
from gateway.sessions.provider import Asked, Granted, Provider, ProviderAway, Refused
from gateway.settings import GatewaySettings

logger = logging.getLogger(__name__)
EARLY = timedelta(seconds=30)
TRUSTED_SECONDS = 15.0
REFRESH_LEASE = timedelta(seconds=10)
CAPACITY = 20_000


@dataclass(frozen=True, slots=True)
class Signed:
    """A live session as requests see it."""

    id_hash: bytes
    claims: AccessClaims
    name: str = field(repr=False)
    token: str = field(repr=False)
    csrf: str = field(repr=False)
    until: datetime
    checked: float
    """Monotonic time of the last look into the database."""


class SessionStore:
    """One a process. The database is looked into at most every 15 seconds for each session."""

    def __init__(self, runtime: Runtime, settings: GatewaySettings, provider: Provider) -> None:
        self._runtime, self._settings, self._provider = runtime, settings, provider
        self._known: dict[bytes, Signed] = {}

    # ------------------------------------------------------------------ finding

    def known(self, cookie: str) -> Signed | None:
        """The session as it was when last looked at, to tell who asks and no more: it may have ended since."""
        return self._known.get(_hash(cookie))

    def is_at_hand(self, signed: Signed) -> bool:
        """Whether what is known of it holds; otherwise the database, or the provider, must be asked."""
        return time.monotonic() - signed.checked <= TRUSTED_SECONDS and not self._is_stale(signed)

    async def find(self, cookie: str) -> Signed | None:
        """The session, with an access token that is good for a while; None when there is none any more."""
        signed = self.known(cookie)
        if signed is not None and self.is_at_hand(signed):
            return signed
        signed = await self._found(_hash(cookie), self._seen)
        if signed is None:
            self._known.pop(_hash(cookie), None)
            return None
        while len(self._known) >= CAPACITY:
            del self._known[next(iter(self._known))]
        self._known[signed.id_hash] = signed
        return signed

    async def glance(self, cookie: str) -> Signed | None:
        """The same for what a page does by itself: it does not count as being used, so the session may end meanwhile."""
        return await self._found(_hash(cookie), self._as_it_is)

    async def _found(self, id_hash: bytes, look: Callable[[bytes], Awaitable[BrowserSession | None]]) -> Signed | None:
        try:
            return await self._fresh(id_hash, look)
        except Exception as error:
            if is_away(error):
                raise ProviderAway() from None
            raise

    async def _fresh(self, id_hash: bytes, look: Callable[[bytes], Awaitable[BrowserSession | None]]) -> Signed | None:
        for _ in range(40):
            row = await look(id_hash)
            if row is None:
                return None
            if row.access_until - EARLY > datetime.now(UTC):
                return await self._verified(row)
            if await self._refresh(id_hash):
                continue
            await asyncio.sleep(0.1)
        raise ProviderAway()

    async def _seen(self, id_hash: bytes) -> BrowserSession | None:
        """The row, if it is alive; being seen keeps it alive."""
        async with self._runtime.sessions.transaction() as session:
            seen = update(BrowserSession).where(self._alive(id_hash)).values(seen_at=datetime.now(UTC))
            return (await session.execute(seen.returning(BrowserSession))).scalar_one_or_none()

    async def _as_it_is(self, id_hash: bytes) -> BrowserSession | None:
        async with self._runtime.sessions.transaction() as session:
            return (await session.execute(select(BrowserSession).where(self._alive(id_hash)))).scalar_one_or_none()

    def _alive(self, id_hash: bytes) -> ColumnElement[bool]:
        now = datetime.now(UTC)
        return (
            (BrowserSession.id_hash == id_hash)
            & (BrowserSession.seen_at > now - self._settings.session_idle)
            & (BrowserSession.created_at > now - self._settings.session_life)
        )

    async def _verified(self, row: BrowserSession) -> Signed | None:
        try:
            claims = await self._runtime.tokens.verify(row.access_token)
        except KeysAway:
            raise ProviderAway() from None
        except InvalidToken:
            await self._drop(row.id_hash)
            return None
        return Signed(row.id_hash, claims, row.name, row.access_token, row.csrf, row.access_until, time.monotonic())

    def _is_stale(self, signed: Signed) -> bool:
        revoked = signed.claims.sid is not None and signed.claims.sid in self._runtime.tokens.denylist
        return revoked or signed.until - EARLY <= datetime.now(UTC)

    async def _refresh(self, id_hash: bytes) -> bool:
        """Fetch new tokens, if nobody else is at it (a lease, for the processes of other machines too)."""
        now = datetime.now(UTC)
        free = or_(BrowserSession.refreshing_until.is_(None), BrowserSession.refreshing_until < now)
        async with self._runtime.sessions.transaction() as session:
            lease = update(BrowserSession).where(BrowserSession.id_hash == id_hash, free)
            name = func.coalesce(BrowserSession.refresh_name, secrets.token_urlsafe(24))
            lease = lease.values(refreshing_until=now + REFRESH_LEASE, refresh_name=name)
            row = (await session.execute(lease.returning(BrowserSession))).scalar_one_or_none()
        if row is None:
            return False
        if row.refresh_token is None or row.refresh_name is None:
            await self._drop(id_hash)
            return True
        try:
            granted = await self._provider.refresh(row.refresh_token, row.refresh_name)
        except Refused as error:
            logger.info("session ended by the provider", extra={"reason": str(error)})
            await self._drop(id_hash)
            return True
        tokens = {
            "access_token": granted.access_token,
            "refresh_token": granted.refresh_token,
            "refreshing_until": None,
            "refresh_name": None,
        }
        async with self._runtime.sessions.transaction() as session:
            mine = update(BrowserSession).where(BrowserSession.id_hash == id_hash)
            # Sealed columns cannot be compared, which is how the ORM would bring loaded rows up to date.
            mine = mine.execution_options(synchronize_session=False)
            await session.execute(mine.values(**tokens, access_until=_until(granted)))
        return True

    async def renew(self, cookie: str) -> None:
        """Have the next request carry a fresh token: the person's assurance has changed."""
        self._known.pop(_hash(cookie), None)
        async with self._runtime.sessions.transaction() as session:
            mine = update(BrowserSession).where(BrowserSession.id_hash == _hash(cookie))
            await session.execute(mine.values(access_until=datetime.now(UTC)))

    # ------------------------------------------------------------------ beginning and ending

    async def ask(self, to: str) -> tuple[Asked, str]:
        """Begin a sign-in; the question to the provider, and the value of the cookie that binds it to the browser."""
        asked, browser = Asked.new(), secrets.token_urlsafe(32)
        async with self._runtime.sessions.transaction() as session:
            await session.execute(delete(PendingSignIn).where(PendingSignIn.expires_at < datetime.now(UTC)))
            session.add(
                PendingSignIn(
                    state_hash=_hash(asked.state),
                    browser_hash=_hash(browser),
                    verifier=asked.verifier,
                    nonce=asked.nonce,
                    to=to,
                    expires_at=datetime.now(UTC) + self._settings.sign_in_life,
                )
            )
        return asked, browser

    async def take(self, state: str, browser: str) -> PendingSignIn | None:
        """The sign-in this browser began, once."""
        mine = (PendingSignIn.state_hash == _hash(state)) & (PendingSignIn.browser_hash == _hash(browser))
        async with self._runtime.sessions.transaction() as session:
            taken = (
                delete(PendingSignIn).where(mine, PendingSignIn.expires_at > datetime.now(UTC)).returning(PendingSignIn)
            )
            return (await session.execute(taken)).scalar_one_or_none()

    async def finish(self, code: str, pending: PendingSignIn) -> str:
        """Exchange the code; the new session's cookie value. Raises Refused or ProviderAway."""
        granted = await self._provider.exchange(code, pending.verifier)
        identity = await self._provider.identity_of(granted, pending.nonce)
        cookie, now = secrets.token_urlsafe(32), datetime.now(UTC)
        async with self._runtime.sessions.transaction() as session:
            session.add(
                BrowserSession(
                    id_hash=_hash(cookie),
                    subject=str(identity["sub"]),
                    kind=str(identity.get("kind", "person")),
                    sign_in=str(identity.get("sid", "")),
                    name=str(identity.get("name", "")),
                    csrf=secrets.token_urlsafe(24),
                    access_token=granted.access_token,
                    refresh_token=granted.refresh_token,
                    id_token=granted.id_token,
                    access_until=_until(granted),
                    created_at=now,
                    seen_at=now,
                )
            )
        return cookie

    async def end(self, cookie: str) -> str | None:
        """Forget the session here; where to send the browser so that the provider forgets it too."""
        id_hash = _hash(cookie)
        async with self._runtime.sessions.transaction() as session:
            row = (
                await session.execute(select(BrowserSession).where(BrowserSession.id_hash == id_hash))
            ).scalar_one_or_none()
        await self._drop(id_hash)
        return self._provider.logout_url(row.id_token) if row is not None else None

    async def _drop(self, id_hash: bytes) -> None:
        self._known.pop(id_hash, None)
        async with self._runtime.sessions.transaction() as session:
            await session.execute(delete(BrowserSession).where(BrowserSession.id_hash == id_hash))


def _hash(value: str) -> bytes:
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).digest()


def _until(granted: Granted) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=granted.expires_in)
