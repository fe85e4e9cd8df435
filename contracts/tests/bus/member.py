"""A member in a process of its own: commands on stdin (`batch N`, `commit`, `stall`), answers as JSON lines on stdout."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence

from transports import Transport  # beside this program

from chassis.bus import LeaseLost, Received, Subscription


def answer(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


async def filled(subscription: Subscription, limit: int) -> list[Received]:
    """More than the first batch where that is not all; what there is when nothing more comes."""
    batch = await subscription.batch(limit, 20)
    while len(batch) < limit and (more := await subscription.batch(limit - len(batch), 0.5)):
        batch += more
    return batch


async def obey(subscription: Subscription) -> None:
    batch: Sequence[Received] = []
    while command := (await asyncio.to_thread(sys.stdin.readline)).split():
        if command[0] == "batch":
            batch = await filled(subscription, int(command[1]))
            answer([received.value.decode() for received in batch])
            continue
        if command[0] == "stall":
            os.kill(os.getpid(), signal.SIGSTOP)  # thawed, it commits before anything else happens here
        try:
            await subscription.commit(batch)
            answer("committed")
        except LeaseLost:
            answer("lease lost")


async def main(wanted: str) -> None:
    given = json.loads(wanted)
    bus = Transport(**given["transport"]).open(**{"poll_seconds": 1.0, **given["options"]})
    async with bus.subscribe(given["group"], given["topics"]) as subscription:
        await obey(subscription)
    await bus.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
