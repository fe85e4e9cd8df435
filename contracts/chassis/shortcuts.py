"""Short cuts on measured hot routes: what is plainly allowed and plainly there is answered without the framework.

A short cut only ever says yes. Whatever it is not sure of (a token that it does not like, a query string, a key of another
form, no such row, a database that is away) it leaves to the ordinary route of the same path, which declares what both answer
and says every no. What surrounds a request (ids, metrics, traces, the log line) surrounds both. Decisions 0010 and 0017 say why.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, get_args
from uuid import UUID

import asyncpg
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis import context, metrics
from chassis.access import Requires, check_audience
from chassis.jose import InvalidToken
from chassis.problems import Problem
from chassis.routing import NAMES_OF_CASES
from chassis.runtime import Runtime
from chassis.tokens import KeysAway
from contracts.claims import AccessClaims

Row = Any
"""asyncpg's record."""
FAILURES = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)
"""The last but two is how asyncpg puts it when the server is just closing the connection."""
LARGEST = 4096
"""A longer body, in bytes, is the ordinary route's."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a short cut is asked: by whom, for which row, with what."""

    runtime: Runtime
    scope: Scope
    claims: AccessClaims
    key: UUID | None
    """None: the path has no parameter."""
    body: bytes

    def header(self, name: bytes) -> bytes:
        """Empty unless it was sent exactly once."""
        return header(self.scope, name)


@dataclass(frozen=True, slots=True)
class Said:
    """What answers with 200: the body as JSON, and what the ordinary route says in headers besides its length and type."""

    body: bytes
    headers: Sequence[tuple[bytes, bytes]] = ()


class ShortCut(Protocol):
    @property
    def path(self) -> str:
        """The ordinary route's, with at most one parameter in it, which is a UUID."""
        ...

    @property
    def method(self) -> str: ...

    @property
    def caller(self) -> Any:
        """The annotation by which that route says whom it needs."""
        ...

    async def answer(self, asked: Asked) -> Said | None:
        """None for whatever the ordinary route should look at. Then nothing has changed."""
        ...


class ShortCuts:
    """Plain ASGI, right behind what observes each request."""

    def __init__(self, app: ASGIApp, cuts: Sequence[ShortCut]) -> None:
        self.app = app
        self._ways = [_Way.of(cut) for cut in cuts]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["query_string"]:
            return await self.app(scope, receive, send)
        way = next((way for way in self._ways if way.leads_to(scope)), None)
        if way is None:
            return await self.app(scope, receive, send)
        given: list[Message] = []
        said = await _taken(way, scope, receive, given)
        metrics.short_cuts.labels(way.cut.path, "left" if said is None else "taken").inc()
        if said is None:
            return await self.app(scope, _once_more(given, receive) if given else receive, send)
        scope["route"] = way.cut
        await _send(send, said)


@dataclass(frozen=True, slots=True)
class _Way:
    cut: ShortCut
    needs: Requires
    before: str
    after: str
    keyed: bool
    about_case: bool

    @classmethod
    def of(cls, cut: ShortCut) -> "_Way":
        needs = get_args(cut.caller)[1].dependency
        assert isinstance(needs, Requires)  # noqa: S101
        before, keyed, rest = cut.path.partition("{")
        name, _, after = rest.partition("}")
        return cls(cut, needs, before, after, bool(keyed), name in NAMES_OF_CASES)

    def leads_to(self, scope: Scope) -> bool:
        path: str = scope["path"]
        return (
            scope["method"] == self.cut.method
            and len(path) == len(self.before) + 36 * self.keyed + len(self.after)
            and path.startswith(self.before)
            and path.endswith(self.after)
        )

    def key_in(self, path: str) -> UUID | None:
        given = path[len(self.before) :][: 36 * self.keyed]
        try:
            key = UUID(given)
        except ValueError:
            return None
        return key if str(key) == given else None  # it reads more spellings than the ordinary route


async def _taken(way: _Way, scope: Scope, receive: Receive, given: list[Message]) -> Said | None:
    runtime: Runtime = scope["app"].state.runtime
    claims = await _claims(scope, runtime, way.needs)
    if claims is None:
        return None
    key = way.key_in(scope["path"])
    if way.keyed and key is None:
        return None
    if way.about_case:
        context.about_case(key)
    body = b""
    if way.cut.method != "GET":
        length = header(scope, b"content-length")
        if not length.isdigit() or int(length) > LARGEST or header(scope, b"content-type") != b"application/json":
            return None
        while len(body) < int(length):
            given.append(message := await receive())
            if message["type"] != "http.request":
                return None
            body += message.get("body", b"")
    return await way.cut.answer(Asked(runtime, scope, claims, key, body))


def _once_more(given: list[Message], receive: Receive) -> Callable[[], Awaitable[Message]]:
    """What was read of the body comes again, before the rest."""

    async def again() -> Message:
        return given.pop(0) if given else await receive()

    return again


async def _claims(scope: Scope, runtime: Runtime, needs: Requires) -> AccessClaims | None:
    bearer = header(scope, b"authorization")
    if bearer[:7].lower() != b"bearer ":
        return None
    try:
        claims = await runtime.tokens.verify(bearer[7:].decode("ascii"))
        check_audience(claims, f"svc-{runtime.service}")
        needs.check(claims)
    except (InvalidToken, KeysAway, Problem, UnicodeDecodeError):
        return None
    return claims


def header(scope: Scope, name: bytes) -> bytes:
    """Empty unless it was sent exactly once."""
    given: list[bytes] = [value for sent, value in scope["headers"] if sent == name]
    return given[0] if len(given) == 1 else b""


async def _send(send: Send, said: Said) -> None:
    given = [(b"content-length", str(len(said.body)).encode()), (b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": [*given, *said.headers]})
    await send({"type": "http.response.body", "body": said.body})
