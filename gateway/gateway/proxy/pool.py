"""Connections to one service: kept open, handed out youngest first, never more than agreed."""

import asyncio
from collections import deque
from time import monotonic
from typing import TYPE_CHECKING

from gateway.proxy.counters import PoolFigures
from gateway.proxy.limits import PoolLimits
from gateway.proxy.problems import SERVICE_BUSY, SERVICE_TIMEOUT, SERVICE_UNREACHABLE, Problem
from gateway.proxy.upstream import UpstreamConnection

if TYPE_CHECKING:
    from gateway.proxy.exchange import Exchange


class Pool:
    def __init__(self, host: str, port: int, limits: PoolLimits) -> None:
        self.host, self.port, self.limits = host, port, limits
        self._idle: deque[UpstreamConnection] = deque()
        self._busy: set[UpstreamConnection] = set()
        self._waiting: deque[Exchange] = deque()
        self._opening: set[asyncio.Task[None]] = set()

    @property
    def figures(self) -> PoolFigures:
        open = len(self._idle) + len(self._busy)
        return PoolFigures(f"{self.host}:{self.port}", open, len(self._idle), len(self._waiting))

    def take(self) -> UpstreamConnection | None:
        """An idle connection, if there is one."""
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closing():
                self._busy.add(connection)
                return connection
        return None

    def wait(self, exchange: "Exchange", connect_timeout: float) -> Problem | None:
        """The exchange is `connected` when its turn comes, or `unconnected`. A problem when too many wait already."""
        if self._may_open():
            self._open(connect_timeout)
        elif len(self._waiting) - len(self._opening) >= self.limits.waiting:
            return SERVICE_BUSY
        self._waiting.append(exchange)
        return None

    def is_opening_for_all(self) -> bool:
        """Whether whoever waits, waits for a connection that is being opened."""
        return len(self._opening) >= len(self._waiting)

    def give_up(self, exchange: "Exchange") -> None:
        if exchange in self._waiting:
            self._waiting.remove(exchange)

    def give_back(self, connection: UpstreamConnection) -> None:
        self._busy.discard(connection)
        if connection.opened_at + self.limits.lifetime < monotonic():
            connection.close()
        elif not connection.is_closing():
            self._offer(connection, reused=True)

    def drop_idle(self) -> None:
        """One was found dead: the others are not to be trusted either."""
        while self._idle:
            self._idle.pop().close()

    def lost(self, connection: UpstreamConnection) -> None:
        self._busy.discard(connection)
        if connection in self._idle:
            self._idle.remove(connection)
        self._open_for_waiting()

    def sweep(self) -> None:
        """Close what has been idle for too long; the oldest stand first."""
        while self._idle and self._idle[0].idle_since + self.limits.idle <= monotonic():
            self._idle.popleft().close()

    def close(self) -> None:
        for task in self._opening:
            task.cancel()
        for connection in (*self._idle, *self._busy):
            connection.abort()
        self._idle.clear()

    def _offer(self, connection: UpstreamConnection, reused: bool) -> None:
        if self._waiting:
            self._busy.add(connection)
            self._waiting.popleft().connected(connection, reused)
        else:
            connection.idle_since = monotonic()
            self._idle.append(connection)

    def _may_open(self) -> bool:
        return len(self._idle) + len(self._busy) + len(self._opening) < self.limits.connections

    def _open_for_waiting(self) -> None:
        while self._may_open() and len(self._opening) < len(self._waiting):
            self._open(self._waiting[0].timeouts.connect)

    def _open(self, seconds: float) -> None:
        task = asyncio.get_running_loop().create_task(self._connect(seconds))
        self._opening.add(task)
        task.add_done_callback(self._opened)

    async def _connect(self, seconds: float) -> None:
        problem = SERVICE_UNREACHABLE
        try:
            async with asyncio.timeout(seconds):
                loop = asyncio.get_running_loop()
                _, connection = await loop.create_connection(lambda: UpstreamConnection(self), self.host, self.port)
        except TimeoutError:
            problem = SERVICE_TIMEOUT
        except OSError:
            pass
        else:
            self._offer(connection, reused=False)
            return
        if self._waiting:
            self._waiting.popleft().unconnected(problem)

    def _opened(self, task: asyncio.Task[None]) -> None:
        self._opening.discard(task)
        if not task.cancelled():
            task.result()
            self._open_for_waiting()
