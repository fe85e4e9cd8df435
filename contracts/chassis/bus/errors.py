"""What can go wrong between a service and its bus."""

from collections.abc import Collection


class BusError(Exception):
    """The root of what a transport raises."""


class BusUnavailable(BusError):
    """The broker cannot be reached, or went away before it answered. Try again."""


class TopicsMissing(BusError):
    """The bus has no such topics and we may not make them; nothing of the batch was published. Others can go without them."""

    def __init__(self, topics: Collection[str]) -> None:
        super().__init__(f"no topics {sorted(topics)}, and we may not make them")
        self.topics = frozenset(topics)


class LeaseLost(BusError):
    """Another member may hold these partitions now; what was not committed is delivered again."""

    def __init__(self, partitions: Collection[int]) -> None:
        super().__init__(f"lease lost on partitions {sorted(partitions)}")
        self.partitions = frozenset(partitions)


class MessageRefused(BusError):
    """This message will never be accepted; nothing of its batch was published."""

    def __init__(self, topic: str, key: str, reason: str) -> None:
        super().__init__(f"{topic} {key!r}: {reason}")
        self.topic = topic
        self.key = key


class MessageTooLarge(MessageRefused):
    """The value is larger than `MAX_VALUE_BYTES`."""
