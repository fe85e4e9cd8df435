"""Telling other processes that there is something to do.

Lost wake-ups are allowed: subscriptions poll as well. NOTIFY never runs in a publishing transaction, where its lock would
make all commits of the database queue up; it follows the commit, on its own connection, one at a time for all that
gathered meanwhile.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Collection
from contextlib import suppress

import asyncpg

from chassis.bus.errors import BusUnavailable
from chassis.bus.postgres_log.link import Link

logger = logging.getLogger(__name__)

CHANNEL = "onedoor_bus"
EVERYTHING = "*"
PAYLOAD_BYTES = 7_900  # PostgreSQL takes less than 8,000
PROBE_SECONDS = 10.0
RETRY_SECONDS = 0.5

Listener = Callable[[Collection[str]], None]


class Wakeup:
    """Announces names (of topics and groups) to all processes and tells listeners which names were announced."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._listeners: set[Listener] = set()
        self._pending: set[str] = set()
        self._due = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._listening_on: asyncpg.Connection | None = None

    def announce(self, names: Collection[str]) -> None:
        self._pending.update(names)
        self._stir()

    def listen(self, listener: Listener) -> None:
        self._listeners.add(listener)
        self._stir()

    def unlisten(self, listener: Listener) -> None:
        self._listeners.discard(listener)

    async def close(self) -> None:
        """Send what is pending, then disconnect."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        with suppress(BusUnavailable):
            if self._pending:
                await self._exchange()
        with suppress(BusUnavailable):
            await self._link.close()

    def _stir(self) -> None:
        self._due.set()
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="bus wake-up")

    async def _run(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(PROBE_SECONDS):
                    await self._due.wait()
            self._due.clear()
            try:
                await self._exchange()
                continue
            except BusUnavailable as error:
                logger.warning("bus wake-up: %s", error)
            except Exception:
                logger.exception("bus wake-up")
            await asyncio.sleep(RETRY_SECONDS)
            self._due.set()

    async def _exchange(self) -> None:
        async with self._link.use() as connection:
            if self._listeners and connection is not self._listening_on:
                await connection.add_listener(CHANNEL, self._heard)
                connection.add_termination_listener(lambda _: self._due.set())
                self._listening_on = connection
                self._tell({EVERYTHING})  # whatever was announced before we listened
            names, self._pending = self._pending, set()  # what is announced from now on may be of later commits
            try:
                await self._say(connection, names)
            except BaseException:
                self._pending |= names
                raise

    async def _say(self, connection: asyncpg.Connection, names: Collection[str]) -> None:
        payload = json.dumps(sorted(names))
        if len(payload) > PAYLOAD_BYTES:
            payload = json.dumps([EVERYTHING])
        # With nothing to say this shows whether the connection still lives.
        await connection.execute("select pg_notify($1, $2) where $3", CHANNEL, payload, bool(names))

    def _heard(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        self._tell(set(json.loads(str(payload))))

    def _tell(self, names: Collection[str]) -> None:
        for listener in tuple(self._listeners):
            listener(names)
