"""What only the PostgreSQL log promises, and how it keeps what all transports promise."""

import asyncio
import os
import signal
from contextlib import suppress
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from chassis.bus import BusUnavailable, LeaseLost, Message, open_bus, prepare
from chassis.bus.postgres_log.leases import GROUP_LOCKS, LOCK_GROUP
from chassis.bus.postgres_log.link import SETTINGS, Link
from chassis.bus.postgres_log.publishing import ADD_PARTITIONS, append, partition_of
from chassis.bus.postgres_log.subscription import PostgresSubscription
from chassis.bus.postgres_log.wakeup import channel_of

from .reading import PATIENCE, numbered, numbers, take, woken
from .transports import DATABASE, Transport, on_postgres


@pytest.fixture(scope="module")
def transport(database_server: str) -> Transport:
    return on_postgres(database_server)


async def connect(transport: Transport) -> asyncpg.Connection:
    return await asyncpg.connect(transport.url, database=DATABASE)


async def until(observer: asyncpg.Connection, question: str, *arguments: Any) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await observer.fetchval(question, *arguments):
            await asyncio.sleep(0.01)


WAITS_FOR_A_LOCK = """
select exists (select from pg_stat_activity
where application_name = $1 and wait_event_type = 'Lock' and datname = current_database())
"""


async def test_a_late_commit_is_never_skipped(transport, opened, topic, group):
    """Two publishing transactions interleave: the one that got its positions first commits last."""
    slow, observer, quick = await connect(transport), await connect(transport), opened()
    await slow.execute(ADD_PARTITIONS, [topic], 8)
    async with opened().subscribe(group, [topic]) as subscription:
        transaction = slow.transaction()
        await transaction.start()
        await append(slow, [Message(topic, "k", b"1")], 8)

        later = asyncio.create_task(quick.publish([Message(topic, "k", b"2")]))
        await until(observer, WAITS_FOR_A_LOCK, "bus publish")
        assert await subscription.batch(10, 0) == []

        await transaction.commit()
        await later
        received = await take(subscription, 2)
    await slow.close()
    await observer.close()

    assert numbers(received) == [1, 2]
    assert [message.position for message in received] == [1, 2]


async def test_publishers_of_other_partitions_and_topics_do_not_wait(transport, opened, topic, group):
    slow, quick = await connect(transport), opened()
    await slow.execute(ADD_PARTITIONS, [topic], 8)
    other_key = next(key for key in map(str, range(99)) if partition_of(key, 8) != partition_of("k", 8))
    async with slow.transaction(), opened().subscribe(group, [topic, f"{topic}.b"]) as subscription:
        await append(slow, [Message(topic, "k", b"1")], 8)

        await quick.publish([Message(topic, other_key, b"2"), Message(f"{topic}.b", "k", b"3")])
        received = await take(subscription, 2)
    await slow.close()

    assert sorted(numbers(received)) == [2, 3]


async def test_an_aborted_publication_leaves_no_hole(transport, opened, topic, group):
    failing, bus = await connect(transport), opened()
    await failing.execute(ADD_PARTITIONS, [topic], 8)
    transaction = failing.transaction()
    await transaction.start()
    await append(failing, [Message(topic, "k", b"1")], 8)
    await transaction.rollback()
    await failing.close()

    await bus.publish([Message(topic, "k", b"2")])
    async with bus.subscribe(group, [topic]) as subscription:
        [received] = await take(subscription, 1)
        behind = await subscription.lag()

    assert (received.value, received.position, behind) == (b"2", 1, 0)


async def test_publishers_that_share_partitions_in_any_order_do_not_deadlock(opened, topic):
    async def publish(messages: list[Message]) -> None:
        bus = opened()
        for _ in range(25):
            await bus.publish(messages)

    forth = numbered(topic, range(40), keys=40) + numbered(f"{topic}.b", range(40), keys=40)
    await asyncio.gather(publish(forth), publish(forth[::-1]), publish(forth), publish(forth[::-1]))


async def test_a_wake_up_finds_its_message_committed(transport, opened, topic):
    listening, observer, bus = await connect(transport), await connect(transport), opened()
    heard = asyncio.Event()
    await listening.add_listener(channel_of(f"topic {topic}"), lambda *_: heard.set())

    await bus.publish([Message(topic, "k", b"1")])
    await asyncio.wait_for(heard.wait(), PATIENCE)
    visible = await observer.fetchval("select count(*) from message where topic = $1", topic)
    await listening.close()
    await observer.close()

    assert visible == 1


