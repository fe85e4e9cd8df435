"""One member of a group reading the log."""

import asyncio
import logging
from collections import deque
from collections.abc import Collection, Sequence
from contextlib import suppress
from math import inf
from types import TracebackType
from typing import Self
from uuid import uuid4

import asyncpg

from chassis.bus.errors import BusUnavailable, LeaseLost
from chassis.bus.interface import Received
from chassis.bus.pace import rest_after
from chassis.bus.postgres_log import leases
from chassis.bus.postgres_log.link import Link
from chassis.bus.postgres_log.reading import BATCH_BYTES, LAG, TURN, Done, Held, Place, columns_of, furthest_of
from chassis.bus.postgres_log.wakeup import EVERYTHING, Wakeup

logger = logging.getLogger(__name__)


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
        self._ahead: deque[tuple[int, Received]] = deque()
        """Fetched, not handed out; each with the position that it follows in its topic's partition."""
        self._limit = 1
        self._handed_out_at = 0.0
        self._rest_until = 0.0
        self._saw_the_end = False

    async def __aenter__(self) -> Self:
        self._wakeup.listen(self._heard, [*self._names, self._group_name])
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
        self._limit = limit
        while True:
            self._news.clear()
            if self._due:
                await self._rest(deadline)
            async with self._turn:
                received = await self._next(limit)
            self._handed_out_at = loop.time()
            if received or (left := deadline - self._handed_out_at) <= 0:
                return received
            with suppress(TimeoutError):
                async with asyncio.timeout(min(left, self._poll_seconds)):
                    await self._news.wait()

    async def commit(self, batch: Sequence[Received]) -> None:
        now = asyncio.get_running_loop().time()
        self._rest_until = now + rest_after(len(batch), now - self._handed_out_at)
        if self._due and not self._ahead:
            await self._rest(inf)  # what has come is fetched along
        async with self._turn:
            try:
                await self._commit(furthest_of(batch))
            except BusUnavailable:
                self._rewind(batch)
                raise

    async def rewind(self, batch: Sequence[Received]) -> None:
        async with self._turn:
            self._rewind(batch)

    async def lag(self) -> int:
        if self._saw_the_end:
            return 0
        async with self._reader.use() as connection:
            return int(await connection.fetchval(LAG, self._member.group, self._member.topics, list(self._held)))

    async def _rest(self, deadline: float) -> None:
        if (seconds := min(self._rest_until, deadline) - asyncio.get_running_loop().time()) > 0:
            await asyncio.sleep(seconds)

    async def _next(self, limit: int) -> list[Received]:
        if not self._may_read():
            return []
        if not (received := self._handed_out(limit)):
            try:
                await self._take_turn([])
            except BusUnavailable as away:
                logger.warning("bus %s: cannot read: %s", self._member.group, away)
            received = self._handed_out(limit)
        return received

    def _may_read(self) -> bool:
        if asyncio.get_running_loop().time() > self._valid_until:
            self._regroup.set()  # others may read our partitions by now
            return False
        return True

    def _handed_out(self, limit: int) -> list[Received]:
        """Of what was fetched, what follows upon what was handed out before: partitions may have come and gone meanwhile."""
        received: list[Received] = []
        while self._ahead and len(received) < limit:
            follows, message = self._ahead.popleft()
            held = self._held.get(message.partition)
            if held is None or held.draining or held.read[message.topic] != follows:
                self._due.add(message.topic)
                continue
            held.read[message.topic] = message.position
            received.append(message)
        return received

    async def _take_turn(self, done: Sequence[Done]) -> set[tuple[str, int]]:
        """Commit, fetch what may have come meanwhile, or both. Answers which topics' partitions are committed."""
        asked, places = self._to_look_at()
        if not done and not places:
            return set()
        commits, looks = columns_of(done, 4), columns_of(places, 3)
        try:
            async with self._reader.use() as connection:
                given = (self._member.group, self._member.member_id, *commits, *looks, self._limit, BATCH_BYTES)
                rows = await connection.fetch(TURN, *given)
        except BaseException:
            self._due |= asked
            raise
        confirmed = {(row[0], row[3]) for row in rows if row[2] is None}
        found = [Received(*row) for row in rows if row[2] is not None]
        after = {(topic, partition): position for topic, partition, position in places}
        for message in found:
            place = message.topic, message.partition
            self._ahead.append((after[place], message))
            after[place] = message.position
        if len(found) >= self._limit or sum(len(message.value) for message in found) >= BATCH_BYTES:
            self._due |= asked  # there may be more of it
        if not found and len(places) == len(self._held) * len(self._member.topics):
            self._see_the_end()
        return confirmed

    def _to_look_at(self) -> tuple[set[str], list[Place]]:
        """Topics, and where to read on in them; none while there is something at hand."""
        if self._ahead or not self._may_read():
            return set(), []
        now = asyncio.get_running_loop().time()
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
        if places:
            self._rotation = (self._rotation + 1) % len(places)  # or a busy partition could starve the others
        return asked, places[self._rotation :] + places[: self._rotation]

    def _see_the_end(self) -> None:
        """Nothing is there and nothing waits for its commit: who asks in the same breath need not go and look again."""
        if not any(held.busy for held in self._held.values()):
            self._saw_the_end = True
            asyncio.get_running_loop().call_soon(self._look_away)

    def _look_away(self) -> None:
        self._saw_the_end = False

    async def _commit(self, furthest: dict[tuple[str, int], int]) -> None:
        ours = [
            (topic, partition, self._held[partition].epoch, position)
            for (topic, partition), position in furthest.items()
            if partition in self._held and position <= self._held[partition].read[topic]
        ]
        confirmed = await self._take_turn(ours) if ours else set()
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
            held = {partition: held.epoch for partition, held in self._held.items()}
            busy = {partition for partition, held in self._held.items() if held.busy}
            return await leases.settle(connection, self._member, held, busy)
