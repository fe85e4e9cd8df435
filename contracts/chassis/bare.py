"""Connections of the driver itself, without SQLAlchemy around them, for measured hot paths.

Each statement is a transaction of its own, so nothing needs resetting. asyncpg's own pool lets those who come later go first
when it is busy, and resets in a task of its own; here each connection has a queue, and the shortest is joined.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType

import asyncpg

NUMBER = 2
Connect = Callable[[], Awaitable[asyncpg.Connection]]


@dataclass(slots=True)
class _Place:
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    ahead: int = 0
    connection: asyncpg.Connection | None = None


class Bare:
    """Connects when first used, and again when a connection was lost."""

    def __init__(self, connect: Connect, number: int = NUMBER) -> None:
        self._connect = connect
        self._places = [_Place() for _ in range(number)]

    def use(self) -> "_Turn":
        """`async with bare.use() as connection`. What goes wrong in the block, but for an answer of the server, ends the connection."""
        return _Turn(min(self._places, key=_ahead), self._connect)

    def terminate(self) -> None:
        for place in self._places:
            if place.connection is not None:
                place.connection.terminate()


class _Turn:
    """A class, since a generator would cost more than the rest of it."""

    __slots__ = ("_connect", "_place")

    def __init__(self, place: _Place, connect: Connect) -> None:
        self._place, self._connect = place, connect

    async def __aenter__(self) -> asyncpg.Connection:
        place = self._place
        place.ahead += 1
        try:
            await place.turn.acquire()
        except BaseException:
            place.ahead -= 1
            raise
        try:
            if place.connection is None or place.connection.is_closed():
                place.connection = await self._connect()
        except BaseException:
            self._over()
            raise
        return place.connection

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        connection = self._place.connection
        if kind is not None and not issubclass(kind, asyncpg.PostgresError) and connection is not None:
            connection.terminate()
        self._over()

    def _over(self) -> None:
        self._place.ahead -= 1
        self._place.turn.release()


def _ahead(place: _Place) -> int:
    return place.ahead
