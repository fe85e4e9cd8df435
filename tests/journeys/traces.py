"""Where a personal value might have been left: databases, topics, logs, traces."""

import json
from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from launcher.house import House

DATABASES = ("gateway", "identity", "catalog", "workflow", "sharing", "logistics", "profile", "feedback")


async def found_in_databases(house: House, values: Iterable[str]) -> list[str]:
    """`database.table` wherever a value stands in the clear, as text or as the bytes of text."""
    return [place for name in DATABASES for place in await _found_in(house, f"onedoor_{name}", list(values))]


async def found_in_events(house: House, values: Iterable[str]) -> list[str]:
    """Whatever carries them: the log's tables, or the files of the broker, which writes them as they come."""
    if (broker := house.broker()) is None:
        return await _found_in(house, "onedoor_bus", list(values))
    segments = sorted(broker.data.glob("onedoor.*/*.log"))
    assert any(segment.stat().st_size for segment in segments), "nothing was published"
    return [
        f"{segment.parent.name}: {value}"
        for segment in segments
        for value in values
        if value.encode() in segment.read_bytes()
    ]


async def _found_in(house: House, database: str, values: list[str]) -> list[str]:
    parts = urlsplit(house.database_url)
    connection = await asyncpg.connect(urlunsplit(parts._replace(path=f"/{database}")))
    patterns = [f"%{form}%" for value in values for form in (value, value.encode().hex())]
    try:
        tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return [
            f"{database}.{table}"
            for (table,) in tables
            if await connection.fetchval(f'SELECT count(*) FROM "{table}" AS t WHERE t::text LIKE ANY ($1)', patterns)
        ]
    finally:
        await connection.close()


def found_in_traces(house: House, values: Iterable[str]) -> list[str]:
    """As it is, and as JSON writes it when it has to be plain."""
    files = sorted(house.traces.glob("*.jsonl"))
    assert files, "nothing was traced"
    return [
        f"{file.name}: {value}"
        for file in files
        for value in values
        if value in (text := file.read_text()) or json.dumps(value)[1:-1] in text
    ]


def found_in_logs(house: House, values: Iterable[str]) -> list[str]:
    """Logs of OneDoor's own programs and of the departments; what the launcher prints names who can sign in to the demo."""
    return [
        f"{log.name}: {value}"
        for log in sorted(house.logs.glob("*.log"))
        if log.name != "launcher-output.log"
        for value in values
        if value in log.read_text(errors="replace")
    ]
