"""Migrations make what the models say, and what is append-only is so by the database's word."""

from importlib import import_module

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.exc import ProgrammingError

from chassis.database import open_admin_engine, server_url
from chassis.documents import SERVICES
from chassis.service import Service
from chassis.tables import ChassisBase
from chassis.testing import open_service


def load(name: str) -> Service:
    return import_module(f"svc_{name}.main").service


def differences(connection: Connection, metadata: MetaData) -> list[object]:
    """What autogeneration would still change; the chassis' tables and version tables are not the service's."""
    wanted = MetaData()
    for table in [*metadata.tables.values(), *ChassisBase.metadata.tables.values()]:
        table.to_metadata(wanted)

    def ours(thing: object, name: str | None, kind: str, reflected: bool, compared: object) -> bool:
        return not (kind == "table" and name in ("chassis_version", "alembic_version"))

    context = MigrationContext.configure(connection, opts={"include_object": ours, "compare_type": True})
    return list(compare_metadata(context, wanted))


@pytest.mark.parametrize("name", SERVICES)
async def test_migrations_equal_models(name, database_server):
    async with open_service(load(name), database_server) as opened:
        engine = open_admin_engine(server_url(opened.runtime.settings, str(opened.runtime.settings.database_name)))
        async with engine.connect() as connection:
            found = await connection.run_sync(differences, load(name).metadata)
        await engine.dispose()

    assert found == []


@pytest.mark.parametrize("name", SERVICES)
async def test_append_only_tables_refuse_changes(name, database_server):
    tables = [table for table in load(name).metadata.sorted_tables if table.info.get("append_only")]
    async with open_service(load(name), database_server) as opened:
        for table in tables:
            column = next(iter(table.columns)).name
            for statement in (
                f'UPDATE "{table.name}" SET "{column}" = NULL',
                f'DELETE FROM "{table.name}"',
                f'TRUNCATE "{table.name}"',
            ):
                with pytest.raises(ProgrammingError, match="permission denied"):
                    async with opened.session() as session:
                        await session.execute(text(statement))


def test_a_forgotten_migration_is_found():
    from sqlalchemy import Column, Integer, Table, create_engine

    metadata = MetaData()
    Table("forgotten", metadata, Column("id", Integer, primary_key=True))
    with create_engine("sqlite://").connect() as connection:
        assert any("forgotten" in str(change) for change in differences(connection, metadata))
