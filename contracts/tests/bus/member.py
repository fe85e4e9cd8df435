"""A member in a process of its own: commands on stdin (`batch N`, `commit`, `stall`), answers as JSON lines on stdout."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence

from chassis.bus import LeaseLost, Received, Subscription, open_bus


def answer(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


async def obey(subscription: Subscription) -> None:
    batch: Sequence[Received] = []
    while command := (await asyncio.to_thread(sys.stdin.readline)).split():
        if command[0] == "batch":
            batch = await subscription.batch(int(command[1]), 20)
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
    kind, url = given["transport"]["kind"], given["transport"]["url"]
    bus = open_bus(url, kind, database="onedoor_bus_test", **given["options"])
    async with bus.subscribe(given["group"], given["topics"]) as subscription:
        await obey(subscription)
    await bus.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
