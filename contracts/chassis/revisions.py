"""Which schema this code needs. Read from the text of the migrations, so that serving carries no migration tool."""

import re
from functools import cache
from pathlib import Path

CHASSIS = Path(__file__).parent / "migrations"
REVISION = re.compile(r'^revision = "(\w+)"$', re.MULTILINE)
STANDS_ON = re.compile(r'^down_revision = "(\w+)"$', re.MULTILINE)


@cache
def heads(scripts: Path) -> dict[str, str]:
    """The revisions this code needs, by version table."""
    return {"chassis_version": _head(CHASSIS), "alembic_version": _head(scripts)}


def _head(scripts: Path) -> str:
    """The revision on which no other stands."""
    texts = [path.read_text() for path in sorted((scripts / "versions").glob("*.py"))]
    revisions: set[str] = {found for text in texts for found in REVISION.findall(text)}
    [head] = revisions - {found for text in texts for found in STANDS_ON.findall(text)}
    return head
