"""A change of one row by its key that two statements make: one reads, one writes the change, its events and the remembered
answer, all or nothing."""

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import asyncpg
import orjson
from pydantic import BaseModel, ValidationError

from chassis import outbox
from chassis.logs import describe
from chassis.routing import KEY_LENGTH, KEY_PATTERN, fingerprints, place_of
from chassis.shortcuts import FAILURES, Asked, Row, Said
from contracts.claims import AccessClaims
from contracts.event import Event

logger = logging.getLogger(__name__)
_IN_THE_WAY = (asyncpg.UniqueViolationError, asyncpg.LockNotAvailableError)
"""The key was used before, or somebody has the row at hand: nothing is wrong."""
_WITH = """
WITH changed AS ({write}),
remembered AS (
    INSERT INTO idempotency_key (caller, key, fingerprint, status, answer, headers)
    SELECT ${0}, ${1}, ${2}, 200, ${3}, '{{"content-type": "application/json"}}' FROM changed
)
"""
_TELLING = """
INSERT INTO outbox (topic, key, value)
SELECT topic, key, value FROM changed, unnest(${4}::text[], ${5}::text[], ${6}::bytea[]) AS told (topic, key, value)
"""
_TELLING_NOBODY = "SELECT FROM changed"


@dataclass(frozen=True, slots=True)
class Change:
    """What a request changes, where it plainly may."""

    values: Sequence[Any]
    """For `$2` and on in the statement that writes."""
    answer: BaseModel
    events: Sequence[Event] = ()


def _subject_and_department(claims: AccessClaims) -> Sequence[Any]:
    return claims.sub, claims.department


@dataclass(frozen=True, slots=True)
class ShortWrite:
    """A POST with an `Idempotency-Key`. `path`, `caller`: as `chassis.shortcuts.ShortCut` has them.

    The rules stand in the use case of the ordinary route; `decide` knows the plain yes only and makes the events with that
    use case's functions. Repetitions are the ordinary route's, which remembers in the same place.
    """

    method: ClassVar[str] = "POST"
    path: str
    caller: Any
    body: type[BaseModel]
    read: str
    """`$1` is the key, then what `given` gives; no row for what is not theirs to change."""
    decide: Callable[[Row, Any], Change | None]
    """From the row and the body; None: let the ordinary route look."""
    write: str
    """An UPDATE of the row `$1`, if it still is as it was read, that returns one column."""
    given: Callable[[AccessClaims], Sequence[Any]] = _subject_and_department
    """Of the caller; unless told otherwise the `sub`, and the department or null."""

    async def answer(self, asked: Asked) -> Said | None:
        key = asked.header(b"idempotency-key").decode("latin-1")
        if not re.fullmatch(KEY_PATTERN, key) or len(key) > KEY_LENGTH:
            return None
        try:
            body = self.body.model_validate(orjson.loads(asked.body))
            async with asked.runtime.bare.use() as connection:
                return await self._done(connection, asked, key, body)
        except (ValidationError, orjson.JSONDecodeError, *_IN_THE_WAY):
            return None
        except FAILURES as error:
            logger.warning("a short cut failed", extra={"route": self.path, "reason": describe(error)})
            return None

    async def _done(self, connection: asyncpg.Connection, asked: Asked, key: str, body: BaseModel) -> Said | None:
        row = await connection.fetchrow(self.read, asked.key, *self.given(asked.claims))
        change = None if row is None else self.decide(row, body)
        if change is None:
            return None
        runtime, me = asked.runtime, asked.claims.sub
        answer = change.answer.model_dump_json().encode()
        events = outbox.rows(change.events, f"svc-{runtime.service}")
        done = await connection.execute(
            self._statement(len(change.values), telling=bool(events)),
            asked.key,
            *change.values,
            me,
            key,
            fingerprints(runtime, asked.scope["path"], asked.body)[0],
            runtime.cipher.seal(answer, place_of(me, key)),
            *([event[column] for event in events] for column in outbox.COLUMNS if events),
        )
        if done != (f"INSERT 0 {len(events)}" if events else "SELECT 1"):
            return None
        if events and (wake := runtime.sessions.wakers.get("outbox")) is not None:
            wake()
        return Said(answer)

    def _statement(self, values: int, *, telling: bool) -> str:
        whole = _WITH + (_TELLING if telling else _TELLING_NOBODY)
        return whole.format(*range(values + 2, values + 9), write=self.write)
