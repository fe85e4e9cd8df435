"""Topics are made by whoever needs them first, if the cluster allows it; where it does not, they are waited for."""

import asyncio
import logging
from collections.abc import Collection

from aiokafka import errors
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from chassis.bus.errors import BusUnavailable
from chassis.bus.kafka.cluster import Cluster
from chassis.bus.kafka.outages import translated

logger = logging.getLogger(__name__)

KEPT_MS = str(14 * 24 * 3600 * 1000)
"""Kafka forgets by age, read or not: a service may be away for a fortnight."""
FORBIDDEN = (errors.TopicAuthorizationFailedError, errors.ClusterAuthorizationFailedError, errors.PolicyViolationError)


async def create_missing(cluster: Cluster, topics: Collection[str], seconds: float) -> set[str]:
    """The topics that are missing still, for we may not make them. Safe to repeat and to call from several processes at once.

    Raises `BusUnavailable`.
    """
    admin = AIOKafkaAdminClient(**cluster.access(), request_timeout_ms=int(seconds * 1000))
    try:
        with translated():
            async with asyncio.timeout(seconds):
                await admin.start()
                missing = sorted(set(topics).difference(await admin.list_topics()))
                return await _create(admin, cluster, missing) if missing else set()
    finally:
        await admin.close()


async def prepare(cluster: Cluster, topics: Collection[str], seconds: float = 30.0) -> None:
    """Make the topics and their dead letters' where they are missing; a cluster that is just starting is waited for."""
    wanted = {*topics, *(f"{topic}.dlq" for topic in topics)}
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        try:
            await create_missing(cluster, wanted, seconds)
            return
        except BusUnavailable:
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(0.5)


async def _create(admin: AIOKafkaAdminClient, cluster: Cluster, topics: Collection[str]) -> set[str]:
    answer = await admin.create_topics([_layout(cluster, topic) for topic in topics])
    forbidden = set()
    for topic, code, *_ in answer.topic_errors:
        error = errors.for_code(code)
        if error in FORBIDDEN:
            logger.warning("topic %s is missing, and we may not make it: it is waited for", topic)
            forbidden.add(topic)
        elif error not in (errors.NoError, errors.TopicAlreadyExistsError):
            raise BusUnavailable(f"topic {topic} cannot be made: {error.__name__}")
    return forbidden


def _layout(cluster: Cluster, topic: str) -> NewTopic:
    safe = max(1, cluster.replication - 1)
    return NewTopic(
        topic,
        cluster.partitions,
        cluster.replication,
        topic_configs={"retention.ms": KEPT_MS, "min.insync.replicas": str(safe)},
    )
