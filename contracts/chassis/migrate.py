"""Creates a service's database and role, brings its schema up to date, and grants the role what it may do."""

import asyncio
from pathlib import Path

import asyncpg
from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.engine import make_url

from chassis.database import database_of, open_admin_engine, role_of, server_url
from chassis.revisions import CHASSIS
from chassis.settings import Settings
from chassis.tables import ChassisBase

LOCK_TIMEOUT = "5s"


async def migrate(settings: Settings, service: str, scripts: Path, metadata: MetaData) -> None:
    """Safe to run again and by several processes at once; each schema change waits at most `LOCK_TIMEOUT` for a lock."""
    name, role = database_of(settings, service), role_of(service)
    await _create(settings.database_url, name, role)
    engine = open_admin_engine(server_url(settings, name))
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('onedoor migration'))"))
            await connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
            await connection.run_sync(_upgrade, CHASSIS, "chassis_version", ChassisBase.metadata)
            await connection.run_sync(_upgrade, scripts, "alembic_version", metadata)
            for statement in _grants(role, metadata):
                await connection.execute(text(statement))
    finally:
        await engine.dispose()


def run_env() -> None:
    """What each `migrations/env.py` does; the connection and the metadata are handed in by `migrate`."""
    attributes = context.config.attributes
    context.configure(
        connection=attributes["connection"],
        target_metadata=attributes["metadata"],
        version_table=attributes["version_table"],
        include_object=attributes.get("include_object"),
        compare_server_default=False,
    )
    with context.begin_transaction():
        context.run_migrations()


def config_for(connection: Connection, scripts: Path, version_table: str, metadata: MetaData) -> Config:
    config = Config()
    config.set_main_option("script_location", str(scripts))
    config.set_main_option("path_separator", "os")
    config.attributes |= {"connection": connection, "metadata": metadata, "version_table": version_table}
    return config


def _upgrade(connection: Connection, scripts: Path, version_table: str, metadata: MetaData) -> None:
    command.upgrade(config_for(connection, scripts, version_table, metadata), "head")


def _grants(role: str, metadata: MetaData) -> list[str]:
    every = "ALL TABLES IN SCHEMA public"
    append_only = [f'"{table.name}"' for table in metadata.sorted_tables if table.info.get("append_only")]
    grants = [
        f'GRANT USAGE ON SCHEMA public TO "{role}"',
        f'GRANT SELECT, INSERT, UPDATE, DELETE ON {every} TO "{role}"',
        f'GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO "{role}"',
    ]
    if append_only:
        grants.append(f'REVOKE UPDATE, DELETE, TRUNCATE ON {", ".join(append_only)} FROM "{role}"')
    return grants


async def _create(url: str, name: str, role: str) -> None:
    connection = await asyncpg.connect(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False))
    try:
        await _once(connection, f'CREATE ROLE "{role}" NOLOGIN', asyncpg.DuplicateObjectError)
        await _once(connection, f'GRANT "{role}" TO CURRENT_USER', asyncpg.PostgresError)
        await _once(connection, f'CREATE DATABASE "{name}"', asyncpg.DuplicateDatabaseError)
    finally:
        await connection.close()


async def _once(connection: asyncpg.Connection, statement: str, already: type[Exception]) -> None:
    """Runs a statement that another process may have run, or be running, at the same moment."""
    for attempt in range(5):
        try:
            await connection.execute(statement)
        except (asyncpg.UniqueViolationError, asyncpg.InternalServerError, asyncpg.ObjectInUseError):
            await asyncio.sleep(0.1 * (attempt + 1))
        except already:
            return
        else:
            return
    raise RuntimeError(f"could not run: {statement}")
