"""The migrated database is what the models say, and what may only grow can only grow."""

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from chassis.database import open_admin_engine, server_url
from chassis.tables import ChassisBase
from svc_sharing.models import Base

NOT_OURS = {*ChassisBase.metadata.tables, "chassis_version", "alembic_version"}


async def test_migrations_make_what_the_models_describe(service):
    engine = open_admin_engine(server_url(service.runtime.settings, service.runtime.settings.database_name))

    async with engine.connect() as connection:
        differences = await connection.run_sync(_differences)
    await engine.dispose()

    assert differences == []


def _differences(connection: Connection) -> list[object]:
    def ours(item: object, name: str | None, kind: str, reflected: bool, other: object) -> bool:
        return not (kind == "table" and name in NOT_OURS)

    context = MigrationContext.configure(connection, opts={"include_object": ours})
    return compare_metadata(context, Base.metadata)


@pytest.mark.parametrize("table", ["ledger_line", "published_heads"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
async def test_the_ledger_cannot_be_changed_by_the_service_itself(service, table, statement):
    async with service.runtime.engine.connect() as connection:
        with pytest.raises(Exception) as refusal:  # noqa: PT011 - the driver's error stands behind SQLAlchemy's
            await connection.execute(text(statement.format(table)))

    assert isinstance(refusal.value.__cause__.__cause__, asyncpg.InsufficientPrivilegeError)
