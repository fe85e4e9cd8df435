"""The same bytes through the same number of tables with nothing around them: what PostgreSQL alone would allow."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import asyncpg

BATCH = 500
TABLES = """
create table bare_outbox (id bigserial primary key, value bytea not null, sent boolean not null default false);
create table bare_log (id bigserial primary key, value bytea not null);
create table bare_inbox (event_id uuid primary key);
"""
WRITE = "insert into bare_outbox (value) select unnest($1::bytea[])"
READ = "select id, value from bare_outbox where not sent and id > $1 order by id limit $2"
APPEND = "insert into bare_log (value) select unnest($1::bytea[])"
MARK = "update bare_outbox set sent = true where id = any($1)"
TAKE = "select id, value from bare_log where id > $1 order by id limit $2"
KEEP = "insert into bare_inbox select unnest($1::uuid[]) on conflict do nothing"


class BarePostgres:
    """One connection; six statements for each batch, each committed as the product's would be."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._sent = self._taken = 0

    @classmethod
    async def open(cls, url: str) -> "BarePostgres":
        server = await asyncpg.connect(url)
        await server.execute("create database bench_bare")
        await server.close()
        connection = await asyncpg.connect(url, database="bench_bare")
        await connection.execute(TABLES)
        return cls(connection)

    async def move(self, values: Sequence[bytes]) -> None:
        connection = self._connection
        for start in range(0, len(values), BATCH):
            await connection.execute(WRITE, values[start : start + BATCH])
            waiting = await connection.fetch(READ, self._sent, BATCH)
            await connection.execute(APPEND, [row["value"] for row in waiting])
            await connection.execute(MARK, [row["id"] for row in waiting])
            self._sent = waiting[-1]["id"]
            come = await connection.fetch(TAKE, self._taken, BATCH)
            ids: list[UUID] = [uuid4() for _ in come]
            await connection.execute(KEEP, ids)
            self._taken = come[-1]["id"]

    async def close(self) -> None:
        await self._connection.close()
