"""Telling other processes that there is something to do.

Lost wake-ups are allowed: subscriptions poll as well. NOTIFY never runs in a publishing transaction, where its lock would
make all commits of the database queue up; it follows the commit, on its own connection, one at a time for all that
gathered meanwhile. Each name has a channel of its own: what a process has not asked for wakes its session in the server,
but is not sent to it.
"""

import asyncio
import logging
from collections.abc import Callable, Collection
from contextlib import suppress
from hashlib import blake2s

import asyncpg

from chassis.bus.errors import BusUnavailable
from chassis.bus.postgres_log.link import Link

logger = logging.getLogger(__name__)

EVERYTHING = "*"
CHANNEL_BYTES = 63  # PostgreSQL takes no longer name
PROBE_SECONDS = 10.0
RETRY_SECONDS = 0.5

# With nothing to say this shows whether the connection still lives.
ANNOUNCE = "select pg_notify(channel, '') from unnest($1::text[]) channel"

Listener = Callable[[Collection[str]], None]


def channel_of(name: str) -> str:
    """The same for every process and release. Readable where it fits."""
    channel = f"bus {name}"
    return channel if len(channel.encode()) <= CHANNEL_BYTES else f"bus {blake2s(name.encode()).hexdigest()[:32]}"


class Wakeup:
    """Announces names (of topics and groups) to the processes that asked for them, and tells listeners which were announced, or
    EVERYTHING when some may have been missed."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._listeners: set[Listener] = set()
        self._names: dict[str, str] = {}
        """By the channel that they are announced on."""
        self._pending: set[str] = set()
        self._due = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._listening_on: asyncpg.Connection | None = None
        self._tuned: set[str] = set()

    def announce(self, names: Collection[str]) -> None:
        self._pending.update(names)
        self._stir()

    def listen(self, listener: Listener, names: Collection[str]) -> None:
        self._listeners.add(listener)
        self._names |= {channel_of(name): name for name in names}
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
            await self._tune_in(connection)
            names, self._pending = self._pending, set()  # what is announced from now on may be of later commits
            try:
                await connection.execute(ANNOUNCE, [channel_of(name) for name in names])
            except BaseException:
                self._pending |= names
                raise

    async def _tune_in(self, connection: asyncpg.Connection) -> None:
        if self._listeners and connection is not self._listening_on:
            connection.add_termination_listener(lambda _: self._due.set())
            self._listening_on, self._tuned = connection, set()
        if new := self._names.keys() - self._tuned:
            for channel in new:
                await connection.add_listener(channel, self._heard)
                self._tuned.add(channel)
            self._tell({EVERYTHING})  # whatever was announced before we listened

    def _heard(self, _connection: object, _pid: int, channel: str, _payload: object) -> None:
        self._tell({self._names[channel]})

    def _tell(self, names: Collection[str]) -> None:
        for listener in tuple(self._listeners):
            listener(names)
