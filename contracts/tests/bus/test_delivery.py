"""What is published arrives: in order per key, nothing left out, as much as was asked for."""

import asyncio
import tracemalloc

import pytest

from chassis.bus import MAX_VALUE_BYTES, Message, MessageRefused, MessageTooLarge

from .reading import PATIENCE, numbered, numbers, out_of_order, read, take, woken


async def test_messages_of_a_key_come_in_the_order_they_were_published(bus, topic, group):
    await bus.publish(numbered(topic, range(600)))
    await bus.publish(numbered(topic, range(600, 700)))

    async with bus.subscribe(group, [topic]) as subscription:
        received = await take(subscription, 700, limit=90)

    assert sorted(numbers(received)) == list(range(700))
    assert out_of_order(received) == []


async def test_a_message_arrives_as_it_was_sent(bus, topic, group):
    sent = Message(topic, "键 ' \\ \"", bytes(range(256)))
    await bus.publish([sent])

    async with bus.subscribe(group, [topic]) as subscription:
        [received] = await subscription.batch(10, PATIENCE)

    assert Message(received.topic, received.key, received.value) == sent


async def test_publishing_nothing_is_fine(bus):
    await bus.publish([])


async def test_a_key_stays_in_its_partition_and_positions_grow(opened, topic, group):
    for _ in range(3):
        await opened().publish(numbered(topic, range(64), keys=64))

    async with opened().subscribe(group, [topic]) as subscription:
        received = await take(subscription, 192)

    assert len({(message.key, message.partition) for message in received}) == 64
    for partition in {message.partition for message in received}:
        positions = [message.position for message in received if message.partition == partition]
        assert positions == sorted(set(positions))


async def test_nothing_is_skipped_while_many_publish_at_once(opened, topic, group):
    async def publish(first: int) -> None:
        bus = opened()
        for start in range(first, first + 600, 20):
            await bus.publish(numbered(topic, range(start, start + 20), keys=10_000))

    async with opened().subscribe(group, [topic]) as subscription:
        writers = [asyncio.create_task(publish(first)) for first in (0, 1000, 2000, 3000)]
        received = await take(subscription, 2400, limit=50)
        await asyncio.gather(*writers)
        behind = await subscription.lag()

    assert len(set(numbers(received))) == 2400
    assert behind == 0


async def test_only_subscribed_topics_are_delivered(bus, topic, group):
    await bus.publish(
        [Message(f"{topic}.other", "k", b"0"), Message(topic, "k", b"1"), Message(f"{topic}.more", "k", b"2")]
    )

    async with bus.subscribe(group, [topic, f"{topic}.more"]) as subscription:
        received = await take(subscription, 2)
        behind = await subscription.lag()

    assert sorted(numbers(received)) == [1, 2]
    assert behind == 0


async def test_a_batch_is_never_larger_than_asked_for_and_loses_nothing(bus, topic, group):
    await bus.publish(numbered(topic, range(100)))

    async with bus.subscribe(group, [topic]) as subscription:
        batches = [await subscription.batch(7, PATIENCE) for _ in range(15)]

    assert max(map(len, batches)) == 7
    assert sorted(number for batch in batches for number in numbers(batch)) == list(range(100))


async def test_a_waiting_member_is_woken_by_a_message_from_elsewhere(opened, topic, group):
    async with opened().subscribe(group, [topic]) as subscription:
        assert await subscription.batch(10, 0) == []
        waiting = asyncio.create_task(woken(subscription))
        await opened().publish([Message(topic, "k", b"1")])
        received = await waiting

    assert numbers(received) == [1]


async def test_every_group_gets_every_message_from_the_oldest_on(bus, topic, group):
    await bus.publish(numbered(topic, range(20)))
    async with bus.subscribe(group, [topic]) as first:
        await take(first, 20)
        await bus.publish(numbered(topic, range(20, 30)))

        async with bus.subscribe(f"{group}-later", [topic]) as second:
            all_of_it, rest = await take(second, 30), await take(first, 10)

    assert sorted(numbers(all_of_it)) == list(range(30))
    assert sorted(numbers(rest)) == list(range(20, 30))


async def test_a_topic_added_later_is_read_from_its_oldest_message(bus, topic, group):
    await bus.publish(numbered(topic, range(5)) + numbered(f"{topic}.new", range(100, 105)))
    async with bus.subscribe(group, [topic]) as subscription:
        await take(subscription, 5)

    async with bus.subscribe(group, [topic, f"{topic}.new"]) as subscription:
        received = await take(subscription, 5)

    assert sorted(numbers(received)) == list(range(100, 105))


async def test_lag_counts_what_is_not_committed(bus, topic, group):
    await bus.publish(numbered(topic, range(10)))

    async with bus.subscribe(group, [topic]) as subscription:
        batch = await read(subscription, 4)
        before = await subscription.lag()
        await subscription.commit(batch)
        after = await subscription.lag()

    assert (before, after) == (10, 6)


async def test_a_groups_lag_is_known_to_whoever_asks(opened, topic, group):
    bus, other = opened(), opened()
    await bus.publish(numbered(topic, range(10)))

    before = await other.lag(group, [topic])
    async with bus.subscribe(group, [topic]) as subscription:
        await subscription.commit(await read(subscription, 4))
        between = await other.lag(group, [topic])

    assert (before, between) == (10, 6)
    assert await other.lag(group, []) == 0


async def test_a_message_that_is_too_large_refuses_its_batch_whole(bus, topic, group):
    largest = Message(topic, "k", b"x" * MAX_VALUE_BYTES)
    with pytest.raises(MessageTooLarge, match="1000001 bytes"):
        await bus.publish([largest, Message(topic, "k", b"x" * (MAX_VALUE_BYTES + 1))])
    await bus.publish([largest])

    async with bus.subscribe(group, [topic]) as subscription:
        received = await take(subscription, 1)
        behind = await subscription.lag()

    assert (len(received[0].value), behind) == (MAX_VALUE_BYTES, 0)


@pytest.mark.parametrize("key", ["a\0b", "\ud800"])
async def test_a_key_that_no_log_can_hold_is_refused(bus, topic, key):
    with pytest.raises(MessageRefused):
        await bus.publish([Message(topic, key, b"")])


async def test_thirty_megabytes_arrive_in_bites(bus, topic, group):
    await bus.publish([Message(topic, str(number), b"x" * MAX_VALUE_BYTES) for number in range(30)])

    async with bus.subscribe(group, [topic]) as subscription:
        batches = [await subscription.batch(100, PATIENCE)]
        while sum(map(len, batches)) < 30:
            batches.append(await subscription.batch(100, PATIENCE))

    assert len(batches) > 1


async def test_a_slow_reader_does_not_gather_what_it_has_no_time_for(opened, topic, group):
    """Back-pressure: what waits, waits in the log. Forty megabytes do, and the reader holds a bounded part of them."""
    await opened().publish([Message(topic, str(number), b"x" * MAX_VALUE_BYTES) for number in range(40)])
    tracemalloc.start()
    try:
        async with opened().subscribe(group, [topic]) as subscription:
            read = await subscription.batch(1, PATIENCE)
            await asyncio.sleep(2)
            held, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert len(read) == 1
    assert held < 20_000_000
    assert most < 30_000_000
