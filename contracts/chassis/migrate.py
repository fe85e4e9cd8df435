"""Creates a service's database and role, brings its schema up to date, and grants the role what it may do."""

import asyncio
import logging
from pathlib import Path
from random import uniform

import asyncpg
from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.database import database_of, open_admin_engine, role_of, server_url
from chassis.revisions import CHASSIS
from chassis.settings import Settings
from chassis.tables import ChassisBase

logger = logging.getLogger(__name__)
LOCK_TIMEOUT = "2s"
"""A change that waits behind a long read holds up everybody who comes after it; so long, and no longer."""
ATTEMPTS = 60
LONGEST_PAUSE = 10.0
GAVE_WAY = ("55P03", "40P01")
"""SQLSTATE: a lock was not available in time, a deadlock."""


async def migrate(settings: Settings, service: str, scripts: Path, metadata: MetaData) -> None:
    """Safe to run again and by several processes at once. All of it is one transaction.

    Where a lock is not to be had within `LOCK_TIMEOUT` it gives way to whoever waits and tries again, for ten minutes or so;
    then it raises what the database said.
    """
    name, role = database_of(settings, service), role_of(service)
    await _create(settings.database_url, name, role)
    engine = open_admin_engine(server_url(settings, name))
    try:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                await _change(engine, role, scripts, metadata)
                return
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in GAVE_WAY or attempt == ATTEMPTS:
                    raise
            logger.warning("a migration gives way and tries again", extra={"database": name, "attempt": attempt})
            await asyncio.sleep(min(0.5 * attempt, LONGEST_PAUSE) * uniform(0.8, 1.2))  # noqa: S311
    finally:
        await engine.dispose()


async def _change(engine: AsyncEngine, role: str, scripts: Path, metadata: MetaData) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('onedoor migration'))"))
        await connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
        await connection.run_sync(_upgrade, CHASSIS, "chassis_version", ChassisBase.metadata)
        await connection.run_sync(_upgrade, scripts, "alembic_version", metadata)
        for statement in _grants(role, metadata):
            await connection.execute(text(statement))


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