ANNOUNCERS = "select pid from pg_stat_activity where application_name = 'bus wake-up' and datname = current_database()"


async def test_what_is_announced_while_an_announcement_is_on_its_way_is_said_again(transport, opened, topic):
    listening, observer = await connect(transport), await connect(transport)
    others = {row["pid"] for row in await observer.fetch(ANNOUNCERS)}
    heard: asyncio.Queue[str] = asyncio.Queue()
    await listening.add_listener(channel_of(f"topic {topic}"), lambda *given: heard.put_nowait(given[2]))
    bus = opened()
    await bus.publish([Message(topic, "k", b"1")])
    await asyncio.wait_for(heard.get(), PATIENCE)
    async with bus._wakeup._link.use():
        pass  # the announcer has its answer too
    [announcer] = {row["pid"] for row in await observer.fetch(ANNOUNCERS)} - others

    os.kill(announcer, signal.SIGSTOP)
    try:
        for number in (
            b"2",
            b"3",
        ):  # what the announcer was asked first, it has not answered when the second is committed
            await bus.publish([Message(topic, "k", number)])
            await asyncio.sleep(0.1)
    finally:
        os.kill(announcer, signal.SIGCONT)

    for _ in range(2):
        await asyncio.wait_for(heard.get(), PATIENCE)
    await listening.close()
    await observer.close()


async def test_a_process_is_told_of_its_own_topics_only(opened, topic, group):
    bus, heard = opened(), []
    async with opened().subscribe(group, [topic]) as subscription:
        assert await subscription.batch(10, 0.2) == []
        subscription._wakeup.listen(heard.extend, [])
        await bus.publish([Message(f"{topic}.other", "k", b"1")])
        await bus.publish([Message(topic, "k", b"2")])
        await take(subscription, 1)

    assert [name for name in heard if name.startswith("topic")] == [f"topic {topic}"]


def test_a_name_has_one_channel_however_long_it_is():
    names = [f"topic {'件' * length}" for length in (1, 18, 19, 100)]

    assert all(len(channel_of(name).encode()) <= 63 for name in names)
    assert len({channel_of(name) for name in names}) == len(names)
    assert channel_of(names[-1]) == "bus b8a9094451d32add26d621d689e16dec"


async def announced(subscription: PostgresSubscription) -> None:
    async with asyncio.timeout(PATIENCE):
        while not subscription._due:
            await asyncio.sleep(0.005)


READERS = "select pid from pg_stat_activity where application_name = 'bus subscribe' and datname = current_database()"


async def test_what_has_come_meanwhile_is_fetched_with_the_commit(transport, opened, topic, group):
    observer, bus = await connect(transport), opened()
    others = {row["pid"] for row in await observer.fetch(READERS)}
    await bus.publish([Message(topic, "k", b"1")])
    async with opened().subscribe(group, [topic]) as subscription:
        [reader] = {row["pid"] for row in await observer.fetch(READERS)} - others
        first = await woken(subscription)
        await bus.publish([Message(topic, "k", b"2"), Message(topic, "k", b"3")])
        await announced(subscription)
        await subscription.commit(first)

        os.kill(reader, signal.SIGSTOP)
        try:
            received = await asyncio.wait_for(subscription.batch(10, 0), PATIENCE)
        finally:
            os.kill(reader, signal.SIGCONT)
        behind = await subscription.lag()
    await observer.close()

    assert (numbers(received), behind) == ([2, 3], 2)


async def test_what_was_fetched_ahead_keeps_its_order_when_a_batch_is_handed_back(opened, topic, group):
    bus = opened()
    await bus.publish([Message(topic, "k", b"1")])
    async with opened().subscribe(group, [topic]) as subscription:
        first = await woken(subscription)
        await bus.publish([Message(topic, "k", str(number).encode()) for number in (2, 3, 4)])
        await announced(subscription)
        await subscription.commit(first)
        second = await subscription.batch(2, 0)
        await subscription.rewind(second)

        received = await take(subscription, 3)

    assert (numbers(second), numbers(received)) == ([2, 3], [2, 3, 4])


