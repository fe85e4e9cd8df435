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


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
async def test_history_cannot_be_rewritten(service, table, change):
    column = Base.metadata.tables[table].columns.keys()[0]

    with pytest.raises(ProgrammingError, match="permission denied"):
        async with service.session() as session:
            await session.execute(text(change.format(table, column, column)))


def test_what_must_be_append_only_is(service):
    marked = [name for name, table in Base.metadata.tables.items() if table.info.get("append_only")]

    assert sorted(marked) == sorted(APPEND_ONLY)
