"""Writing to Kafka: one publication at a time, durable on all replicas, in order even when it has to be repeated."""

import asyncio
import logging
import re
from collections.abc import Sequence
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, ProducerClosed

from chassis.bus.checks import check
from chassis.bus.errors import BusUnavailable, MessageRefused, MessageTooLarge, TopicsMissing
from chassis.bus.interface import Message
from chassis.bus.kafka.cluster import Cluster
from chassis.bus.kafka.outages import OUTAGES
from chassis.bus.kafka.topics import create_missing

logger = logging.getLogger(__name__)

RECORD_BYTES = 1_040_000
"""Key and value; what a broker takes unless told otherwise, less what the record itself needs."""
BATCH_BYTES = 256_000
TOPIC_NAME = re.compile(r"[a-zA-Z0-9._-]{1,249}")


def check_record(message: Message) -> None:
    check(message)
    if not TOPIC_NAME.fullmatch(message.topic) or message.topic in (".", ".."):
        raise MessageRefused(message.topic, message.key, "Kafka has no such topic name")
    if (size := len(message.key.encode()) + len(message.value)) > RECORD_BYTES:
        raise MessageTooLarge(message.topic, message.key, f"{size} bytes with its key, at most {RECORD_BYTES}")


class Publisher:
    """The producer repeats what was not acknowledged, with the number it had: nothing overtakes, nothing doubles.

    A publication that took too long is therefore in doubt, not lost: nothing else is accepted before it is settled, so
    memory is bounded and the order holds; and when it is asked for again, it is not written twice. Where the producer
    itself gives up (no leader for twice our patience) another takes its place, and what was in doubt may come twice.
    """

    def __init__(self, cluster: Cluster, patience: float) -> None:
        self._cluster = cluster
        self._patience = patience
        self._turn = asyncio.Lock()
        self._producer: AIOKafkaProducer | None = None
        self._known: set[str] = set()
        self._in_doubt: list[tuple[Message, asyncio.Future[Any]]] = []

    async def publish(self, messages: Sequence[Message]) -> None:
        for message in messages:
            check_record(message)
        async with self._turn:
            try:
                async with asyncio.timeout(self._patience):
                    await self._settle()
                    await self._send(self._unsent(messages))
            except TimeoutError as error:
                self._known.clear()  # one of them may have been taken away
                raise BusUnavailable(f"no answer within {self._patience:g} s") from error
            except OUTAGES as error:
                await self._discard()  # what it numbered and what the broker counted may differ now
                raise BusUnavailable(f"{type(error).__name__}: {error}") from error

    async def close(self) -> None:
        async with self._turn:
            await self._discard()

    def _unsent(self, messages: Sequence[Message]) -> Sequence[Message]:
        """Without what the last publication left in doubt, and this one repeats: it has arrived meanwhile."""
        arrived = [message for message, _ in self._in_doubt]
        self._in_doubt.clear()
        return messages[len(arrived) :] if list(messages[: len(arrived)]) == arrived else messages

    async def _send(self, messages: Sequence[Message]) -> None:
        if not messages:
            return
        producer = await self._ready({message.topic for message in messages})
        for message in messages:
            sent = await producer.send(message.topic, message.value, key=message.key.encode())
            self._in_doubt.append((message, sent))
        await self._settle()
        self._in_doubt.clear()

    async def _ready(self, topics: set[str]) -> AIOKafkaProducer:
        if new := topics - self._known:
            missing = await create_missing(self._cluster, new, self._patience)
            self._known |= new - missing
            if missing:
                raise TopicsMissing(missing)
        if self._producer is None:
            self._producer = await _open(self._cluster, self._patience)
        return self._producer

    async def _settle(self) -> None:
        """Wait until all that was sent is acknowledged; the first failure is raised."""
        if self._in_doubt:
            done, _ = await asyncio.wait([sent for _, sent in self._in_doubt], return_when=asyncio.FIRST_EXCEPTION)
            for sent in done:
                sent.result()

    async def _discard(self) -> None:
        producer, self._producer = self._producer, None
        self._known.clear()
        for _, sent in self._in_doubt:
            sent.cancel()
        self._in_doubt.clear()
        if producer is not None:
            await _close(producer)


async def _open(cluster: Cluster, patience: float) -> AIOKafkaProducer:
    producer = AIOKafkaProducer(
        **cluster.access(),
        enable_idempotence=True,
        acks="all",
        linger_ms=0,
        max_batch_size=BATCH_BYTES,
        request_timeout_ms=int(2000 * patience),  # we give up first, and know what is in doubt then
    )
    try:
        await producer.start()
    except BaseException:
        await producer.stop()
        raise
    return producer


async def _close(producer: AIOKafkaProducer) -> None:
    """`stop` alone would first flush, which waits for ever while the broker is away; there is no public way around it."""
    try:
        await producer._sender.close()
    except KafkaError as error:
        logger.info("the producer had failed: %s", type(error).__name__)
    producer._message_accumulator.fail_all(ProducerClosed())
    await producer.stop()
