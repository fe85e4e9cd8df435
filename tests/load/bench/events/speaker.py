"""The service that speaks: events are committed to its outbox, and its relay takes them to the bus."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from sqlalchemy import insert

from chassis.collector import spare_what_is_there
from chassis.opening import open_runtime
from chassis.outbox import Relay, rows
from chassis.runtime import Runtime
from chassis.settings import Settings
from chassis.tables import OutboxRow
from contracts.event import Event

from .service import SPEAKER

BATCH = 500


class Speaker:
    def __init__(self, runtime: Runtime, relay: Relay) -> None:
        self._runtime, self._relay = runtime, relay

    async def say(self, events: Sequence[Event]) -> float:
        """As fast as it goes; the moment it began."""
        began = time.monotonic()
        for start in range(0, len(events), BATCH):
            await self._commit(events[start : start + BATCH])
        return began

    async def say_steadily(self, events: Sequence[Event], rate: int) -> None:
        """So many a second, each committed when it is due, with those that came due meanwhile."""
        began, said = time.monotonic(), 0
        while said < len(events):
            due = min(int((time.monotonic() - began) * rate), len(events))
            if due > said:
                await self._commit(events[said:due])
                said = due
            await asyncio.sleep(0.0005)

    async def _commit(self, events: Sequence[Event]) -> None:
        async with self._runtime.sessions.transaction() as session:
            await session.execute(insert(OutboxRow), rows(events, SPEAKER))
        self._relay.wake()


@asynccontextmanager
async def speaking(settings: Settings) -> AsyncIterator[Speaker]:
    async with open_runtime(SPEAKER, settings) as runtime:
        relay = Relay(runtime.engine, runtime.bus)
        running = asyncio.create_task(relay.run())
        spare_what_is_there()  # as every service does
        try:
            yield Speaker(runtime, relay)
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
