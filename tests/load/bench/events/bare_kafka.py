"""The same bytes through a topic with nothing around them: what Kafka and its client alone would allow."""

import asyncio
from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

TOPIC = "bench.bare"
PARTITIONS = 8


class BareKafka:
    """As safe as the product's: idempotent, acknowledged by all, offsets committed by hand."""

    def __init__(self, producer: AIOKafkaProducer, consumer: AIOKafkaConsumer) -> None:
        self._producer, self._consumer = producer, consumer

    @classmethod
    async def open(cls, servers: str) -> "BareKafka":
        admin = AIOKafkaAdminClient(bootstrap_servers=servers)
        await admin.start()
        await admin.create_topics([NewTopic(TOPIC, num_partitions=PARTITIONS, replication_factor=1)])
        await admin.close()
        producer = AIOKafkaProducer(bootstrap_servers=servers, enable_idempotence=True, acks="all", linger_ms=5)
        consumer = AIOKafkaConsumer(
            TOPIC,
            bootstrap_servers=servers,
            group_id="bench-bare",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
        )
        await producer.start()
        await consumer.start()
        return cls(producer, consumer)

    async def move(self, values: Sequence[bytes]) -> None:
        taking = asyncio.create_task(self._take(len(values)))
        sent = [await self._producer.send(TOPIC, value, partition=n % PARTITIONS) for n, value in enumerate(values)]
        await asyncio.gather(*sent)
        await taking

    async def _take(self, number: int) -> None:
        while number > 0:
            batches = await self._consumer.getmany(timeout_ms=1000, max_records=500)
            if batches:
                number -= sum(map(len, batches.values()))
                await self._consumer.commit()

    async def close(self) -> None:
        await self._producer.stop()
        await self._consumer.stop()
