"""What a transport of events promises. Both transports keep it; the conformance tests say what the words mean.

Delivery is at least once: whatever was not committed is delivered again, in order, to whoever holds the partition then.
"""

from collections.abc import Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

MAX_VALUE_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Message:
    topic: str
    key: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Received:
    """A message as it stands in the log: `position` grows within its topic and partition."""

    topic: str
    key: str
    value: bytes
    partition: int
    position: int


class Subscription(Protocol):
    """One member of a group. Its methods are meant for one task: they are not to be called side by side."""

    async def batch(self, limit: int, wait: float) -> list[Received]:
        """At most `limit` messages, in order per key; empty when none came within `wait` seconds, outages included.

        May be called again before the last batch is committed: it goes on behind it.
        """
        ...

    async def commit(self, batch: Sequence[Received]) -> None:
        """Mark the batch, and all before it in its partitions, as done for the whole group.

        Raises `LeaseLost` where another member may have taken over (the other partitions of the batch are committed), and
        `BusUnavailable` when the outcome is unknown. Either way what was not committed is delivered again; go on.
        """
        ...

    async def rewind(self, batch: Sequence[Received]) -> None:
        """Hand the batch back undone: it and what follows it in its partitions is delivered again."""
        ...

    async def lag(self) -> int:
        """Messages not yet committed in the partitions this member holds; summed over members it is the group's lag."""
        ...


class Bus(Protocol):
    async def publish(self, messages: Sequence[Message]) -> None:
        """Return when all are durable; order is kept per topic and key.

        Raises `MessageRefused` and `TopicsMissing` before anything is written, and `BusUnavailable` when some or all may not have been:
        publish the same messages again then.
        """
        ...

    def subscribe(self, group: str, topics: Collection[str]) -> AbstractAsyncContextManager[Subscription]:
        """Join the group. Each message goes to one member of each group; a new group starts at the oldest message kept."""
        ...

    async def lag(self, group: str, topics: Collection[str]) -> int:
        """Messages that the group has not committed, whoever reads them. Raises `BusUnavailable`."""
        ...

    async def close(self) -> None: ...
