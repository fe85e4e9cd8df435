"""The bus on a PostgreSQL log: for one machine, and for tests."""

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import timedelta

import asyncpg

from chassis.bus.checks import check
from chassis.bus.errors import BusUnavailable
from chassis.bus.interface import Message
from chassis.bus.postgres_log import retention
from chassis.bus.postgres_log.link import Link
from chassis.bus.postgres_log.publishing import ADD_PARTITIONS, append, chunks
from chassis.bus.postgres_log.subscription import PostgresSubscription
from chassis.bus.postgres_log.wakeup import Wakeup

LAG_OF_GROUP = """
select coalesce(sum(h.head - greatest(h.tail, coalesce(p.position, h.tail))), 0)::bigint
from partition_head h left join progress p on p.group_name = $1 and p.topic = h.topic and p.partition = h.partition
where h.topic = any($2::text[])
"""


class PostgresLog:
    """Three connections at most: one to publish, one for all subscriptions, one to wake and be woken."""

    def __init__(
        self, database_url: str, database: str, lease_seconds: float, poll_seconds: float, kept_for: timedelta
    ) -> None:
        self._writer = Link(database_url, database, "publish", durable=True)
        # Losing the last commits of a group in a crash of the server only delivers messages again.
        self._reader = Link(database_url, database, "subscribe", durable=False)
        self._wakeup = Wakeup(Link(database_url, database, "wake-up", durable=False))
        self._lease_seconds = lease_seconds
        self._poll_seconds = poll_seconds
        self._kept_for = kept_for
        self._trimming: asyncio.Task[None] | None = None
        self._partitions = 0
        self._known: set[str] = set()
        self._known_on: asyncpg.Connection | None = None

    async def publish(self, messages: Sequence[Message]) -> None:
        for message in messages:
            check(message)
        async with self._writer.use() as connection:
            for chunk in chunks(messages):
                topics = {message.topic for message in chunk}
                await self._know(connection, topics)
                await append(connection, chunk, self._partitions)
                self._wakeup.announce({f"topic {topic}" for topic in topics})

    def subscribe(self, group: str, topics: Collection[str]) -> PostgresSubscription:
        if self._trimming is None:
            self._trimming = asyncio.create_task(
                retention.keep_trimmed(self._reader, self._kept_for), name="bus retention"
            )
        return PostgresSubscription(self._reader, self._wakeup, group, topics, self._lease_seconds, self._poll_seconds)

    async def lag(self, group: str, topics: Collection[str]) -> int:
        async with self._reader.use() as connection:
            return int(await connection.fetchval(LAG_OF_GROUP, group, sorted(topics)))

    async def close(self) -> None:
        if self._trimming is not None:
            self._trimming.cancel()
            with suppress(asyncio.CancelledError):
                await self._trimming
        await self._wakeup.close()
        for link in (self._writer, self._reader):
            with suppress(BusUnavailable):
                await link.close()

    async def _know(self, connection: asyncpg.Connection, topics: set[str]) -> None:
        """Make new topics' partitions; ask again after each reconnect, for the database may be another one."""
        if self._known_on is not connection:
            self._partitions = await connection.fetchval("select partitions from layout")
            self._known.clear()
            self._known_on = connection
        if new := topics - self._known:
            await connection.execute(ADD_PARTITIONS, sorted(new), self._partitions)
            self._known |= new
