"""One member of a group reading from Kafka."""

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError
from aiokafka.structs import ConsumerRecord

from chassis.bus.errors import BusUnavailable, LeaseLost
from chassis.bus.interface import Received
from chassis.bus.kafka.ahead import ENOUGH
from chassis.bus.kafka.cluster import Cluster
from chassis.bus.kafka.holdings import Holdings
from chassis.bus.kafka.member import Hold, consumer_of
from chassis.bus.kafka.outages import OUTAGES, translated
from chassis.bus.kafka.topics import create_missing

logger = logging.getLogger(__name__)

RETRY_SECONDS = 0.5
LEAVE_SECONDS = 5.0


class KafkaSubscription:
    """`parting` keeps consumers that are still on their way out; the bus waits for them when it closes."""

    def __init__(
        self,
        cluster: Cluster,
        parting: set[asyncio.Task[None]],
        group: str,
        topics: Collection[str],
        lease_seconds: float,
        patience: float,
    ) -> None:
        self._cluster, self._parting, self._group, self._topics = cluster, parting, group, sorted(topics)
        self._lease_seconds, self._patience = lease_seconds, patience
        self._holdings = Holdings()
        self._leaving = asyncio.Event()
        self._consumer: AIOKafkaConsumer | None = None
        self._joining: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._joining = asyncio.create_task(self._join(), name=f"bus {self._group}")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leaving.set()
        if self._joining is not None:
            self._joining.cancel()
            with suppress(asyncio.CancelledError):
                await self._joining
        if (parting := self._part()) is not None:
            await asyncio.wait({parting}, timeout=LEAVE_SECONDS)

    async def batch(self, limit: int, wait: float) -> list[Received]:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + wait
        while True:
            left = max(0.0, deadline - loop.time())
            await self._fetch(0.0 if self._holdings.ahead.waits else left)
            received = self._holdings.handed_out(limit)
            if received or loop.time() >= deadline:
                return received

    async def commit(self, batch: Sequence[Received]) -> None:
        moves, lost = self._holdings.to_commit(batch)
        if moves:
            await self._fetch(0.0)  # makes aiokafka ask for what has come since; it is here when this is committed
            lost |= await self._commit(moves, batch)
        if lost:
            raise LeaseLost({place.partition for place in lost})

    async def rewind(self, batch: Sequence[Received]) -> None:
        self._rewind(batch)

    async def lag(self) -> int:
        if (consumer := self._consumer) is None:
            raise BusUnavailable("not connected")
        with translated():
            async with asyncio.timeout(self._patience):
                progress = self._holdings.progress()
                ends = await consumer.end_offsets(list(progress))
                starts = [await _start(consumer, place, progress[place], ends[place]) for place in progress]
        return int(sum(ends.values())) - sum(starts)

    async def _fetch(self, wait: float) -> None:
        """Add what is there to what was fetched before; nothing where nothing came in time or the broker is away."""
        if self._consumer is None:
            if self._joining is not None and wait:
                await asyncio.wait({self._joining}, timeout=wait)
            return
        if not self._holdings.ahead.room:
            return
        try:
            async with asyncio.timeout(wait + 0.001):  # while the group rebalances, aiokafka waits for its end
                fetched = await self._consumer.getmany(timeout_ms=int(wait * 1000), max_records=ENOUGH)
        except TimeoutError:
            return
        except OUTAGES as error:
            logger.warning("bus %s: cannot read, joining anew: %s", self._group, error)
            self._part()
            self._joining = asyncio.create_task(self._join(RETRY_SECONDS), name=f"bus {self._group}")
            return
        self._holdings.fetched(_received(record) for records in fetched.values() for record in records)

    async def _commit(self, moves: Mapping[TopicPartition, int], batch: Sequence[Received]) -> set[TopicPartition]:
        """Answers which partitions are lost."""
        try:
            if self._consumer is None:
                raise BusUnavailable("not connected")
            async with asyncio.timeout(self._patience):
                await self._consumer.commit(dict(moves))
        except (CommitFailedError, IllegalStateError):
            self._holdings.lose(moves)  # until the group has divided its partitions anew, which this sets off
            return set(moves)
        except (BusUnavailable, *OUTAGES) as error:
            self._rewind(batch)
            raise BusUnavailable(f"{type(error).__name__}: {error}") from error
        self._holdings.committed(moves)
        return set()

    def _rewind(self, batch: Sequence[Received]) -> None:
        for place, position in self._holdings.rewound(batch).items():
            if self._consumer is not None:
                with suppress(IllegalStateError):
                    self._consumer.seek(place, position)

    async def _join(self, pause: float = 0.0) -> None:
        """An outage is waited out. The group takes us in a moment later, by itself."""
        await asyncio.sleep(pause)
        while True:
            try:
                await create_missing(self._cluster, self._topics, self._patience)
                consumer = consumer_of(self._cluster, self._group, self._lease_seconds)
                try:
                    await consumer.start()
                except BaseException:
                    await consumer.stop()
                    raise
            except (BusUnavailable, *OUTAGES) as error:
                logger.warning("bus %s: cannot join: %s", self._group, error)
                await asyncio.sleep(RETRY_SECONDS)
                continue
            consumer.subscribe(self._topics, listener=Hold(self._holdings, self._leaving))
            self._consumer = consumer
            return

    def _part(self) -> asyncio.Task[None] | None:
        """Leaving takes a while when the group is just rebalancing: it goes on by itself."""
        consumer, self._consumer = self._consumer, None
        self._holdings.take(())
        if consumer is None:
            return None
        task: asyncio.Task[None] = asyncio.create_task(_stop(consumer), name=f"bus {self._group} leaving")
        self._parting.add(task)
        task.add_done_callback(self._parting.discard)
        return task


async def _stop(consumer: AIOKafkaConsumer) -> None:
    try:
        await consumer.stop()
    except OUTAGES as error:
        logger.info("bus: left without saying so: %s", error)


async def _start(consumer: AIOKafkaConsumer, place: TopicPartition, committed: int | None, end: int) -> int:
    """Where the group goes on reading. A partition that just went elsewhere has no lag of ours."""
    if committed is not None:
        return committed
    try:
        return int(await consumer.position(place))
    except IllegalStateError:
        return end


def _received(record: ConsumerRecord) -> Received:
    return Received(record.topic, record.key.decode(), record.value, record.partition, record.offset)
