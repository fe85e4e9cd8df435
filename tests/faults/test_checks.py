"""`verify` finds what it is there to find: each case breaks a database, past the service, in one way."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from chassis.documents import SERVICES
from chassis.jose import SigningKey
from chassis.service import Service
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


async def write(opened: ServiceUnderTest, rows: list[Row]) -> None:
    """As somebody who owns the database; what a column needs and the row does not say is filled in."""
    settings = opened.runtime.settings
    url = settings.database_url.replace("postgresql+asyncpg", "postgresql").rpartition("/")[0]
    connection = await asyncpg.connect(f"{url}/{settings.database_name}")
    try:
        await _allow_anything(connection)
        for table, given in rows:
            values = {**await _needed(connection, table), **given}
            names, marks = (
                ", ".join(f'"{name}"' for name in values),
                ", ".join(f"${n + 1}" for n in range(len(values))),
            )
            await connection.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', *values.values())
    finally:
        await connection.close()


async def _allow_anything(connection: asyncpg.Connection) -> None:
    rules = await connection.fetch(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype IN ('c', 'f')"
        " AND connamespace = 'public'::regnamespace AND conrelid <> 0"
    )
    for table, rule in rules:
        await connection.execute(f'ALTER TABLE {table} DROP CONSTRAINT IF EXISTS "{rule}"')


async def _needed(connection: asyncpg.Connection, table: str) -> dict[str, Any]:
    columns = await connection.fetch(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = $1 AND table_schema = 'public'"
        " AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'",
        table,
    )
    return {name: FILLING[kind]() for name, kind in columns}


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


@pytest.mark.parametrize(("name", "words", "rows"), BROKEN, ids=[f"{name}-{words}" for name, words, _ in BROKEN])
async def test_what_is_broken_is_named(name, words, rows, database_server, settings, capsys):
    async with open_service(load(name), database_server, **settings) as opened:
        await write(opened, rows)

        code = await verified(opened)

    said = capsys.readouterr().out
    assert code == 1
    assert words in said.partition("BROKEN: ")[2]
    assert said.count("\n") == 1
