"""Access tokens as a service sees them: verified with the issuer's keys, and dead when their session was revoked."""

import time
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Any, Protocol

from pydantic import ValidationError

from chassis.jose import InvalidToken, KeySet, TokenVerifier, UnknownKey
from contracts.claims import PEOPLE, AccessClaims

ACCESS_TOKEN = "at+jwt"  # noqa: S105 - the typ of RFC 9068


class Keys(Protocol):
    """Where verifying keys come from; `refresh` is asked for when a token names an unknown key."""

    async def current(self) -> KeySet: ...
    async def refresh(self) -> KeySet: ...


class FixedKeys:
    """Keys that are at hand: the issuer's own, or a test's."""

    def __init__(self, get: Callable[[], KeySet]) -> None:
        self._get = get

    async def current(self) -> KeySet:
        return self._get()

    async def refresh(self) -> KeySet:
        return self._get()


class KeysAway(Exception):
    """The issuer's keys could not be had yet: nothing is known about the token, least of all that it is wrong."""


class Denylist:
    """Revoked sessions, in memory for the hot path; the table `revocation` keeps them over restarts."""

    def __init__(self) -> None:
        self._until: dict[str, datetime] = {}

    def add(self, session_id: str, until: datetime) -> None:
        self._until[session_id] = until

    def replace(self, revoked: dict[str, datetime]) -> None:
        self._until = revoked

    def __contains__(self, session_id: str) -> bool:
        return session_id in self._until

    def tidy(self) -> None:
        now = datetime.now(UTC)
        self._until = {session_id: until for session_id, until in self._until.items() if until > now}


class Tokens:
    """Verifies access tokens for one service: people's, and clients' addressed to it.

    `beyond`: services whose clients' tokens are let through to them; whoever answers itself must check the audience.
    """

    def __init__(self, service: str, issuer: str, keys: Keys, denylist: Denylist, beyond: Collection[str] = ()) -> None:
        self._keys = keys
        self._latest = KeySet()
        self.denylist = denylist
        self._verifier = TokenVerifier(
            _parse,
            issuer=issuer,
            audience={PEOPLE, *(f"svc-{name}" for name in (service, *beyond))},
            typ=ACCESS_TOKEN,
            leeway=5,
        )

    async def verify(self, token: str) -> AccessClaims:
        """The claims, or InvalidToken for whatever is wrong with it. KeysAway: try again."""
        self._latest = await self._keys.current()
        try:
            return self.verify_now(token)
        except UnknownKey:
            self._latest = await self._keys.refresh()
            if not len(self._latest):
                raise KeysAway from None
            return self.verify_now(token)

    def verify_now(self, token: str) -> AccessClaims:
        """The same with the keys at hand, for hot paths. UnknownKey: `verify` may know more."""
        claims = self._verifier.verify(token, self._latest, time.time())
        if claims.sid is not None and claims.sid in self.denylist:
            raise InvalidToken("session revoked")
        return claims


def _parse(claims: dict[str, Any]) -> AccessClaims:
    try:
        return AccessClaims.model_validate(claims)
    except ValidationError:
        raise InvalidToken("claims of another shape") from None
