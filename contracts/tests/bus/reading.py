"""Sentences the tests are made of."""

import asyncio
from collections.abc import Iterable

from chassis.bus import Message, Received, Subscription

PATIENCE = 30.0


def numbered(topic: str, numbers: Iterable[int], keys: int = 16) -> list[Message]:
    return [Message(topic, f"key-{number % keys}", str(number).encode()) for number in numbers]


def numbers(batch: Iterable[Received]) -> list[int]:
    return [int(received.value) for received in batch]


async def woken(subscription: Subscription, limit: int = 500) -> list[Received]:
    """A batch that came because the member was woken: its own waiting would last far longer than our patience."""
    async with asyncio.timeout(PATIENCE):
        return await subscription.batch(limit, 100 * PATIENCE)


async def read(subscription: Subscription, count: int) -> list[Received]:
    """Exactly so many, in as many batches as it takes, and not committed."""
    read: list[Received] = []
    async with asyncio.timeout(PATIENCE):
        while len(read) < count:
            read += await subscription.batch(count - len(read), 1.0)
    return read


async def take(subscription: Subscription, count: int, limit: int = 500) -> list[Received]:
    """Read and commit until `count` messages are there."""
    taken: list[Received] = []
    while len(taken) < count:
        batch = await woken(subscription, min(limit, count - len(taken)))
        await subscription.commit(batch)
        taken += batch
    return taken


async def take_together(subscriptions: list[Subscription], count: int) -> list[list[Received]]:
    """Several members read side by side until they have `count` messages between them."""
    taken: list[list[Received]] = [[] for _ in subscriptions]

    async def read(subscription: Subscription, into: list[Received]) -> None:
        while sum(map(len, taken)) < count:
            batch = await subscription.batch(500, 0.05)
            await subscription.commit(batch)
            into += batch

    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*map(read, subscriptions, taken))
    return taken


def out_of_order(received: Iterable[Received]) -> list[Received]:
    """Messages that came after a higher number of their key."""
    highest: dict[tuple[str, str], int] = {}
    late = []
    for message in received:
        number = int(message.value)
        if number < highest.get((message.topic, message.key), -1):
            late.append(message)
        highest[message.topic, message.key] = number
    return late