async def test_what_was_fetched_ahead_of_a_partition_that_goes_elsewhere_is_read_there(opened, topic, group):
    bus = opened()
    await bus.publish(numbered(topic, range(16)))
    async with opened().subscribe(group, [topic]) as staying:
        first = await woken(staying)
        await bus.publish(numbered(topic, range(16, 80)))
        await announced(staying)
        await staying.commit(first)
        assert len(staying._ahead) == 64

        async with opened().subscribe(group, [topic]) as coming:
            theirs = await woken(coming)
            ours = await staying.batch(500, 0)
            places = [{message.partition for message in batch} for batch in (theirs, ours)]
            await coming.commit(theirs)
            await staying.commit(ours)

    assert places[0].isdisjoint(places[1])
    assert sorted(numbers(theirs + ours)) == list(range(16, 80))


async def test_a_message_that_is_gone_holds_up_nobody(transport, opened, topic, group):
    """Trimming may pass a group that is just about to begin."""
    bus, observer = opened(), await connect(transport)
    async with opened().subscribe(group, [topic]) as subscription:
        await bus.publish([Message(topic, "k", str(number).encode()) for number in range(1, 7)])
        gone = await observer.execute("delete from message where topic = $1 and position in (1, 4)", topic)

        received = await take(subscription, 4)

    await observer.close()
    assert (gone, numbers(received)) == ("DELETE 2", [2, 3, 5, 6])


async def test_who_has_just_seen_the_end_need_not_look_how_far_it_is(transport, opened, topic, group):
    observer, bus = await connect(transport), opened()
    others = {row["pid"] for row in await observer.fetch(READERS)}
    async with opened().subscribe(group, [topic]) as subscription:
        [reader] = {row["pid"] for row in await observer.fetch(READERS)} - others
        assert await subscription.batch(10, 0) == []
        os.kill(reader, signal.SIGSTOP)
        try:
            async with asyncio.timeout(PATIENCE):
                at_once = await subscription.lag()
        finally:
            os.kill(reader, signal.SIGCONT)
        await bus.publish([Message(topic, "k", b"1")])
        later = await subscription.lag()
    await observer.close()

    assert (at_once, later) == (0, 1)


async def test_a_lost_wake_up_only_delays(transport, opened, topic, group):
    silent = await connect(transport)
    await silent.execute(ADD_PARTITIONS, [topic], 8)
    async with opened(poll_seconds=0.05).subscribe(group, [topic]) as subscription:
        waiting = asyncio.create_task(woken(subscription))
        await append(silent, [Message(topic, "k", b"1")], 8)
        received = await waiting
    await silent.close()

    assert numbers(received) == [1]


async def test_wake_ups_missed_while_disconnected_are_made_up_for(transport, opened, topic, group):
    silent = await connect(transport)
    await silent.execute(ADD_PARTITIONS, [topic], 8)
    async with opened().subscribe(group, [topic]) as subscription:
        assert await subscription.batch(10, 0) == []
        waiting = asyncio.create_task(woken(subscription))
        await append(silent, [Message(topic, "k", b"1")], 8)
        await silent.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where application_name = 'bus wake-up' and datname = current_database()"
        )
        received = await waiting
    await silent.close()

    assert numbers(received) == [1]


async def test_a_killed_member_is_noticed_by_its_session_long_before_its_lease_ends(transport, opened, topic, group):
    await opened().publish(numbered(topic, range(30)))
    async with transport.process(group, [topic], lease_seconds=3600) as member:
        await member.ask("batch 10")
        await member.kill()

    async with opened(lease_seconds=3600).subscribe(group, [topic]) as heir:
        received = await take(heir, 30)

    assert sorted(numbers(received)) == list(range(30))


EXPIRE = "update member set expires_at = now() where group_name = $1 returning member_id"
RENEW = "insert into member values ($1, $2, 0, now() + interval '1 hour')"


async def fall_silent(subscription: PostgresSubscription) -> None:
    """From now on the member does not renew itself and hears nothing, as if its event loop were stuck."""
    subscription._wakeup.unlisten(subscription._heard)
    subscription._beats.cancel()
    with suppress(asyncio.CancelledError):
        await subscription._beats


