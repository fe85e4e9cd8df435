"""A department's database that goes away while it is asked is down, not wrong: it is asked again."""

import asyncio

import asyncpg
import pytest
from sqlalchemy import make_url

from svc_sharing.connectors import sql
from svc_sharing.connectors.config import SqlConnector
from svc_sharing.connectors.errors import Down, Failed

SLOW, WRONG = "SELECT pg_sleep(30)::text AS slept", "SELECT nothing FROM nowhere"


async def ask(server: str, statement: str) -> object:
    url = make_url(server)
    operation = {"statement": statement, "inputs": {}, "parameters": []}
    place = {"host": url.host, "port": url.port, "database": url.database, "user": url.username}
    connector = SqlConnector.model_validate({"kind": "sql", **place, "operations": {"ask": operation}})
    return await sql.ask(connector, str(url.password), connector.operations["ask"], {})


async def test_a_database_that_shuts_down_while_it_is_asked_is_down(database_server):
    asking = asyncio.create_task(ask(database_server, SLOW))
    operator = await asyncpg.connect(database_server)
    ended = 0
    while not ended:
        await asyncio.sleep(0.05)
        theirs = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query = $1 AND state = 'active'"
        ended = await operator.fetchval(theirs, SLOW)
    await operator.close()

    with pytest.raises(Down):
        await asking


async def test_a_statement_that_cannot_work_is_the_departments_answer(database_server):
    with pytest.raises(Failed, match="department-error"):
        await ask(database_server, WRONG)
