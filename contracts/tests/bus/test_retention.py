"""The PostgreSQL log forgets what all groups have read, and nothing else."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from chassis.bus.postgres_log.link import Link
from chassis.bus.postgres_log.retention import drop_group, trim

from .reading import numbered, numbers, take
from .transports import DATABASE, Transport, on_postgres

NOW = timedelta(0)


@pytest.fixture(scope="module")
def transport(database_server: str) -> Transport:
    return on_postgres(database_server)


@pytest_asyncio.fixture
async def link(transport: Transport) -> AsyncIterator[Link]:
    own = Link(transport.url, DATABASE, "test", durable=True)
    yield own
    await own.close()


async def test_what_all_groups_have_read_is_trimmed_and_nothing_else(bus, link, topic, group):
    await bus.publish(numbered(topic, range(2500)))
    async with bus.subscribe(group, [topic]) as quick, bus.subscribe(f"{group}-slow", [topic]) as slow:
        await take(quick, 2500)
        read = await take(slow, 1500)

        assert await kept(link, topic) == 2500
        await trim(link, timedelta(days=1))
        assert await kept(link, topic) == 2500
        await trim(link, NOW)
        assert await kept(link, topic) == 1000
        rest = await take(slow, 1000)

    assert sorted(numbers(read + rest)) == list(range(2500))


async def test_a_group_that_comes_after_trimming_starts_at_the_oldest_kept(bus, link, topic, group):
    await bus.publish(numbered(topic, range(20)))
    async with bus.subscribe(group, [topic]) as subscription:
        await take(subscription, 20)
    await trim(link, NOW)
    await bus.publish(numbered(topic, range(20, 25)))

    async with bus.subscribe(f"{group}-new", [topic]) as subscription:
        behind = await subscription.lag()
        received = await take(subscription, 5)

    assert behind == 5
    assert sorted(numbers(received)) == list(range(20, 25))


async def test_a_dropped_group_holds_nothing_back(bus, link, topic, group):
    async with bus.subscribe(group, [topic]):
        await bus.publish(numbered(topic, range(10)))
    await trim(link, NOW)
    held_back = await kept(link, topic)

    assert await drop_group(link, group)
    assert not await drop_group(link, group)
    await trim(link, NOW)

    assert (held_back, await kept(link, topic)) == (10, 0)


async def kept(link: Link, topic: str) -> int:
    async with link.use() as connection:
        return await connection.fetchval("select count(*) from message where topic = $1", topic)
