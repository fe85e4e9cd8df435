"""What was fetched and is not handed out yet.

aiokafka asks a broker for more only when all that came from it was taken, and is answered as soon as there is one message. While a
batch is at work, therefore, the next few lie there and the many behind them are not asked for. So what lies there is taken once
more at the batch's end, and the rest comes while that is committed.
"""

from collections import deque
from collections.abc import Collection, Iterable

from aiokafka import TopicPartition

from chassis.bus.interface import Received

ENOUGH = 1_000
ENOUGH_BYTES = 1_000_000
"""When so much is here no more is fetched. One fetch may go beyond it."""


class Ahead:
    def __init__(self) -> None:
        self._messages: deque[Received] = deque()
        self._bytes = 0

    @property
    def waits(self) -> bool:
        """Something is there to be handed out."""
        return bool(self._messages)

    @property
    def room(self) -> bool:
        """More may be fetched."""
        return len(self._messages) < ENOUGH and self._bytes < ENOUGH_BYTES

    def add(self, messages: Iterable[Received]) -> None:
        for message in messages:
            self._messages.append(message)
            self._bytes += len(message.value)

    def take(self, limit: int) -> list[Received]:
        taken = [self._messages.popleft() for _ in range(min(limit, len(self._messages)))]
        self._bytes -= sum(len(message.value) for message in taken)
        return taken

    def forget(self, places: Collection[TopicPartition]) -> None:
        """What is here of these partitions; it is fetched again."""
        messages, self._messages, self._bytes = self._messages, deque(), 0
        self.add(message for message in messages if place_of(message) not in places)

    def clear(self) -> None:
        self._messages.clear()
        self._bytes = 0


def place_of(message: Received) -> TopicPartition:
    return TopicPartition(message.topic, message.partition)
