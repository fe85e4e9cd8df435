"""How far a group is behind, seen from outside the group."""

from collections.abc import Collection
from contextlib import AsyncExitStack

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from chassis.bus.kafka.cluster import Cluster


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
        committed = await admin.list_consumer_group_offsets(group, partitions=places)

        reader = AIOKafkaConsumer(**cluster.access())
        stack.push_async_callback(reader.stop)
        await reader.start()
        ends = await reader.end_offsets(places)
        starts = await reader.beginning_offsets(places)
    done = {place: committed[place].offset for place in places if place in committed}
    return sum(max(0, ends[place] - max(done.get(place, 0), starts[place])) for place in places)
