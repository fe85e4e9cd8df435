"""Forgetting what everybody has read and nobody will ask for again.

A group holds the log back for ever, present or not, until it is dropped: a service that was down for a month finds its
messages.
"""

import asyncio
import logging
from datetime import timedelta

from chassis.bus.errors import BusUnavailable
from chassis.bus.postgres_log.link import Link

logger = logging.getLogger(__name__)

ROUND_SECONDS = 3600.0
CHUNK = 1_000

CANDIDATES = """
select h.topic, h.partition, h.tail, least(h.head, min(p.position)) as read_by_all
from partition_head h left join progress p using (topic, partition)
group by h.topic, h.partition
having least(h.head, min(p.position)) > h.tail
"""

# One statement: messages and tail move together.
TRIM = """
with oldest as (
    select position, published_at from message
    where topic = $1 and partition = $2 and position > $3 and position <= $4
    order by position limit $5
), aged as (
    select max(position) as last from oldest where published_at < now() - $6::interval
), gone as (
    delete from message using aged where topic = $1 and partition = $2 and position > $3 and position <= aged.last
)
update partition_head set tail = aged.last from aged
where topic = $1 and partition = $2 and aged.last is not null
returning tail
"""

DROP = """
with dropped as (delete from progress where group_name = $1 returning 1),
     unleased as (delete from lease where group_name = $1)
select count(*) from dropped
"""


async def trim(link: Link, older_than: timedelta) -> int:
    """Delete what is older and read by all groups, in small steps; return how many messages went."""
    async with link.use() as connection:
        candidates = await connection.fetch(CANDIDATES)
    count = 0
    for topic, partition, tail, read_by_all in candidates:
        count += await _trim_partition(link, topic, partition, tail, read_by_all, older_than) - tail
    return count


async def _trim_partition(
    link: Link, topic: str, partition: int, tail: int, read_by_all: int, older_than: timedelta
) -> int:
    while tail < read_by_all:
        async with link.use() as connection:
            reached: int | None = await connection.fetchval(
                TRIM, topic, partition, tail, read_by_all, CHUNK, older_than
            )
        if reached is None:
            break
        tail = reached
    return tail


async def keep_trimmed(link: Link, older_than: timedelta) -> None:
    """Trim at once and then every hour."""
    while True:
        try:
            if count := await trim(link, older_than):
                logger.info("bus: forgot %d messages that all groups have read", count)
        except BusUnavailable as away:
            logger.warning("bus: cannot trim: %s", away)
        await asyncio.sleep(ROUND_SECONDS)


async def drop_group(link: Link, group: str) -> bool:
    """Forget a group that will not come back, so that it no longer holds the log. False when there is none."""
    async with link.use() as connection:
        return bool(await connection.fetchval(DROP, group))
