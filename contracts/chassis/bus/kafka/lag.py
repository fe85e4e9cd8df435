"""How far a group is behind, seen from outside the group."""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import AsyncExitStack
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError

from chassis.bus.kafka.cluster import Cluster

ATTEMPTS, PAUSE = 20, 0.25
"""A new broker has no coordinator of groups until the first question about one has made it, which takes a moment."""


async def lag_of(cluster: Cluster, group: str, topics: Collection[str]) -> int:
    """A partition where the group never committed counts from its oldest message, as the group would read it."""
    async with AsyncExitStack() as stack:
        admin = AIOKafkaAdminClient(**cluster.access())
        stack.push_async_callback(admin.close)
        await admin.start()
        found = await admin.describe_topics(sorted(topics))
        places = [
            TopicPartition(topic["topic"], partition["partition"])
            for topic in found
            for partition in topic["partitions"]
        ]
        if not places:
            return 0
        committed = await _committed(admin, group, places)

        reader = AIOKafkaConsumer(**cluster.access())
        stack.push_async_callback(reader.stop)
        await reader.start()
        ends = await reader.end_offsets(places)
        starts = await reader.beginning_offsets(places)
    done = {place: committed[place].offset for place in places if place in committed}
    return sum(max(0, ends[place] - max(done.get(place, 0), starts[place])) for place in places)


async def _committed(admin: AIOKafkaAdminClient, group: str, places: Sequence[TopicPartition]) -> dict[Any, Any]:
    for _ in range(ATTEMPTS - 1):
        try:
            return dict(await admin.list_consumer_group_offsets(group, partitions=places))
        except GroupCoordinatorNotAvailableError:
            await asyncio.sleep(PAUSE)
    return dict(await admin.list_consumer_group_offsets(group, partitions=places))
