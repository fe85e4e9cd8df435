"""One request, one transaction, committed before we say yes; and safe repetition by `Idempotency-Key`."""

import hashlib
import logging
import re
from collections.abc import Callable, Coroutine
from typing import Any, ClassVar

import orjson
from fastapi import Request, Response
from fastapi.routing import APIRoute
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException

from chassis import context
from chassis.access import identify
from chassis.database import driver_of, is_away
from chassis.logs import describe
from chassis.problems import InvalidInput, KeyReused, Problem, Unavailable
from chassis.runtime import Runtime, runtime_of
from chassis.wellformed import refuse_nul

logger = logging.getLogger(__name__)
Handler = Callable[[Request], Coroutine[Any, Any, Response]]
KEY_LENGTH = 128
KEY_PATTERN = "^[!-~]([ -~]*[!-~])?$"
_KEPT_HEADERS = ("content-type", "location", "etag")
NAMES_OF_CASES = ("case_id", "application_id")
"""Of path parameters. An application and its case have one id."""
CLAIM = """
insert into idempotency_key (caller, key, fingerprint) values ($1, $2, $3) on conflict do nothing returning key
"""
REMEMBER = "update idempotency_key set status = $3, answer = $4, headers = $5 where caller = $1 and key = $2"
REMEMBERED = "select fingerprint, status, answer, headers from idempotency_key where caller = $1 and key = $2"


class TransactionalRoute(APIRoute):
    """Opens the session, lets the endpoint and its answer be made, commits, and only then answers.

    FastAPI runs what stands after a dependency's `yield` when the answer is already on its way; a commit there would
    promise what may still fail.
    """

    repeats: ClassVar[bool] = True
    """Whether a POST can be sent again with its `Idempotency-Key`; what is given once, such as a token, cannot."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def patiently(request: Request) -> Response:
            try:
                return await in_transaction(request)
            except Exception as error:
                if not is_away(error):
                    raise
                logger.warning("the database is away", extra={"reason": describe(error)})
            raise Unavailable("The database does not answer", headers={"Retry-After": "1"})

        async def in_transaction(request: Request) -> Response:
            context.about_case(next(filter(None, map(request.path_params.get, NAMES_OF_CASES)), None))
            await refuse_nul(request)
            async with runtime_of(request).sessions.open() as session:
                request.state.session = session
                try:
                    response = await _once(session, request, handle)
                except Problem as problem:
                    if problem.keeps_changes:
                        await session.commit()
                    raise
                except HTTPException as error:
                    if error.status_code != 400:
                        raise
                    # FastAPI's word for every body that it could not read.
                    raise InvalidInput.at("#", "malformed-body", "The body cannot be read") from None
                if response.status_code < 400:
                    await session.commit()
                return response

        return patiently


async def _once(session: AsyncSession, request: Request, handle: Handler) -> Response:
    """Answers a repeated POST with what was answered first. Only successes are remembered."""
    key = request.headers.get("idempotency-key")
    if key is None or request.method != "POST":
        return await handle(request)
    if len(key) > KEY_LENGTH or not re.fullmatch(KEY_PATTERN, key):
        raise InvalidInput.at("#header/Idempotency-Key", "length", f"1 to {KEY_LENGTH} printable ASCII characters")
    caller = await identify(request)
    me = caller.id if caller else "anyone"
    prints = fingerprints(runtime_of(request), request.scope["path"], await request.body())
    # Whoever comes second with the same key waits here until the first has committed or given up.
    if await (await driver_of(session)).fetchval(CLAIM, me, key, prints[0]) is None:
        return await _remembered(session, request, me, key, prints)
    response = await handle(request)
    if response.status_code < 300:
        await _remember(session, request, me, key, response)
    return response


def fingerprints(runtime: Runtime, path: str, body: bytes) -> list[bytes]:
    """Keyed hashes, under the newest key first: a body could be guessed, an identity number for instance."""
    digest = hashlib.sha256(path.encode() + b"\0" + body).hexdigest()
    return runtime.cipher.fingerprints(digest, "idempotency")


def place_of(me: str, key: str) -> bytes:
    """Where an answer is remembered, so that it cannot be opened anywhere else."""
    return f"idempotency/{me}/{key}".encode()


async def _remember(session: AsyncSession, request: Request, me: str, key: str, response: Response) -> None:
    cipher = runtime_of(request).cipher
    kept = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    sealed = cipher.seal(bytes(response.body), place_of(me, key))
    driver = await driver_of(session)
    await driver.execute(REMEMBER, me, key, response.status_code, sealed, orjson.dumps(kept).decode())


async def _remembered(session: AsyncSession, request: Request, me: str, key: str, prints: list[bytes]) -> Response:
    row = await (await driver_of(session)).fetchrow(REMEMBERED, me, key)
    if row["fingerprint"] not in prints:
        raise KeyReused()
    if row["answer"] is None or row["status"] is None:
        raise RuntimeError("a remembered key always has its answer")
    body = runtime_of(request).cipher.open(row["answer"], place_of(me, key))
    return Response(body, row["status"], headers={**(row["headers"] or {}), "Idempotent-Replayed": "true"})
