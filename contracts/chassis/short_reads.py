"""A read by key that one statement answers."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

import orjson

from chassis.logs import describe
from chassis.shortcuts import FAILURES, Asked, Row, Said

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ShortRead:
    """`path`, `caller`: as `chassis.shortcuts.ShortCut` has them."""

    method: ClassVar[str] = "GET"
    path: str
    caller: Any
    statement: str
    """`$1` is the key, `$2` the caller's `sub` as text; no row for what is not theirs."""
    shown: Callable[[Row], dict[str, Any]]
    """The answer's fields."""
    etag: Callable[[Row], str] | None = None
    """Where the ordinary route gives one."""

    async def answer(self, asked: Asked) -> Said | None:
        try:
            async with asked.runtime.bare.use() as connection:
                row = await connection.fetchrow(self.statement, asked.key, asked.claims.sub)
        except FAILURES as error:
            logger.warning("a short cut failed", extra={"route": self.path, "reason": describe(error)})
            return None
        if row is None:
            return None
        headers = [] if self.etag is None else [(b"etag", self.etag(row).encode())]
        return Said(orjson.dumps(self.shown(row), _plain, orjson.OPT_UTC_Z), headers)


def _plain(value: Any) -> str:
    """asyncpg's identifiers are a class of their own."""
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"not for JSON: {type(value).__name__}")
