"""Marriages are a view of a database: readable, and nothing else."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from demo import city
from demo.marriage import DATABASE, READER

LI = next(resident for resident in city.residents() if resident.name == "李晓雯")


@pytest.fixture
async def reader(database_server: str, tmp_path: Path) -> AsyncIterator[asyncpg.Connection]:
    for _ in range(2):
        environment = {**os.environ, "DATABASE_URL": database_server, "DEMO_DATA": str(tmp_path)}
        subprocess.run([sys.executable, "-m", "demo.marriage"], check=True, env=environment)  # noqa: ASYNC221
    server = urlsplit(database_server)
    connection = await asyncpg.connect(
        host=server.hostname, port=server.port, user=READER, database=DATABASE,
        password=(tmp_path / "keys" / "marriage.secret").read_text(),
    )  # fmt: skip
    yield connection
    await connection.close()


async def test_the_view_finds_a_spouse(reader):
    rows = await reader.fetch(
        "SELECT * FROM v_marriage WHERE (husband_number = $1 OR wife_number = $1) AND state = 'married'", LI.number
    )

    [row] = rows
    assert list(row.keys()) == ["certificate_no", "husband_name", "husband_number", "wife_name", "wife_number",
                                "registered_on", "office", "state"]  # fmt: skip
    assert row["husband_name"] == "陈北辰"


async def test_refreshing_enters_nothing_twice(reader):
    assert await reader.fetchval("SELECT count(*) FROM v_marriage") == len(city.marriages())


@pytest.mark.parametrize("statement", [
    "SELECT * FROM marriage", "UPDATE v_marriage SET office = ''", "DELETE FROM v_marriage", "CREATE TABLE mine (a int)",
])  # fmt: skip
async def test_the_reader_does_nothing_else(reader, statement):
    with pytest.raises(asyncpg.PostgresError):
        await reader.execute(statement)


async def test_the_right_to_write_is_missing_even_in_a_writing_transaction(reader):
    await reader.execute("SET default_transaction_read_only = off")

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await reader.execute("DELETE FROM v_marriage")
