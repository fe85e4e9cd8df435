"""The bus on Kafka."""

import asyncio
from collections.abc import Collection, Sequence

from chassis.bus.interface import Message
from chassis.bus.kafka.cluster import Cluster
from chassis.bus.kafka.lag import lag_of
from chassis.bus.kafka.outages import translated
from chassis.bus.kafka.publishing import Publisher
from chassis.bus.kafka.subscription import KafkaSubscription

PART_SECONDS = 10.0


class KafkaBus:
    """Connects at its first use. `patience` is after how many seconds an outage is called one."""

    def __init__(self, cluster: Cluster, lease_seconds: float, patience: float) -> None:
        self._cluster, self._lease_seconds, self._patience = cluster, lease_seconds, patience
        self._publisher = Publisher(cluster, patience)
        self._parting: set[asyncio.Task[None]] = set()

    async def publish(self, messages: Sequence[Message]) -> None:
        await self._publisher.publish(messages)

    def subscribe(self, group: str, topics: Collection[str]) -> KafkaSubscription:
        return KafkaSubscription(self._cluster, self._parting, group, topics, self._lease_seconds, self._patience)

    async def lag(self, group: str, topics: Collection[str]) -> int:
        if not topics:
            return 0
        with translated():
            async with asyncio.timeout(self._patience):
                return await lag_of(self._cluster, group, topics)

    async def close(self) -> None:
        await self._publisher.close()
        if self._parting:
            await asyncio.wait(self._parting, timeout=PART_SECONDS)
