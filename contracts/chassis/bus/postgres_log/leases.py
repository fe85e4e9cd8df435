"""Who reads which partition for a group.

A member lives as long as it renews itself in time and its database session lasts: a killed process is noticed at once, a
hung one when its time is up. Each change of hands raises the partition's epoch; progress moves only under the current one.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

import asyncpg

GROUP_LOCKS = 0x0D00B

LOCK_GROUP = "select pg_advisory_xact_lock($1, hashtext($2))"
MARK_SESSION = "select pg_try_advisory_lock($1)"
UNMARK_SESSION = "select pg_advisory_unlock($1)"

RENEW = """
insert into member (group_name, member_id, session_lock, expires_at)
values ($1, $2, $3, clock_timestamp() + make_interval(secs => $4))
on conflict (group_name, member_id) do update set expires_at = excluded.expires_at
returning xmax = 0 as joined
"""

# Looked up, not tried: our own session may hold the mark of another member.
DEAD = """
group_name = $1 and member_id <> $2 and (expires_at < clock_timestamp() or not exists (
    select from pg_locks
    where locktype = 'advisory' and objsubid = 1 and granted
      and database = (select oid from pg_database where datname = current_database())
      and (classid::bigint << 32 | objid::bigint) = session_lock
))
"""
BURY = f"delete from member where {DEAD}"  # noqa: S608  # both are ours

# All that a member says and asks as long as nobody comes and nobody goes. It waits for no lock but its own row's: who buries us
# meanwhile either finds us renewed, or we find that we are gone.
RENEW_AND_LOOK = f"""
with renewed as (
    update member set expires_at = clock_timestamp() + make_interval(secs => $3)
    where group_name = $1 and member_id = $2
    returning member_id
)
select partition, member_id, epoch, exists (select from renewed) and not exists (select from member where {DEAD}) as calm,
       array(select member_id from member where group_name = $1) as members
