"""A department's database: one read-only statement on the view it offers."""

import asyncio
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import asyncpg

from chassis.telemetry import span
from svc_sharing.connectors.answers import convert, records_of
from svc_sharing.connectors.config import SqlConnector, SqlOperation
from svc_sharing.connectors.errors import Down, Failed, Misread

_MOST_ROWS = 200
_DOWN = (
    OSError, TimeoutError, asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,  # shutting down, starting up, a query that took too long
    asyncpg.InsufficientResourcesError, asyncpg.PostgresSystemError,
    asyncpg.InternalClientError,  # how asyncpg puts it when the server is just closing the connection
)  # fmt: skip
"""Worth another try. Anything else is the answer of a department that works: a wrong statement, a right that is missing."""


async def ask(
    connector: SqlConnector, secret: str, operation: SqlOperation, values: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The rows as records; columns are the fields unless the operation maps them. Raises a ConnectorError."""
    given = [convert(operation.inputs[name], values.get(name)) if name in operation.inputs else values.get(name)
             for name in operation.parameters]  # fmt: skip
    try:
        where: dict[str, str | int] = {"server.address": connector.host, "server.port": connector.port}
        async with asyncio.timeout(connector.timeout):
            with span(f"QUERY {connector.host}", "client", where):
                rows = [_plain(dict(row)) for row in await _rows(connector, secret, operation, given)]
    except _DOWN:
        raise Down() from None
    except (asyncpg.PostgresError, asyncpg.InterfaceError):
        raise Failed("department-error") from None
    if not operation.fields:
        return rows
    return [record for row in rows for record in records_of(row, operation, values)]


async def _rows(
    connector: SqlConnector, secret: str, operation: SqlOperation, given: list[Any]
) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(
        host=connector.host,
        port=connector.port,
        user=connector.user,
        password=secret or None,
        database=connector.database,
        timeout=connector.timeout,
        server_settings={"default_transaction_read_only": "on", "application_name": "onedoor-sharing"},
    )
    try:
        async with connection.transaction(readonly=True):
            cursor = await connection.cursor(operation.statement, *given)
            rows: list[asyncpg.Record] = await cursor.fetch(_MOST_ROWS + 1)
    except asyncpg.InterfaceError:
        if connection.is_closed():
            raise Down() from None
        raise
    finally:
        await connection.close(timeout=1)
    if len(rows) > _MOST_ROWS:
        raise Misread("too large")
    return rows


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """Values that JSON has; dates as ISO texts."""
    return {
        name: value.isoformat() if isinstance(value, date | datetime)
        else value if isinstance(value, str | int | float | bool | None) else str(value)
        for name, value in row.items()
    }  # fmt: skip