async def test_a_lease_that_ran_out_cannot_commit_even_when_nobody_took_over(transport, opened, topic, group):
    observer, bus = await connect(transport), opened()
    await bus.publish(numbered(topic, range(8)))
    async with bus.subscribe(group, [topic]) as silent:
        batch = await silent.batch(8, PATIENCE)
        await fall_silent(silent)
        await observer.execute(EXPIRE, group)

        with pytest.raises(LeaseLost):
            await silent.commit(batch)
    await observer.close()


async def test_an_old_epoch_cannot_commit_even_when_its_member_is_alive_again(transport, opened, topic, group):
    observer, bus = await connect(transport), opened()
    await bus.publish(numbered(topic, range(8)))
    async with bus.subscribe(group, [topic]) as silent:
        batch = await silent.batch(8, PATIENCE)
        await fall_silent(silent)
        member = await observer.fetchval(EXPIRE, group)
        async with opened().subscribe(group, [topic]) as heir:
            again = await heir.batch(8, PATIENCE)
            await observer.execute(RENEW, group, member)  # the renewal arrived, its answer did not

            with pytest.raises(LeaseLost):
                await silent.commit(batch)
            behind = await heir.lag()
    await observer.close()

    assert (len(again), behind) == (8, 8)


async def test_a_process_that_froze_while_regrouping_does_not_hold_up_its_group(
    transport, opened, topic, group, monkeypatch
):
    monkeypatch.setitem(SETTINGS, "idle_in_transaction_session_timeout", "200ms")
    frozen = Link(transport.url, DATABASE, "frozen", durable=True)
    await opened().publish([Message(topic, "k", b"1")])
    async with frozen.use() as connection:
        await connection.execute("begin")
        await connection.execute(LOCK_GROUP, GROUP_LOCKS, group)

        async with opened().subscribe(group, [topic]) as other:
            received = await take(other, 1)
    await frozen.close()

    assert numbers(received) == [1]


EXPIRES = "select expires_at from member where group_name = $1"


async def test_as_long_as_nobody_comes_or_goes_a_member_renews_itself_whatever_holds_its_group(
    transport, opened, topic, group
):
    holding, observer = await connect(transport), await connect(transport)
    async with opened(lease_seconds=1.0).subscribe(group, [topic]), holding.transaction():
        await holding.execute(LOCK_GROUP, GROUP_LOCKS, group)
        before = await observer.fetchval(EXPIRES, group)
        await until(observer, f"select ({EXPIRES}) > $2", group, before)
    await holding.close()
    await observer.close()


async def test_a_process_uses_three_connections_at_most(opened, transport, topic, group):
    observer = await connect(transport)
    count = "select count(*) from pg_stat_activity where application_name like 'bus %' and datname = current_database()"
    before = await observer.fetchval(count)
    bus = opened()
    async with bus.subscribe(group, [topic]) as one, bus.subscribe(f"{group}-b", [topic]) as two:
        await asyncio.gather(*(bus.publish(numbered(topic, range(5))) for _ in range(5)))
        await asyncio.gather(take(one, 25), take(two, 25))
        during = await observer.fetchval(count)
    await observer.close()

    assert during - before == 3


async def test_preparing_at_once_and_again_makes_one_log(database_server):
    database = f"bus_{uuid4().hex}"
    await asyncio.gather(*(prepare(database_server, database=database) for _ in range(6)))
    await prepare(database_server, database=database, partitions=3)

    connection = await asyncpg.connect(database_server, database=database)
    layout = await connection.fetch("select partitions from layout")
    await connection.close()

    assert [row["partitions"] for row in layout] == [8]


async def test_a_log_that_was_never_prepared_is_unavailable(database_server, topic):
    bus = open_bus(database_server, database=f"bus_{uuid4().hex}")

    with pytest.raises(BusUnavailable, match="InvalidCatalogName"):
        await bus.publish([Message(topic, "k", b"")])
    await bus.close()


def test_a_key_keeps_its_partition_from_release_to_release():
    assert [partition_of(key, 8) for key in ("case-1", "case-2", "案件", "")] == [6, 4, 0, 0]


def test_another_kind_of_bus_is_an_error_that_says_so():
    with pytest.raises(ValueError, match="pigeon"):
        open_bus("postgresql://nowhere", "pigeon")
