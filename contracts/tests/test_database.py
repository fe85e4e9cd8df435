"""No work begins on a connection that has died meanwhile; what is said to the driver is in the transaction it should be in."""

import asyncio
from contextlib import suppress
from itertools import product

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from chassis import database
from chassis.database import is_away
from chassis.identifiers import new_id

from .test_events import lines

LINE = "INSERT INTO ledger (id, line) VALUES ($1, $2)"


@pytest.mark.parametrize("trusted", [0.0, 3600.0], ids=["asked", "taken as it is"])
async def test_a_connection_that_the_server_closed_is_replaced(service, database_server, monkeypatch, trusted):
    monkeypatch.setattr(database, "TRUSTED_SECONDS", trusted)
    async with service.session() as session:
        first = await session.scalar(text("SELECT pg_backend_pid()"))
    server = await asyncpg.connect(database_server)
    await server.execute("SELECT pg_terminate_backend($1, 5000)", first)
    await server.close()

    async with service.session() as session:
        assert await session.scalar(text("SELECT pg_backend_pid()")) != first


async def test_what_the_driver_is_told_goes_with_the_transaction(service):
    async with service.session() as session:
        await (await database.driver_of(session)).execute(LINE, new_id(), "kept")
    with suppress(LookupError):
        async with service.session() as session:
            await (await database.driver_of(session)).execute(LINE, new_id(), "given up")
            await session.execute(text("SELECT 1"))
            raise LookupError

    assert await lines(service) == ["kept"]


async def test_a_session_that_nobody_commits_keeps_nothing(service):
    async with service.runtime.sessions.open() as session:
        await (await database.driver_of(session)).execute(LINE, new_id(), "forgotten")

    assert await lines(service) == []


async def test_a_single_statement_is_a_transaction_of_its_own(service):
    with suppress(LookupError):
        async with service.runtime.sessions.single() as driver:
            await driver.execute(LINE, new_id(), "said")
            raise LookupError

    assert await lines(service) == ["said"]


async def test_a_connection_whose_statement_was_cut_short_is_not_lent_again(service):
    async def slowly() -> None:
        async with service.runtime.sessions.single() as driver:
            pids.append(driver.get_server_pid())
            await driver.execute("SELECT pg_sleep(60)")

    pids: list[int] = []
    saying = asyncio.create_task(slowly())
    while not pids:
        await asyncio.sleep(0.01)
    saying.cancel()
    await asyncio.wait([saying])

    async with service.session() as session:
        assert await session.scalar(text("SELECT pg_backend_pid()")) != pids[0]


async def test_a_transaction_cut_short_leaves_its_connection_usable(service):
    async def slowly() -> None:
        async with service.session() as session:
            await (await database.driver_of(session)).execute(LINE, new_id(), "cut short")
            at_it.set()
            await session.execute(text("SELECT pg_sleep(60)"))

    at_it = asyncio.Event()
    saying = asyncio.create_task(slowly())
    await at_it.wait()
    saying.cancel()
    await asyncio.wait([saying])

    assert saying.cancelled()
    assert await lines(service) == []
    assert service.runtime.engine.pool.checkedout() == 0


async def _nothing(session: AsyncSession) -> None:
    await session.connection()


async def _told_the_driver(session: AsyncSession) -> None:
    await (await database.driver_of(session)).execute("SELECT 1")


async def _told_sqlalchemy(session: AsyncSession) -> None:
    await session.execute(text("SELECT 1"))


async def _stumbled(session: AsyncSession) -> None:
    raise LookupError


SPOKEN = [_told_the_driver, _told_sqlalchemy]
WAYS = [*product([_nothing, *SPOKEN], SPOKEN), *product(SPOKEN, [AsyncSession.commit])]


async def _lose(service, before, after) -> None:
    async with service.session() as session:
        await before(session)
        raw = await (await session.connection()).get_raw_connection()
        raw.driver_connection.terminate()
        await after(session)


@pytest.mark.parametrize(("before", "after"), WAYS)
async def test_a_connection_lost_on_the_way_is_an_outage_and_no_mistake(service, before, after):
    """Whoever comes by then: a request is answered that the database does not answer, an event is handled later."""
    with pytest.raises(Exception) as lost:  # noqa: PT011  # what it is, is the question
        await _lose(service, before, after)

    assert is_away(lost.value), repr(lost.value)
    assert service.runtime.engine.pool.checkedout() == 0
    assert await lines(service) == []


@pytest.mark.parametrize("before", [_nothing, *SPOKEN])
async def test_what_went_wrong_is_told_even_when_the_connection_was_lost_too(service, before):
    with pytest.raises(LookupError):
        await _lose(service, before, _stumbled)

    assert service.runtime.engine.pool.checkedout() == 0
