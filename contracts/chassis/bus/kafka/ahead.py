"""What was fetched and is not handed out yet.

aiokafka asks a broker for more only when all that came from it was taken. Somebody takes it at once, therefore, so that the next
fetch is under way while a batch is at work.
"""

import asyncio
from collections import deque
from collections.abc import Collection, Iterable

from aiokafka import TopicPartition

from chassis.bus.interface import Received

ENOUGH = 1_000
ENOUGH_BYTES = 1_000_000
"""When so much is here no more is fetched. One fetch may go beyond it."""


class Ahead:
    """`waits` is set while there is something to hand out, `room` while more may be fetched."""

    def __init__(self) -> None:
        self._messages: deque[Received] = deque()
        self._bytes = 0
        self.waits, self.room = asyncio.Event(), asyncio.Event()
        self.room.set()

    def add(self, messages: Iterable[Received]) -> None:
        for message in messages:
            self._messages.append(message)
            self._bytes += len(message.value)
        self._signal()

    def take(self, limit: int) -> list[Received]:
        taken = [self._messages.popleft() for _ in range(min(limit, len(self._messages)))]
        self._bytes -= sum(len(message.value) for message in taken)
        self._signal()
        return taken

    def forget(self, places: Collection[TopicPartition]) -> None:
        """What is here of these partitions; it is fetched again."""
        messages, self._messages, self._bytes = self._messages, deque(), 0
        self.add(message for message in messages if place_of(message) not in places)

    def clear(self) -> None:
        self.take(len(self._messages))

    def _signal(self) -> None:
        _set(self.waits, bool(self._messages))
        _set(self.room, len(self._messages) < ENOUGH and self._bytes < ENOUGH_BYTES)


def place_of(message: Received) -> TopicPartition:
    return TopicPartition(message.topic, message.partition)


def _set(event: asyncio.Event, state: bool) -> None:
    if state:
        event.set()
    else:
        event.clear()
