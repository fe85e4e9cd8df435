"""How messages get their place in the log."""

import zlib
from collections.abc import Iterator, Sequence

import asyncpg

from chassis.bus.interface import Message

CHUNK_MESSAGES = 1_000
CHUNK_BYTES = 8_000_000

# What exists is left out beforehand: `on conflict` alone would wait for whoever is publishing there.
ADD_PARTITIONS = """
insert into partition_head (topic, partition)
select topic, partition from unnest($1::text[]) topic, generate_series(0, $2::integer - 1) partition
except select topic, partition from partition_head where topic = any($1)
on conflict do nothing
"""

# One statement, so one round trip and one transaction: lock the partitions in a fixed order (publishers cannot deadlock),
# number the messages behind the head, move the head. The lock is held until the commit is durable; whoever reads position
# n has therefore seen every position before it. A missing partition fails on `position`, which may not be null.
APPEND = """
with incoming as materialized (
    select topic, partition, key, value,
           row_number() over (partition by topic, partition order by nth) as step
    from unnest($1::text[], $2::integer[], $3::text[], $4::bytea[])
         with ordinality as given (topic, partition, key, value, nth)
), share as materialized (
    select topic, partition, count(*) as size from incoming group by topic, partition
), locked as materialized (
    select h.topic, h.partition, h.head, share.size
    from partition_head h join share using (topic, partition)
    order by h.topic, h.partition
    for no key update of h
), moved as (
    update partition_head h set head = locked.head + locked.size
    from locked where h.topic = locked.topic and h.partition = locked.partition
)
insert into message (topic, partition, position, key, value)
select incoming.topic, incoming.partition, locked.head + incoming.step, incoming.key, incoming.value
from incoming left join locked using (topic, partition)
"""


def partition_of(key: str, partitions: int) -> int:
    """The same for every process and release: a key never moves."""
    return zlib.crc32(key.encode()) % partitions


def chunks(messages: Sequence[Message]) -> Iterator[Sequence[Message]]:
    """Slices that are small enough for one statement."""
    start = size = 0
    for index, message in enumerate(messages):
        if index > start and (index - start == CHUNK_MESSAGES or size + len(message.value) > CHUNK_BYTES):
            yield messages[start:index]
            start, size = index, 0
        size += len(message.value)
    if start < len(messages):
        yield messages[start:]


async def append(connection: asyncpg.Connection, messages: Sequence[Message], partitions: int) -> None:
    await connection.execute(
        APPEND,
        [message.topic for message in messages],
        [partition_of(message.key, partitions) for message in messages],
        [message.key for message in messages],
        [message.value for message in messages],
    )
