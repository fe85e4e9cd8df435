"""Bare connections: few, in turn, and back after they were lost."""

import asyncio
from contextlib import suppress
from functools import partial

import asyncpg
import pytest

from chassis.bare import NUMBER, Bare
from chassis.database import open_bare
from chassis.shortcuts import FAILURES

PID = "select pg_backend_pid()"


@pytest.fixture
async def bare(service):
    opened = open_bare(service.runtime.settings, service.runtime.service)
    yield opened
    opened.terminate()


async def asked(bare: Bare, statement: str = PID) -> object:
    async with bare.use() as connection:
        return await connection.fetchval(statement)


async def test_few_connections_serve_many(bare):
    pids = await asyncio.gather(*(asked(bare) for _ in range(30)))

    assert len(set(pids)) == NUMBER


async def test_who_comes_first_goes_first(database_server):
    one = Bare(partial(asyncpg.connect, database_server.replace("postgresql+asyncpg", "postgresql")), number=1)
    served: list[int] = []

    async def again_and_again(caller: int) -> None:
        for _ in range(20):
            await asked(one)
            served.append(caller)

    await asyncio.gather(*(again_and_again(caller) for caller in range(8)))
    one.terminate()

    assert served == [*range(8)] * 20


async def test_a_lost_connection_is_made_anew(bare, database_server):
    lost = await asked(bare)
    operator = await asyncpg.connect(database_server.replace("postgresql+asyncpg", "postgresql"))
    await operator.execute("select pg_terminate_backend($1)", lost)
    await operator.close()

    with suppress(*FAILURES):  # of whoever was on it
        await asked(bare)

    assert await asked(bare) != lost


async def test_what_the_server_refuses_does_not_cost_the_connection(bare):
    before = await asked(bare)

    with pytest.raises(asyncpg.DivisionByZeroError):
        await asked(bare, "select 1/0")

    assert await asked(bare) == before


async def test_who_gives_up_waiting_leaves_nothing_behind(bare):
    before = await asked(bare)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await asked(bare, "select pg_sleep(5)")

    assert await asked(bare) != before
    assert len({*await asyncio.gather(*(asked(bare) for _ in range(10)))} - {before}) == NUMBER
