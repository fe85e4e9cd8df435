"""A POST that one statement answers, and that does the same once more when it is sent again."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import orjson
from pydantic import BaseModel, ValidationError

from chassis.logs import describe
from chassis.shortcuts import FAILURES, Asked, Row, Said

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ShortPost:
    """`path`, `caller`: as `chassis.shortcuts.ShortCut` has them. What comes with an `Idempotency-Key` is the ordinary route's."""

    method: ClassVar[str] = "POST"
    path: str
    caller: Any
    body: type[BaseModel]
    given: Callable[[Any], Sequence[Any]]
    """From the body: the statement's parameters."""
    statement: str
    """No row, and nothing changed, for what is refused."""
    shown: Callable[[Row], dict[str, Any]]
    """The answer's fields."""

    async def answer(self, asked: Asked) -> Said | None:
        if any(name == b"idempotency-key" for name, _ in asked.scope["headers"]):
            return None
        try:
            given = self.given(self.body.model_validate(orjson.loads(asked.body)))
            async with asked.runtime.bare.use() as connection:
                row = await connection.fetchrow(self.statement, *given)
        except (ValidationError, orjson.JSONDecodeError):
            return None
        except FAILURES as error:
            logger.warning("a short cut failed", extra={"route": self.path, "reason": describe(error)})
            return None
        return None if row is None else Said(orjson.dumps(self.shown(row)))
