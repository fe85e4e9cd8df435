"""Which schema this code needs. Read from the text of the migrations, so that serving carries no migration tool."""

import re
from functools import cache
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

CHASSIS = Path(__file__).parent / "migrations"
REVISION = re.compile(r'^revision = "(\w+)"$', re.MULTILINE)
STANDS_ON = re.compile(r'^down_revision = "(\w+)"$', re.MULTILINE)


async def is_schema_sufficient(engine: AsyncEngine, scripts: Path) -> bool:
    """Whether this code can work on the database's schema: its own, or a newer one, which a next version's migrations have
    made while this one still serves; they only add. Raises what the database raises when there is none."""
    async with engine.connect() as connection:
        for table, behind in older(scripts).items():
            found = (await connection.execute(text(f"SELECT version_num FROM {table}"))).scalars().all()  # noqa: S608
            if not found or behind & set(found):
                return False
    return True


@cache
def heads(scripts: Path) -> dict[str, str]:
    """The revisions this code needs, by version table."""
    return {table: _head(texts) for table, texts in _texts(scripts).items()}


@cache
def older(scripts: Path) -> dict[str, set[str]]:
    """The revisions that this code knows to have more after them, by version table."""
    return {table: _stood_on(texts) for table, texts in _texts(scripts).items()}


def _texts(scripts: Path) -> dict[str, list[str]]:
    folders = {"chassis_version": CHASSIS, "alembic_version": scripts}
    return {
        table: [path.read_text() for path in sorted((folder / "versions").glob("*.py"))]
        for table, folder in folders.items()
    }


def _head(texts: list[str]) -> str:
    """The revision on which no other stands."""
    [head] = {found for text in texts for found in REVISION.findall(text)} - _stood_on(texts)
    return str(head)


def _stood_on(texts: list[str]) -> set[str]:
    return {found for text in texts for found in STANDS_ON.findall(text)}
