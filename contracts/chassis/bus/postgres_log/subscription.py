"""One member of a group reading the log."""

import asyncio
import logging
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from types import TracebackType
from typing import Self
from uuid import uuid4

import asyncpg

from chassis.bus.errors import BusUnavailable, LeaseLost
from chassis.bus.interface import Received
from chassis.bus.postgres_log import leases
from chassis.bus.postgres_log.link import Link
from chassis.bus.postgres_log.wakeup import EVERYTHING, Wakeup

logger = logging.getLogger(__name__)

# Both a number and a size bound what one batch takes in memory; one message always fits.
BATCH_BYTES = 16_000_000

FETCH = """
select topic, key, value, partition, position
from (
    select found.*, sum(octet_length(found.value)) over (rows between unbounded preceding and 1 preceding) as taken
    from unnest($1::text[], $2::integer[], $3::bigint[]) as after (topic, partition, position)
    cross join lateral (
        select * from message m
        where m.topic = after.topic and m.partition = after.partition and m.position > after.position
        order by m.position limit $4
    ) found
) counted
where taken is null or taken < $5
limit $4
"""

COMMIT = """
update progress p set position = greatest(p.position, done.position)
from unnest($3::text[], $4::integer[], $5::bigint[], $6::bigint[]) as done (topic, partition, epoch, position)
where p.group_name = $1 and p.topic = done.topic and p.partition = done.partition and p.epoch = done.epoch
  and exists (select from member where group_name = $1 and member_id = $2 and expires_at > clock_timestamp())
returning p.topic, p.partition
"""

LAG = """
select coalesce(sum(h.head - p.position), 0)::bigint
from progress p join partition_head h using (topic, partition)
where p.group_name = $1 and p.topic = any($2::text[]) and p.partition = any($3::integer[])
"""


@dataclass(slots=True)
class Held:
    """A partition we lease: up to where the group has committed, and up to where we have handed out, by topic."""

    epoch: int
    committed: dict[str, int]
    read: dict[str, int]
    draining: bool = False

    @property
    def busy(self) -> bool:
        return self.read != self.committed


