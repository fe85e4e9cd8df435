"""One consumer of aiokafka in a group, as long as it is well; a broken one is replaced.

Rebalancing is eager, for aiokafka knows no other: for a moment nobody reads. The partitions a member is busy with are
given up only when its batch is committed or handed back, or when it took longer than the group can wait.
"""

import asyncio
from collections.abc import Collection

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor

from chassis.bus.kafka.cluster import Cluster
from chassis.bus.kafka.holdings import Holdings

REBALANCE_SECONDS = 30.0
"""How long a group waits for a member that is busy; then it goes on without."""
FINISH_SECONDS = 20.0
REQUEST_SECONDS = 40.0
"""Longer than a rebalance: joining is one request, answered when everybody is there."""
FETCH_WAIT_MS = 100
"""How long an idle broker keeps us waiting. It delays nothing but what follows a batch that took longer than this."""
FETCH_BYTES = 8_000_000
PARTITION_BYTES = 262_144
"""What is read ahead: at most so much of each partition held, or one message that is larger."""


class Hold(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """Keeps the holdings true while partitions come and go."""

    def __init__(self, holdings: Holdings, leaving: asyncio.Event) -> None:
        self._holdings = holdings
        self._leaving = leaving

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        self._holdings.ahead.clear()  # nothing comes before the group has divided its partitions anew
        waits = [asyncio.create_task(event.wait()) for event in (self._holdings.idle, self._leaving)]
        try:
            await asyncio.wait(waits, timeout=FINISH_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        self._holdings.take(())

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        self._holdings.take(assigned)


def assignor() -> type[StickyPartitionAssignor]:
    """One for each consumer: it remembers its member's partitions in its class."""
    return type("Assignor", (StickyPartitionAssignor,), {})


def consumer_of(cluster: Cluster, group: str, lease_seconds: float) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(
        **cluster.access(),
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        partition_assignment_strategy=(assignor(),),
        session_timeout_ms=int(lease_seconds * 1000),
        heartbeat_interval_ms=int(min(1.0, lease_seconds / 5) * 1000),
        rebalance_timeout_ms=int(REBALANCE_SECONDS * 1000),
        request_timeout_ms=int(REQUEST_SECONDS * 1000),
        fetch_max_wait_ms=FETCH_WAIT_MS,
        fetch_max_bytes=FETCH_BYTES,
        max_partition_fetch_bytes=PARTITION_BYTES,
        metadata_max_age_ms=30_000,
    )
