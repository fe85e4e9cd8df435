"""One clock for all connections: a timer for each request would cost more than the request's own head."""

import asyncio
from collections.abc import Iterable
from typing import Protocol


class Watched(Protocol):
    deadline: float | None

    def expired(self) -> None: ...


class Swept(Protocol):
    def sweep(self) -> None: ...


class Watch:
    """Looks every `tick` seconds, so a deadline is met at most one tick late."""

    def __init__(self, tick: float, pools: Iterable[Swept]) -> None:
        self._tick = tick
        self._pools = pools
        self._watched: set[Watched] = set()
        self._timer: asyncio.TimerHandle | None = None

    def add(self, watched: Watched) -> None:
        self._watched.add(watched)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._tick, self._look)

    def discard(self, watched: Watched) -> None:
        self._watched.discard(watched)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for watched in [one for one in self._watched if one.deadline is not None and one.deadline <= now]:
            watched.expired()
        for pool in self._pools:
            pool.sweep()
        self._timer = loop.call_later(self._tick, self._look)
