"""Short cuts on measured hot routes: what is plainly allowed and plainly there is answered by one statement.

A short cut only ever says yes. Whatever it is not sure of (a token that it does not like, a query string, a key of another
form, no such row, a database that is away) it leaves to the ordinary route of the same path, which declares what both answer
and says every no. What surrounds a request (ids, metrics, traces, the log line) surrounds both. Decision 0010 says why.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, get_args
from uuid import UUID

import asyncpg
import orjson
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis import metrics
from chassis.access import Requires, check_audience
from chassis.jose import InvalidToken
from chassis.logs import describe
from chassis.problems import Problem
from chassis.runtime import Runtime
from chassis.tokens import KeysAway
from contracts.claims import AccessClaims

logger = logging.getLogger(__name__)
Row = Any
"""asyncpg's record."""
_FAILURES = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)


@dataclass(frozen=True, slots=True)
class ShortRead:
    """`path`: the ordinary route's, a UUID standing at its end. `caller`: the annotation by which that route says whom it needs."""

    path: str
    caller: Any
    statement: str
    """`$1` is the key, `$2` the caller's `sub` as text; no row for what is not theirs."""
    answer: Callable[[Row], dict[str, Any]]

    @property
    def needs(self) -> Requires:
        needs = get_args(self.caller)[1].dependency
        assert isinstance(needs, Requires)  # noqa: S101
        return needs


class ShortCuts:
    """Plain ASGI, right behind what observes each request."""

    def __init__(self, app: ASGIApp, reads: Sequence[ShortRead]) -> None:
        self.app = app
        self._reads = {read.path.rpartition("/")[0]: (read, read.needs) for read in reads}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET" and not scope["query_string"]:
            folder, _, key = scope["path"].rpartition("/")
            if (known := self._reads.get(folder)) is not None:
                read, needs = known
                body = await _answer(scope, read, needs, key)
                metrics.short_cuts.labels(read.path, "left" if body is None else "taken").inc()
                if body is not None:
                    scope["route"] = read
                    await _send(send, body)
                    return
        await self.app(scope, receive, send)


async def _answer(scope: Scope, read: ShortRead, needs: Requires, key: str) -> bytes | None:
    """The body, or None for whatever the ordinary route should look at."""
    runtime: Runtime = scope["app"].state.runtime
    claims = await _claims(scope, runtime, needs)
    if claims is None or len(key) != 36:
        return None
    try:
        row = await runtime.bare.fetchrow(read.statement, UUID(key), claims.sub)
    except ValueError:
        return None
    except _FAILURES as error:
        logger.warning("a short cut failed", extra={"route": read.path, "reason": describe(error)})
        return None
    return None if row is None else orjson.dumps(read.answer(row), _plain, orjson.OPT_UTC_Z)


def _plain(value: Any) -> str:
    """asyncpg's identifiers are a class of their own."""
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"not for JSON: {type(value).__name__}")


async def _claims(scope: Scope, runtime: Runtime, needs: Requires) -> AccessClaims | None:
    given = [value for name, value in scope["headers"] if name == b"authorization"]
    if len(given) != 1 or given[0][:7].lower() != b"bearer ":
        return None
    try:
        claims = await runtime.tokens.verify(given[0][7:].decode("ascii"))
        check_audience(claims, f"svc-{runtime.service}")
        needs.check(claims)
    except (InvalidToken, KeysAway, Problem, UnicodeDecodeError):
        return None
    return claims


async def _send(send: Send, body: bytes) -> None:
    headers = [(b"content-length", str(len(body)).encode()), (b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
