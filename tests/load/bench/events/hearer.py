"""The service that hears: `python -m tests.load.bench.events.hearer ROUND...` says a line of JSON after each so many events.

Its settings come from the environment, as any service's do.
"""

import json
import sys
import time
from datetime import UTC, datetime

import uvloop
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.collector import spare_what_is_there
from chassis.inbox import Consumer, Handlers
from chassis.opening import open_runtime
from chassis.settings import Settings
from contracts.events.workflow import BranchAccepted
from tests.load.bench.figures import quantile

from .service import HEARER


class Hearing:
    """What was handled since the last line; a line is said when the batch that completes a round is committed."""

    def __init__(self, rounds: list[int]) -> None:
        self.rounds = rounds
        self.took: list[float] = []
        self.handlers = Handlers()
        self.handlers.on(BranchAccepted)(self.hear)

    async def hear(self, event: BranchAccepted, session: AsyncSession) -> None:
        self.took.append((datetime.now(UTC) - event.meta.time).total_seconds() * 1000)

    def committed(self) -> None:
        if len(self.took) < self.rounds[0]:
            return
        self.rounds.pop(0)
        facts = {"at": time.monotonic(), "p50": quantile(self.took, 0.5), "p99": quantile(self.took, 0.99)}
        self.took.clear()
        sys.stdout.write(json.dumps(facts) + "\n")
        sys.stdout.flush()


async def main(rounds: list[int]) -> None:
    settings = Settings()
    async with open_runtime(HEARER, settings) as runtime:
        hearing = Hearing(rounds)
        consumer = Consumer(runtime.sessions, hearing.handlers, runtime.bus, HEARER, settings.batch_size)
        async with runtime.bus.subscribe(HEARER, hearing.handlers.topics) as subscription:
            spare_what_is_there()
            sys.stdout.write("ready\n")
            sys.stdout.flush()
            while hearing.rounds:
                batch = await subscription.batch(settings.batch_size, 1.0)
                if batch:
                    await consumer.take(batch)
                    await subscription.commit(batch)
                    hearing.committed()


if __name__ == "__main__":
    uvloop.run(main([int(number) for number in sys.argv[1:]]))