class PostgresSubscription:
    def __init__(
        self,
        reader: Link,
        wakeup: Wakeup,
        group: str,
        topics: Collection[str],
        lease_seconds: float,
        poll_seconds: float,
    ) -> None:
        self._reader = reader
        self._wakeup = wakeup
        self._member = leases.Member(group, uuid4(), tuple(sorted(topics)), lease_seconds)
        self._poll_seconds = poll_seconds
        self._names = {f"topic {topic}": topic for topic in topics}
        self._group_name = f"group {group}"
        self._held: dict[int, Held] = {}
        self._valid_until = 0.0
        self._marked_on: asyncpg.Connection | None = None
        self._turn = asyncio.Lock()
        self._news = asyncio.Event()
        self._regroup = asyncio.Event()
        self._beats: asyncio.Task[None] | None = None
        self._rotation = 0
        self._due: set[str] = set()
        """Topics in which there may be something that we have not read: what was announced, or all of them."""
        self._looked_at = -inf

    async def __aenter__(self) -> Self:
        self._wakeup.listen(self._heard)
        await self._settle()
        self._beats = asyncio.create_task(self._beat(), name=f"bus {self._member.group}")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._wakeup.unlisten(self._heard)
        if self._beats is not None:
            self._beats.cancel()
            with suppress(asyncio.CancelledError):
                await self._beats
        self._held.clear()
        try:
            async with self._reader.use() as connection:
                await leases.leave(connection, self._member)
        except BusUnavailable as away:
            logger.warning("bus %s: left without saying so, the leases run out: %s", self._member.group, away)
        self._wakeup.announce({self._group_name})

    async def batch(self, limit: int, wait: float) -> list[Received]:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + wait
        while True:
            self._news.clear()
            async with self._turn:
                received = await self._fetch(limit)
            if received or (left := deadline - loop.time()) <= 0:
                return received
            with suppress(TimeoutError):
                async with asyncio.timeout(min(left, self._poll_seconds)):
                    await self._news.wait()

    async def commit(self, batch: Sequence[Received]) -> None:
        async with self._turn:
            try:
                await self._commit(_furthest(batch))
            except BusUnavailable:
                self._rewind(batch)
                raise

    async def rewind(self, batch: Sequence[Received]) -> None:
        async with self._turn:
            self._rewind(batch)

    async def lag(self) -> int:
        async with self._reader.use() as connection:
            return int(await connection.fetchval(LAG, self._member.group, self._member.topics, list(self._held)))

    async def _fetch(self, limit: int) -> list[Received]:
        now = asyncio.get_running_loop().time()
        if now > self._valid_until:
            self._regroup.set()  # others may read our partitions by now
            return []
        if now - self._looked_at >= self._poll_seconds:  # an announcement may have been lost
            self._due, self._looked_at = set(self._member.topics), now
        asked, self._due = self._due, set()
        places = [
            (topic, partition, position)
            for partition, held in self._held.items()
            if not held.draining
            for topic, position in held.read.items()
            if topic in asked
        ]
        if not places:
            return []
        self._rotation = (self._rotation + 1) % len(places)  # or a busy partition could starve the others
        topics, partitions, positions = zip(*places[self._rotation :], *places[: self._rotation], strict=True)
        try:
            async with self._reader.use() as connection:
                rows = await connection.fetch(FETCH, topics, partitions, positions, limit, BATCH_BYTES)
        except BusUnavailable as away:
            self._due |= asked
            logger.warning("bus %s: cannot read: %s", self._member.group, away)
            return []
        except BaseException:
            self._due |= asked
            raise
        received = [Received(*row) for row in rows]
        for message in received:
            self._held[message.partition].read[message.topic] = message.position
        if len(received) >= limit or sum(len(message.value) for message in received) >= BATCH_BYTES:
            self._due |= asked  # there may be more of it
        return received

    async def _commit(self, furthest: dict[tuple[str, int], int]) -> None:
        ours = [
            (topic, partition, self._held[partition].epoch, position)
            for (topic, partition), position in furthest.items()
            if partition in self._held and position <= self._held[partition].read[topic]
        ]
        confirmed: set[tuple[str, int]] = set()
        if ours:
            async with self._reader.use() as connection:
                columns = zip(*ours, strict=True)
                rows = await connection.fetch(COMMIT, self._member.group, self._member.member_id, *columns)
            confirmed = {(topic, partition) for topic, partition in rows}
        for topic, partition in confirmed:
            committed = self._held[partition].committed
            committed[topic] = max(committed[topic], furthest[topic, partition])
        self._drained()
        lost = {partition for _, partition in furthest.keys() - confirmed}
        if lost:
            for partition in lost:
                self._held.pop(partition, None)
            self._regroup.set()
            raise LeaseLost(lost)

    def _rewind(self, batch: Sequence[Received]) -> None:
        for message in batch:
            if (held := self._held.get(message.partition)) is not None:
                back = max(message.position - 1, held.committed[message.topic])
                held.read[message.topic] = min(held.read[message.topic], back)
        self._look_everywhere()
        self._drained()

    def _drained(self) -> None:
        if any(held.draining and not held.busy for held in self._held.values()):
            self._regroup.set()

    def _heard(self, names: Collection[str]) -> None:
        if EVERYTHING in names:
            self._look_everywhere()
        elif announced := [topic for name, topic in self._names.items() if name in names]:
            self._due.update(announced)
            self._news.set()
        if EVERYTHING in names or self._group_name in names:
            self._regroup.set()

    def _look_everywhere(self) -> None:
        self._due.update(self._member.topics)
        self._news.set()

    async def _beat(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._member.lease_seconds / 5):
                    await self._regroup.wait()
            self._regroup.clear()
            try:
                await self._settle()
            except Exception:
                logger.exception("bus %s: the member is not renewed", self._member.group)

    async def _settle(self) -> None:
        """Join or renew; keep, take and give up partitions. An outage is waited out."""
        async with self._turn:
            started = asyncio.get_running_loop().time()
            try:
                settled = await self._exchange()
            except BusUnavailable as away:
                logger.warning("bus %s: cannot renew: %s", self._member.group, away)
                return
            self._valid_until = started + self._member.lease_seconds
            self._held = {partition: self._held[partition] for partition in settled.kept}
            kept_after_all = False
            for partition, held in self._held.items():
                kept_after_all |= held.draining and partition not in settled.shift.drain
                held.draining = partition in settled.shift.drain
            for partition, positions in settled.positions.items():
                self._held[partition] = Held(settled.epochs[partition], dict(positions), dict(positions))
        if settled.shift.claim or kept_after_all:
            self._look_everywhere()
        if settled.joined or settled.shift.release:
            self._wakeup.announce({self._group_name})

    async def _exchange(self) -> leases.Settled:
        async with self._reader.use() as connection:
            if self._marked_on is not connection and await leases.mark_session(connection, self._member):
                self._marked_on = connection
            partitions = await connection.fetchval("select partitions from layout")
            held = {partition: held.epoch for partition, held in self._held.items()}
            busy = {partition for partition, held in self._held.items() if held.busy}
            return await leases.settle(connection, self._member, partitions, held, busy)


def _furthest(batch: Sequence[Received]) -> dict[tuple[str, int], int]:
    furthest: dict[tuple[str, int], int] = {}
    for message in batch:
        place = message.topic, message.partition
        furthest[place] = max(message.position, furthest.get(place, 0))
    return furthest
