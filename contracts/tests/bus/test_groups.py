"""Members of a group share its partitions, whoever comes and goes."""

import asyncio
from collections.abc import Sequence

from chassis.bus import Bus, Subscription

from .reading import PATIENCE, numbered, numbers, out_of_order, read, take, take_together


async def settle(bus: Bus, topic: str, members: Sequence[Subscription]) -> None:
    """Publish and read until every member takes part."""
    async with asyncio.timeout(PATIENCE):
        while True:
            await bus.publish(numbered(topic, range(64), keys=64))
            if all(await take_together(list(members), 64)):
                return


async def test_two_members_share_and_nothing_comes_twice(opened, topic, group):
    bus = opened()
    async with opened().subscribe(group, [topic]) as first, opened().subscribe(group, [topic]) as second:
        await settle(bus, topic, [first, second])

        await bus.publish(numbered(topic, range(1000, 1200), keys=64))
        mine, yours = await take_together([first, second], 200)
        behind = await first.lag() + await second.lag()

    assert sorted(numbers(mine + yours)) == list(range(1000, 1200))
    assert {message.partition for message in mine}.isdisjoint(message.partition for message in yours)
    assert behind == 0


async def test_members_of_one_process_share_too(bus, topic, group):
    async with bus.subscribe(group, [topic]) as first, bus.subscribe(group, [topic]) as second:
        await settle(bus, topic, [first, second])


async def test_a_newcomer_gets_no_partition_before_its_batch_is_done(opened, topic, group):
    bus = opened()
    async with opened().subscribe(group, [topic]) as first:
        await bus.publish(numbered(topic, range(64), keys=64))
        working = await read(first, 64)
        async with opened().subscribe(group, [topic]) as second:
            early = await second.batch(64, 0.1)
            await first.commit(working)
            await settle(bus, topic, [first, second])

    assert early == []


async def test_who_stays_takes_over_from_who_leaves(opened, topic, group):
    bus = opened()
    async with opened().subscribe(group, [topic]) as stays:
        async with opened().subscribe(group, [topic]) as leaves:
            await settle(bus, topic, [stays, leaves])

        await bus.publish(numbered(topic, range(1000, 1064), keys=64))
        received = await take(stays, 64)

    assert sorted(numbers(received)) == list(range(1000, 1064))


async def test_who_stays_takes_over_from_who_is_killed(transport, opened, topic, group):
    bus = opened()
    brief = {"lease_seconds": 3}
    async with transport.process(group, [topic], **brief) as dies, opened(**brief).subscribe(group, [topic]) as stays:
        await bus.publish(numbered(topic, range(64), keys=64))
        batch = [int(number) for number in await dies.ask("batch 500")]
        while not batch:
            batch = [int(number) for number in await dies.ask("batch 500")]
        await dies.kill()

        received = await take(stays, 64)

    assert sorted(numbers(received)) == list(range(64))
    assert set(batch) <= set(range(64))


async def test_order_holds_while_members_come_and_go(opened, topic, group):
    bus = opened()
    total = 900
    seen = []

    async def reading(rounds: int) -> None:
        async with opened().subscribe(group, [topic]) as subscription:
            while rounds and len(seen) < total:
                batch = await subscription.batch(20, 0.05)
                await subscription.commit(batch)
                seen.extend(batch)
                rounds -= bool(batch)

    async def write() -> None:
        for start in range(0, total, 30):
            await bus.publish(numbered(topic, range(start, start + 30)))

    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(write(), reading(3), reading(9), reading(total))

    assert sorted(numbers(seen)) == list(range(total))
    assert out_of_order(seen) == []
