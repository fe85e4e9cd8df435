"""Connections of the driver itself, without SQLAlchemy around them, for measured hot paths.

Each statement is a transaction of its own, so nothing needs resetting. asyncpg's own pool lets those who come later go first
when it is busy, and resets in a task of its own; here each connection has a queue, and the shortest is joined.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import asyncpg

NUMBER = 2


@dataclass(slots=True)
class _Place:
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    ahead: int = 0
    connection: asyncpg.Connection | None = None


class Bare:
    """Connects when first used, and again when a connection was lost."""

    def __init__(self, connect: Callable[[], Awaitable[asyncpg.Connection]], number: int = NUMBER) -> None:
        self._connect = connect
        self._places = [_Place() for _ in range(number)]

    @asynccontextmanager
    async def use(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection for as long as the block lasts. What goes wrong in it, but for an answer of the server, ends the
        connection."""
        place = min(self._places, key=_ahead)
        place.ahead += 1
        try:
            async with place.turn:
                if place.connection is None or place.connection.is_closed():
                    place.connection = await self._connect()
                try:
                    yield place.connection
                except asyncpg.PostgresError:
                    raise
                except BaseException:
                    place.connection.terminate()
                    raise
        finally:
            place.ahead -= 1

    def terminate(self) -> None:
        for place in self._places:
            if place.connection is not None:
                place.connection.terminate()


def _ahead(place: _Place) -> int:
    return place.ahead
