"""What was not committed comes again, to whoever is there."""

import pytest

from chassis.bus import LeaseLost

from .reading import PATIENCE, numbered, numbers, read, take


async def test_a_member_killed_between_work_and_commit_leaves_its_batch_to_the_next(transport, opened, topic, group):
    await opened().publish(numbered(topic, range(30)))
    async with transport.process(group, [topic], lease_seconds=3) as member:
        done = await member.ask("batch 10")
        assert await member.ask("commit") == "committed"
        undone = await member.ask("batch 20")
        await member.kill()

    async with opened().subscribe(group, [topic]) as heir:
        received = await take(heir, 20)

    assert sorted(numbers(received)) == sorted(map(int, undone))
    assert sorted(map(int, done + undone)) == list(range(30))


async def test_a_member_that_leaves_without_commit_leaves_its_batch_to_the_next(bus, topic, group):
    await bus.publish(numbered(topic, range(10)))
    async with bus.subscribe(group, [topic]) as first:
        undone = await read(first, 10)

    async with bus.subscribe(group, [topic]) as second:
        received = await take(second, 10)

    assert sorted(numbers(received)) == sorted(numbers(undone))


async def test_a_rewound_batch_and_what_followed_it_come_again(bus, topic, group):
    await bus.publish(numbered(topic, range(12), keys=1))
    async with bus.subscribe(group, [topic]) as subscription:
        await take(subscription, 3)
        refused = await subscription.batch(4, PATIENCE)
        await subscription.batch(2, PATIENCE)

        await subscription.rewind(refused)
        again = await take(subscription, 9)

    assert numbers(again) == list(range(3, 12))


async def test_a_commit_covers_everything_before_it(bus, topic, group):
    await bus.publish(numbered(topic, range(9), keys=1))
    async with bus.subscribe(group, [topic]) as subscription:
        await subscription.batch(3, PATIENCE)
        await subscription.commit(await subscription.batch(3, PATIENCE))

    async with bus.subscribe(group, [topic]) as subscription:
        received = await take(subscription, 3)

    assert numbers(received) == [6, 7, 8]


async def test_committing_nothing_and_committing_twice_is_fine(bus, topic, group):
    await bus.publish(numbered(topic, range(3)))
    async with bus.subscribe(group, [topic]) as subscription:
        batch = await read(subscription, 3)

        await subscription.commit([])
        await subscription.commit(batch)
        await subscription.commit(batch)

        assert await subscription.lag() == 0


async def test_an_older_batch_committed_late_moves_nothing_back(bus, topic, group):
    await bus.publish(numbered(topic, range(6), keys=1))
    async with bus.subscribe(group, [topic]) as subscription:
        older, newer = await subscription.batch(2, PATIENCE), await subscription.batch(2, PATIENCE)
        await subscription.commit(newer)
        await subscription.commit(older)

    async with bus.subscribe(group, [topic]) as subscription:
        received = await take(subscription, 2)

    assert numbers(received) == [4, 5]


async def test_a_frozen_member_is_fenced_off_when_it_wakes(transport, opened, topic, group):
    await opened().publish(numbered(topic, range(8)))
    async with transport.process(group, [topic], lease_seconds=1.5) as sleeper:
        taken = await sleeper.ask("batch 8")
        await sleeper.stall()
        async with opened(lease_seconds=1.5).subscribe(group, [topic]) as other:
            again = await other.batch(8, PATIENCE)
            sleeper.thaw()
            verdict = await sleeper.answer()
            behind = await other.lag()
            await other.commit(again)

    assert verdict == "lease lost"
    assert behind == 8
    assert sorted(numbers(again)) == sorted(map(int, taken))


async def test_a_batch_of_partitions_that_were_given_away_cannot_be_committed(bus, topic, group):
    await bus.publish(numbered(topic, range(8)))
    async with bus.subscribe(group, [topic]) as first:
        batch = await first.batch(8, PATIENCE)

    async with bus.subscribe(group, [topic]) as second:
        with pytest.raises(LeaseLost):
            await second.commit(batch)
        again = await take(second, 8)

    assert sorted(numbers(again)) == list(range(8))
