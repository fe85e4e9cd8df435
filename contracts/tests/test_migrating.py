"""A migration beside programs that serve: it does not hold them up, and what it adds they do not notice."""

import asyncio
import shutil

import asyncpg
import pytest
from sqlalchemy import select, text

from chassis import migrate as migrating
from chassis.database import is_away, server_url
from chassis.migrate import migrate
from chassis.testing import ServiceUnderTest

from .conftest import Base, Note, sample

NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("note", sa.Column("colour", sa.Text, nullable=False, server_default="white"))
"""


@pytest.fixture
def release(tmp_path):
    """The migrations of a next release, which adds a column."""
    shutil.copytree(sample.migrations, tmp_path, dirs_exist_ok=True)
    (tmp_path / "versions" / "0002_next.py").write_text(NEXT)
    return tmp_path


async def test_a_migration_gives_way_to_others_while_a_long_read_goes_on(service, release, monkeypatch):
    monkeypatch.setattr(migrating, "LOCK_TIMEOUT", "50ms")
    reader = await connect(service)
    long_read = reader.transaction()
    await long_read.start()
    await reader.fetch("SELECT id FROM note")

    migration = asyncio.create_task(upgraded(service, release))
    await waiting_for_a_lock(service)
    assert (await service.http.get("/notes")).status_code == 200
    assert not migration.done()

    await long_read.rollback()
    await reader.close()
    await migration
    assert await columns(service) == {"id", "words", "colour"}


async def test_a_lock_that_never_comes_ends_the_migration_with_what_the_database_said(service, release, monkeypatch):
    monkeypatch.setattr(migrating, "LOCK_TIMEOUT", "10ms")
    monkeypatch.setattr(migrating, "ATTEMPTS", 2)
    reader = await connect(service)
    await reader.execute("BEGIN; SELECT id FROM note")

    with pytest.raises(Exception, match="lock timeout"):
        await upgraded(service, release)

    assert await columns(service) == {"id", "words"}
    await reader.close()


async def test_a_column_that_is_added_goes_unnoticed(service, release):
    async with service.session() as session:
        session.add(Note(words="before"))
        await session.flush()
        await session.scalars(select(Note))

    await upgraded(service, release)

    async with service.session() as session:
        session.add(Note(words="after"))
        await session.flush()
        assert {note.words for note in await session.scalars(select(Note))} == {"before", "after"}


async def test_a_statement_whose_answer_changed_its_shape_may_be_sent_again(service, release):
    every = text("SELECT * FROM note")
    async with service.session() as session:
        await session.execute(every)
    await upgraded(service, release)

    with pytest.raises(Exception, match="cached statement plan is invalid") as failure:
        async with service.session() as session:
            await session.execute(every)

    assert is_away(failure.value)
    async with service.session() as session:
        assert set((await session.execute(every)).keys()) == {"id", "words", "colour"}


async def upgraded(service: ServiceUnderTest, scripts) -> None:
    await migrate(service.runtime.settings, "sample", scripts, Base.metadata)


async def connect(service: ServiceUnderTest) -> asyncpg.Connection:
    settings = service.runtime.settings
    return await asyncpg.connect(server_url(settings, settings.database_name, "postgresql"))


async def waiting_for_a_lock(service: ServiceUnderTest) -> None:
    watcher = await connect(service)
    here = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    waiting = f"SELECT count(*) FROM pg_locks WHERE NOT granted AND {here}"
    while not await watcher.fetchval(waiting):
        await asyncio.sleep(0.005)
    await watcher.close()


async def columns(service: ServiceUnderTest) -> set[str]:
    async with service.session() as session:
        names = text("SELECT column_name FROM information_schema.columns WHERE table_name = 'note'")
        return set((await session.scalars(names)).all())
