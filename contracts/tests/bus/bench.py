"""How fast the bus is: `python contracts/tests/bus/bench.py DATABASE_URL [DATABASE]`. Numbers only, nothing asserted."""

import asyncio
import sys
import time
from collections.abc import Sequence

import uvloop

from chassis.bus import Bus, Message, open_bus, prepare

BODY = b'{"specversion":"1.0","type":"onedoor.workflow.case.accepted.v1","data":{' + b"x" * 500 + b"}}"
TOPICS = [f"onedoor.bench.topic{number}" for number in range(4)]
BATCH = 500


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def message(number: int) -> Message:
    return Message(TOPICS[number % len(TOPICS)], f"case-{number % 997}", BODY)


async def publishing(bus: Bus, total: int) -> None:
    started = time.perf_counter()
    for start in range(0, total, BATCH):
        await bus.publish([message(number) for number in range(start, start + BATCH)])
    say(f"published in batches of {BATCH}: {total / (time.perf_counter() - started):,.0f}/s")


async def consuming(bus: Bus, group: str, total: int) -> None:
    async with bus.subscribe(group, TOPICS) as subscription:
        started, seen = time.perf_counter(), 0
        while seen < total:
            batch = await subscription.batch(BATCH, 1)
            await subscription.commit(batch)
            seen += len(batch)
        say(f"consumed in batches of {BATCH}: {seen / (time.perf_counter() - started):,.0f}/s")


async def relaying(bus: Bus, rate: int, seconds: float) -> None:
    """As an outbox relay does: what has come due is published together."""
    started, sent = time.perf_counter(), 0
    while sent < rate * seconds:
        due = int((time.perf_counter() - started) * rate) - sent
        if due:
            now = str(time.perf_counter()).encode()
            await bus.publish(
                [Message(TOPICS[n % 4], f"case-{n % 997}", now + b" " + BODY) for n in range(sent, sent + due)]
            )
            sent += due
        await asyncio.sleep(0.001)


async def latency(publisher: Bus, consumer: Bus, rate: int, seconds: float) -> None:
    took: list[float] = []
    async with consumer.subscribe(f"latency-{time.time()}", TOPICS) as subscription:
        while batch := await subscription.batch(BATCH, 0.5):
            await subscription.commit(batch)
        relay = asyncio.create_task(relaying(publisher, rate, seconds))
        while batch := await subscription.batch(BATCH, 1):
            now = time.perf_counter()
            took += [now - float(received.value.split(b" ", 1)[0]) for received in batch]
            await subscription.commit(batch)
        await relay
    say(f"latency at {rate}/s: p50 {quantile(took, 0.5):.2f} ms, p99 {quantile(took, 0.99):.2f} ms, {len(took)} events")


def quantile(values: Sequence[float], share: float) -> float:
    return sorted(values)[int(len(values) * share)] * 1000


async def main(url: str, database: str = "bus_bench") -> None:
    await prepare(url, database=database)
    bus, other = open_bus(url, database=database), open_bus(url, database=database)
    await publishing(bus, 30_000)
    await consuming(bus, f"bench-{time.time()}", 30_000)
    await latency(bus, other, 1_000, 10)
    await bus.close()
    await other.close()


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
