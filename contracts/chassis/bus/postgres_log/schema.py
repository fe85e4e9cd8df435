"""The log's database: made once, by whoever comes first."""

import asyncpg

from chassis.bus.postgres_log.link import translated

DATABASE = "onedoor_bus"
PARTITIONS = 8
PREPARE_LOCK = 0x0D00B

TABLES = """
create table if not exists layout (
    only_row boolean primary key default true check (only_row),
    partitions integer not null check (partitions > 0)
);
-- One row per topic and partition. Its row lock is what makes positions dense and commits ordered.
-- Messages after `tail`, up to and including `head`, are in the log.
create table if not exists partition_head (
    topic text not null,
    partition integer not null,
    head bigint not null default 0,
    tail bigint not null default 0,
    primary key (topic, partition)
) with (fillfactor = 50);
create table if not exists message (
    topic text not null,
    partition integer not null,
    position bigint not null,
    key text not null,
    value bytea not null,
    published_at timestamptz not null default now(),
    primary key (topic, partition, position)
);
create table if not exists member (
    group_name text not null,
    member_id uuid not null,
    session_lock bigint not null,
    expires_at timestamptz not null,
    primary key (group_name, member_id)
) with (fillfactor = 50);
create table if not exists lease (
    group_name text not null,
    partition integer not null,
    member_id uuid,
    epoch bigint not null default 0,
    primary key (group_name, partition)
);
-- How far a group is, fenced: only the holder of the lease's current epoch may move `position`.
create table if not exists progress (
    group_name text not null,
    topic text not null,
    partition integer not null,
    position bigint not null,
    epoch bigint not null,
    primary key (group_name, topic, partition)
) with (fillfactor = 50);
"""


async def prepare(database_url: str, *, database: str = DATABASE, partitions: int = PARTITIONS) -> None:
    """Create database and tables where they are missing. Safe to repeat and to call from several processes at once.

    The number of partitions is fixed by the first call, since a key must stay in its partition.
    """
    with translated():
        await _create_database(database_url, database)
        connection = await asyncpg.connect(database_url, database=database)
        try:
            async with connection.transaction():
                await connection.execute("select pg_advisory_xact_lock($1)", PREPARE_LOCK)
                await connection.execute(TABLES)
                await connection.execute(
                    "insert into layout (partitions) values ($1) on conflict do nothing", partitions
                )
        finally:
            await connection.close()


async def _create_database(database_url: str, database: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        if await connection.fetchval("select true from pg_database where datname = $1", database):
            return
        name = '"' + database.replace('"', '""') + '"'
        # template0: nobody can be connected to it, which would make the copy fail.
        await connection.execute(f"create database {name} template template0 encoding 'UTF8'")
    except (asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
        pass  # another process was faster
    finally:
        await connection.close()
