"""The database is what the models say, and what must not change cannot."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from chassis.identifiers import new_id
from chassis.tables import ChassisBase
from svc_identity.models import Base, Person

from .browser import MOTHER, register_person


async def test_migrations_make_the_tables_of_the_models(service):
    def differences(connection):
        context = MigrationContext.configure(connection)
        return compare_metadata(context, Base.metadata)

    foreign = {"chassis_version", "alembic_version", *ChassisBase.metadata.tables}
    async with service.runtime.engine.connect() as connection:
        found = await connection.run_sync(differences)
    ours = [
        step for step in found if (step[0] != "remove_table" and step[0] != "remove_index") or not is_of(step, foreign)
    ]

    assert ours == []


def is_of(step, tables) -> bool:
    table = step[1] if step[0] == "remove_table" else step[1].table
    return table.name in tables


@pytest.mark.parametrize("table", ["identifier_access", "proofing_evidence"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
async def test_ledgers_only_grow(service, table, statement):
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with service.session() as session:
            await session.execute(text(statement.format(table)))


async def test_nothing_personal_lies_in_the_clear(service):
    await register_person(service)

    tables = [table.name for table in Base.metadata.sorted_tables] + [
        table.name for table in ChassisBase.metadata.sorted_tables
    ]
    async with service.session() as session:
        for table in tables:
            rows = (await session.execute(text(f"SELECT * FROM {table} AS one"))).all()
            said = " ".join(str(value) for row in rows for value in row)
            assert not [value for value in MOTHER.values() if value in said], table
        assert (await session.get(Person, new_id())) is None
