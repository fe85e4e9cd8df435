"""Who may pass the hot path, and with what: a bearer token is verified, a browser's cookie becomes one.

Services verify the token again; what is refused here is only refused earlier.
"""

from collections.abc import Coroutine
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from secrets import compare_digest
from typing import Any

from fastapi import FastAPI

from chassis.jose import InvalidToken, UnknownKey
from chassis.tokens import KeysAway
from contracts.claims import AccessClaims
from gateway.proxy import IDENTIFIED, SAFE, SESSION, Forward, Problem, Reject, Request, Verdict
from gateway.sessions.provider import ProviderAway
from gateway.sessions.store import SessionStore, Signed
from gateway.settings import GatewaySettings

UNAUTHENTICATED = Problem("unauthenticated", 401, "Sign in first")
SESSION_ENDED = Problem("session-ended", 401, "The session has ended; sign in again")
CROSS_SITE = Problem("cross-site-request", 403, "A change from another site needs the session's x-csrf-token")
NOT_FOUND = Problem("not-found", 404, "There is no such thing here")
NOT_READY = Problem("not-ready", 503, "Not available at the moment")
CHALLENGE = [(b"www-authenticate", b"Bearer")]
NO_COOKIE = Forward(remove=[b"cookie"])
PROVIDER = "provider"
"""Name of routes to the provider's own pages: they get their cookies, never a token."""
INTERNAL = (b"/metrics", b"/health/live", b"/health/ready")
"""What services tell whoever runs them, next door."""


class Authoriser:
    """Handed to the proxy; works from the app's state, which exists once the lifespan has begun."""

    def __init__(self, app: FastAPI, settings: GatewaySettings) -> None:
        self._app, self._cookie = app, settings.cookie

    def __call__(self, request: Request) -> Verdict | Coroutine[Any, Any, Verdict]:
        if request.route is not None and request.route.name == PROVIDER:
            self.identify(request)
            return self._without_ours(request)
        if request.route is not None and request.path[len(request.route.prefix) :] in INTERNAL:
            return Reject(NOT_FOUND)
        if getattr(self._app.state, "runtime", None) is None:
            return Reject(NOT_READY)
        authorization = request.header(b"authorization")
        if authorization is not None:
            return self._bearer(request, authorization)
        cookie = cookie_of(request, self._cookie)
        if cookie is None:
            return NO_COOKIE
        signed = self._known(request, cookie)
        if signed is not None and self._store.is_at_hand(signed):
            return self._signed(request, signed)
        return self._later(request, cookie)

    def identify(self, request: Request) -> None:
        """Who asks, for counting only: nobody is let in by it. Never waits, so a session new to this process is not known yet."""
        if getattr(self._app.state, "runtime", None) is None:
            return
        authorization = request.header(b"authorization")
        if authorization is not None:
            scheme, _, token = authorization.partition(b" ")
            with suppress(InvalidToken, UnicodeDecodeError):
                if scheme.lower() == b"bearer":
                    self._verified(request, token)
            return
        cookie = cookie_of(request, self._cookie)
        if cookie is not None:
            self._known(request, cookie)

    @property
    def _store(self) -> SessionStore:
        store = self._app.state.runtime.room(SessionStore)
        assert isinstance(store, SessionStore)  # noqa: S101
        return store

    def _known(self, request: Request, cookie: str) -> Signed | None:
        signed = self._store.known(cookie)
        if signed is not None:
            request.caller = (SESSION, signed.id_hash)
        return signed

    def _verified(self, request: Request, token: bytes) -> None:
        claims: AccessClaims = self._app.state.runtime.tokens.verify_now(token.decode("ascii"))
        # Whoever acts for others asks for all of them, or their haste would be another's wait.
        request.caller = (IDENTIFIED, claims.sub if claims.act is None else claims.act.sub)

    def _bearer(self, request: Request, authorization: bytes) -> Verdict | Coroutine[Any, Any, Verdict]:
        scheme, _, token = authorization.partition(b" ")
        if scheme.lower() != b"bearer":
            return Reject(UNAUTHENTICATED, CHALLENGE)
        try:
            self._verified(request, token)
        except UnknownKey:
            return self._with_fresh_keys(token.decode("ascii"))
        except (InvalidToken, UnicodeDecodeError):
            return Reject(UNAUTHENTICATED, CHALLENGE)
        return NO_COOKIE

    async def _with_fresh_keys(self, token: str) -> Verdict:
        try:
            await self._app.state.runtime.tokens.verify(token)
        except InvalidToken:
            return Reject(UNAUTHENTICATED, CHALLENGE)
        except KeysAway:
            return Reject(NOT_READY)
        return NO_COOKIE

    async def _later(self, request: Request, cookie: str) -> Verdict:
        try:
            signed = await self._store.find(cookie)
        except ProviderAway:
            return Reject(NOT_READY)
        return Reject(SESSION_ENDED, CHALLENGE) if signed is None else self._signed(request, signed)

    def _signed(self, request: Request, signed: Signed) -> Verdict:
        if request.method not in SAFE and not _is_same_site(request, signed.csrf):
            return Reject(CROSS_SITE)
        return Forward(add=[(b"authorization", b"Bearer " + signed.token.encode())], remove=[b"cookie"])

    def _without_ours(self, request: Request) -> Verdict:
        given = request.header(b"cookie")
        if given is None or self._cookie.encode() not in given:
            return Forward()
        kept = [part for part in given.split(b"; ") if not part.startswith(self._cookie.encode() + b"=")]
        return Forward(add=[(b"cookie", b"; ".join(kept))]) if kept else NO_COOKIE


def cookie_of(request: Request, name: str) -> str | None:
    header = request.header(b"cookie")
    if header is None or name.encode() not in header:
        return None
    try:
        morsel = SimpleCookie(header.decode("latin-1")).get(name)
    except CookieError:
        return None
    return morsel.value if morsel is not None else None


def _is_same_site(request: Request, csrf: str) -> bool:
    given = request.header(b"x-csrf-token")
    if given is not None:
        return compare_digest(given, csrf.encode())
    return request.header(b"sec-fetch-site") == b"same-origin"
