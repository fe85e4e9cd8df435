"""`verify` finds what it is there to find: each case breaks a database, past the service, in one way."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from chassis.database import open_admin_engine, server_url
from chassis.documents import SERVICES
from chassis.jose import SigningKey
from chassis.service import Service
from chassis.tables import DeadLetter
from chassis.testing import ServiceUnderTest, open_service
from chassis.verification import of_every_service, verify

from .broken import BROKEN, NOW, Row

EVERYONE = [*SERVICES, "gateway"]
FILLING = {
    "uuid": uuid4, "text": lambda: "x", "character varying": lambda: "x", "bytea": lambda: b"x", "jsonb": lambda: "{}",
    "boolean": lambda: False, "integer": lambda: 1, "smallint": lambda: 1, "bigint": lambda: 1, "ARRAY": lambda: [],
    "date": lambda: NOW.date(), "timestamp with time zone": lambda: NOW,
}  # fmt: skip


def load(name: str) -> Service:
    service: Service = import_module("gateway.main" if name == "gateway" else f"svc_{name}.main").service
    return service


async def verified(opened: ServiceUnderTest) -> int:
    service = opened.service
    return await verify(opened.runtime, service.name, [*service.checks, *of_every_service(service.jobs)])


@asynccontextmanager
async def broken(opened: ServiceUnderTest, rows: list[Row]) -> AsyncIterator[AsyncSession]:
    """As somebody who owns the database, in a transaction that is undone; what a column needs and the row does not say is filled in."""
    url = server_url(opened.runtime.settings, str(opened.runtime.settings.database_name))
    engine = open_admin_engine(url, isolation_level="REPEATABLE READ")  # as `verify` looks
    async with engine.connect() as connection, AsyncSession(connection) as session:
        await _allow_anything(connection)
        driver: Any = (await connection.get_raw_connection()).driver_connection
        for table, given in rows:
            values = {**await _needed(connection, table), **given}
            names, marks = (
                ", ".join(f'"{name}"' for name in values),
                ", ".join(f"${n + 1}" for n in range(len(values))),
            )
            await driver.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', *values.values())
        yield session


async def _allow_anything(connection: AsyncConnection) -> None:
    rules = await connection.execute(
        text(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype IN ('c', 'f')"
            " AND connamespace = 'public'::regnamespace AND conrelid <> 0"
        )
    )
    for table, rule in rules.all():
        await connection.execute(text(f'ALTER TABLE {table} DROP CONSTRAINT IF EXISTS "{rule}"'))


async def _needed(connection: AsyncConnection, table: str) -> dict[str, Any]:
    columns = await connection.execute(
        text(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = :table AND table_schema = 'public'"
            " AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'"
        ),
        {"table": table},
    )
    return {name: FILLING[kind]() for name, kind in columns.all()}


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, Any]:
    """What the gateway does not start without."""
    key = tmp_path / "client.json"
    key.write_text(json.dumps(SigningKey.generate().to_jwk()))
    return {"client_key_file": str(key)}


@pytest.mark.parametrize("name", EVERYONE)
async def test_a_service_that_has_done_nothing_breaks_no_rule(name, database_server, settings, capsys):
    async with open_service(load(name), database_server, **settings) as opened:
        code = await verified(opened)

    said = capsys.readouterr().out
    assert (code, said.count("\n")) == (0, 1)
    assert said.startswith(f"{name}: 0 ") or name == "identity"
    assert said.endswith("rules kept: ok\n")


@pytest.mark.parametrize("name", EVERYONE)
async def test_what_is_broken_is_named(name, database_server, settings):
    """Each in a transaction of its own, that is undone."""
    service = load(name)
    mine = [(words, rows) for one, words, rows in BROKEN if one == name]
    async with open_service(service, database_server, **settings) as opened:
        for words, rows in mine:
            async with broken(opened, rows) as session:
                findings = [await check(session) for check in [*service.checks, *of_every_service(service.jobs)]]
            assert words in [finding.text for finding in findings if finding.broken]

    assert mine


async def test_what_is_broken_stands_in_the_line_and_in_the_exit_code(database_server, settings, capsys):
    async with open_service(load("feedback"), database_server, **settings) as opened:
        async with opened.session() as session:
            session.add(
                DeadLetter(topic="onedoor.test", key="one", value=b"x", reason="handler-failed", error="an error")
            )

        assert await verified(opened) == 1

    assert capsys.readouterr().out.endswith(": BROKEN: 1 dead letters\n")
