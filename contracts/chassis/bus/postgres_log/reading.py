"""What a member asks of the log, and what it remembers of the answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chassis.bus.interface import Received

# Both a number and a size bound what one batch takes in memory; one message always fits.
BATCH_BYTES = 16_000_000

# A turn: what is done is committed, and what has come meanwhile is fetched, in one round trip and one transaction. Either may
# be nothing. What is committed has no value; no message is without one.
TURN = """
with committed as (
    update progress p set position = greatest(p.position, done.position)
    from unnest($3::text[], $4::integer[], $5::bigint[], $6::bigint[]) as done (topic, partition, epoch, position)
    where p.group_name = $1 and p.topic = done.topic and p.partition = done.partition and p.epoch = done.epoch
      and exists (select from member where group_name = $1 and member_id = $2 and expires_at > clock_timestamp())
    returning p.topic, p.partition, p.position
), counted as (
    select found.*, sum(octet_length(found.value)) over (rows between unbounded preceding and 1 preceding) as taken
    from unnest($7::text[], $8::integer[], $9::bigint[]) as after (topic, partition, position)
    cross join lateral (
        select * from message m
        where m.topic = after.topic and m.partition = after.partition and m.position > after.position
        order by m.position limit $10
    ) found
)
select topic, null as key, null as value, partition, position from committed
union all
(select topic, key, value, partition, position from counted where taken is null or taken < $11 limit $10)
"""

LAG = """
select coalesce(sum(h.head - p.position), 0)::bigint
from progress p join partition_head h using (topic, partition)
where p.group_name = $1 and p.topic = any($2::text[]) and p.partition = any($3::integer[])
"""

Done = tuple[str, int, int, int]
"""Topic, partition, our epoch of it, and the position up to which it is done."""
Place = tuple[str, int, int]
"""Topic, partition, and the position after which to read on."""


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


def furthest_of(batch: Sequence[Received]) -> dict[tuple[str, int], int]:
    furthest: dict[tuple[str, int], int] = {}
    for message in batch:
        place = message.topic, message.partition
        furthest[place] = max(message.position, furthest.get(place, 0))
    return furthest


def columns_of(rows: Sequence[Sequence[Any]], number: int) -> Sequence[Sequence[Any]]:
    """As a statement's arrays."""
    return list(zip(*rows, strict=True)) or [()] * number
