"""Migrations equal models; what is append-only stays so."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from chassis.tables import ChassisBase
from svc_workflow.models import Base

CHASSIS = {*ChassisBase.metadata.tables, "alembic_version", "chassis_version"}
APPEND_ONLY = ["case_history", "case_access", "card", "process_definition"]


async def test_migrations_equal_models(service):
    def compare(connection):
        options = {"include_object": lambda thing, name, kind, *_: not (kind == "table" and name in CHASSIS)}
        return compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)

    async with service.runtime.engine.connect() as connection:
        assert await connection.run_sync(compare) == []


async def test_history_cannot_be_rewritten(service):
    for table in APPEND_ONLY:
        column = Base.metadata.tables[table].columns.keys()[0]
        for change in ("UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0}"):
            with pytest.raises(ProgrammingError, match="permission denied"):
                async with service.session() as session:
                    await session.execute(text(change.format(table, column)))


def test_what_must_be_append_only_is(service):
    marked = [name for name, table in Base.metadata.tables.items() if table.info.get("append_only")]

    assert sorted(marked) == sorted(APPEND_ONLY)
