"""No work begins on a connection that has died meanwhile."""

import asyncpg
import pytest
from sqlalchemy import text

from chassis import database


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