from lease where group_name = $1
"""  # noqa: S608

ADD_LEASES = """
insert into lease (group_name, partition) select $1, generate_series(0, $2::integer - 1) on conflict do nothing
"""

ADD_PROGRESS = """
insert into progress (group_name, topic, partition, position, epoch)
select l.group_name, topic, l.partition, coalesce(h.tail, 0), l.epoch
from lease l cross join unnest($2::text[]) topic left join partition_head h using (topic, partition)
where l.group_name = $1
on conflict do nothing
"""

LEASES = "select partition, member_id, epoch from lease where group_name = $1 order by partition for update"
MEMBERS = "select member_id from member where group_name = $1 order by member_id"

RELEASE = "update lease set member_id = null where group_name = $1 and partition = any($2::integer[])"
RELEASE_ALL = "update lease set member_id = null where group_name = $1 and member_id = $2"
DEREGISTER = "delete from member where group_name = $1 and member_id = $2"

CLAIM = """
with claimed as (
    update lease set member_id = $2, epoch = epoch + 1
    where group_name = $1 and partition = any($3::integer[])
    returning partition, epoch
)
update progress p set epoch = claimed.epoch from claimed
where p.group_name = $1 and p.partition = claimed.partition
returning p.partition, p.epoch, p.topic, p.position
"""


@dataclass(frozen=True, slots=True)
class Member:
    group: str
    member_id: UUID
    topics: tuple[str, ...]
    lease_seconds: float

    @property
    def session_lock(self) -> int:
        return self.member_id.int & 0x7FFF_FFFF_FFFF_FFFF


@dataclass(frozen=True, slots=True)
class Shift:
    """What a member should do to hold its fair share: give up, take, and stop reading what it cannot give up yet."""

    release: frozenset[int]
    claim: frozenset[int]
    drain: frozenset[int]


@dataclass(frozen=True, slots=True)
class Settled:
    joined: bool
    kept: frozenset[int]
    shift: Shift
    epochs: Mapping[int, int]
    positions: Mapping[int, Mapping[str, int]]
    """Of the claimed partitions: how far the group is, by topic."""


def quota(partitions: int, members: Collection[UUID], member_id: UUID) -> int:
    """Fair shares differ by one at most; they add up to all partitions."""
    share, extra = divmod(partitions, len(members))
    return share + (sorted(members).index(member_id) < extra)


def shift(mine: Collection[int], free: Collection[int], fair: int, busy: Collection[int]) -> Shift:
    """Idle partitions are given up at once, busy ones (handed out, not committed) must be finished first."""
    excess = max(0, len(mine) - fair)
    leaving = sorted(mine, key=lambda partition: (partition in busy, partition))[:excess]
    missing = max(0, fair - len(mine))
    return Shift(
        release=frozenset(leaving).difference(busy),
        claim=frozenset(sorted(free)[:missing]),
        drain=frozenset(leaving).intersection(busy),
    )


@dataclass(frozen=True, slots=True)
class Plan:
    mine: frozenset[int]
    kept: frozenset[int]
    shift: Shift

    @property
    def changes_nothing(self) -> bool:
        return self.mine == self.kept and not (self.shift.release or self.shift.claim)


def plan(
    member: Member,
    members: Collection[UUID],
    leases: Collection[asyncpg.Record],
    held: Mapping[int, int],
    busy: Collection[int],
) -> Plan:
    """One step towards a fair share. What is ours without our knowledge (an answer got lost) is claimed anew."""
    mine = frozenset(row["partition"] for row in leases if row["member_id"] == member.member_id)
    kept = frozenset(
        row["partition"] for row in leases if row["partition"] in mine and held.get(row["partition"]) == row["epoch"]
    )
    free = {row["partition"] for row in leases if row["member_id"] not in members} | (mine - kept)
    return Plan(mine, kept, shift(kept, free, quota(len(leases), members, member.member_id), busy))


async def settle(
    connection: asyncpg.Connection, member: Member, held: Mapping[int, int], busy: Collection[int]
) -> Settled:
    """Renew the member, bury the dead, move one step towards a fair share. `held` maps our partitions to their epochs."""
    leases = await connection.fetch(RENEW_AND_LOOK, member.group, member.member_id, member.lease_seconds)
    if leases and leases[0]["calm"]:
        planned = plan(member, leases[0]["members"], leases, held, busy)
        if planned.changes_nothing:
            return Settled(False, planned.kept, planned.shift, {}, {})
    async with connection.transaction():
        await connection.execute(LOCK_GROUP, GROUP_LOCKS, member.group)
        joined = await _renew(connection, member)
        await connection.execute(BURY, member.group, member.member_id)
        leases = await connection.fetch(LEASES, member.group)
        members = [row["member_id"] for row in await connection.fetch(MEMBERS, member.group)]
        planned = plan(member, members, leases, held, busy)
        await connection.execute(RELEASE, member.group, (planned.mine - planned.kept) | planned.shift.release)
        claimed = await connection.fetch(CLAIM, member.group, member.member_id, planned.shift.claim)
    positions: dict[int, dict[str, int]] = {partition: {} for partition in planned.shift.claim}
    for row in claimed:
        if row["topic"] in member.topics:
            positions[row["partition"]][row["topic"]] = row["position"]
    epochs = {row["partition"]: row["epoch"] for row in claimed}
    return Settled(joined, planned.kept - planned.shift.release, planned.shift, epochs, positions)


async def _renew(connection: asyncpg.Connection, member: Member) -> bool:
    arguments = (member.group, member.member_id, member.session_lock, member.lease_seconds)
    joined = bool(await connection.fetchval(RENEW, *arguments))
    if joined:
        partitions = await connection.fetchval("select partitions from layout")
        await connection.execute(ADD_LEASES, member.group, partitions)
        await connection.execute(ADD_PROGRESS, member.group, member.topics)
    return joined


async def mark_session(connection: asyncpg.Connection, member: Member) -> bool:
    """Let others see that we live. False while a dead connection of ours has not been noticed by the server."""
    return bool(await connection.fetchval(MARK_SESSION, member.session_lock))


async def leave(connection: asyncpg.Connection, member: Member) -> None:
    async with connection.transaction():
        await connection.execute(LOCK_GROUP, GROUP_LOCKS, member.group)
        await connection.execute(RELEASE_ALL, member.group, member.member_id)
        await connection.execute(DEREGISTER, member.group, member.member_id)
    await connection.execute(UNMARK_SESSION, member.session_lock)
