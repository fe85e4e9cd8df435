"""Migrations since the last release let its processes go on: they only add. And what was released is not rewritten."""

import subprocess
from pathlib import Path

import pytest

from chassis.migrate import LOCK_TIMEOUT
from tests.contracts.judges.release import ROOT, commit

from .additive import faults, unused_since

FOLDERS = (
    "contracts/chassis/migrations",
    "gateway/migrations",
    *sorted(f"{path.name}/migrations" for path in ROOT.glob("svc-*")),
)


def git(*words: str) -> str:
    return subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True, check=True).stdout  # noqa: S603, S607


def released() -> set[str]:
    names = git("ls-tree", "-r", "--name-only", commit(), *FOLDERS).split()
    return {name for name in names if "/versions/" in name and name.endswith(".py")}


def present() -> set[str]:
    return {str(path.relative_to(ROOT)) for folder in FOLDERS for path in (ROOT / folder / "versions").glob("*.py")}


def is_released(mark: str | None) -> bool:
    """Whether the mark names the last release or one before it."""
    if mark is None:
        return False
    command = ["git", "-C", str(ROOT), "merge-base", "--is-ancestor", mark, commit()]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603


def test_migrations_since_the_last_release_only_add():
    sources = {name: (ROOT / name).read_text() for name in sorted(present() - released())}
    found = {name: faults(source) for name, source in sources.items() if not is_released(unused_since(source))}

    assert {name: each for name, each in found.items() if each} == {}


def test_a_released_migration_is_never_rewritten():
    changed = [name for name in sorted(released()) if git("show", f"{commit()}:{name}") != (ROOT / name).read_text()]

    assert changed == []


def test_there_are_released_migrations_of_every_service():
    assert {Path(name).parts[0] for name in released()} == {folder.split("/")[0] for folder in FOLDERS}


def test_a_migration_waits_for_locks_a_moment_only():
    assert 0 < int(LOCK_TIMEOUT.removesuffix("s")) <= 10


HEAD = "import sqlalchemy as sa\nfrom alembic import op\n\ndef upgrade():\n    "


@pytest.mark.parametrize(
    "statement",
    [
        "op.drop_column('case', 'state')",
        "op.drop_table('case')",
        "op.drop_constraint('case_state', 'case')",
        "op.rename_table('case', 'matter')",
        "op.alter_column('case', 'state', new_column_name='condition')",
        "op.alter_column('case', 'state', type_=sa.Integer)",
        "op.alter_column('case', 'state', nullable=False)",
        "op.add_column('case', sa.Column('colour', sa.Text, nullable=False))",
        "op.create_unique_constraint('one', 'case', ['number'])",
        "op.create_check_constraint('short', 'case', 'length(state) < 9')",
        "op.create_index('one', 'case', ['number'], unique=True)",
        "op.execute('ALTER TABLE case DROP COLUMN state')",
        "op.execute(sa.text('ALTER TABLE case ALTER COLUMN state SET NOT NULL'))",
        "op.execute('ALTER TABLE case ALTER COLUMN state TYPE integer')",
        "op.execute('ALTER TABLE case RENAME COLUMN state TO condition')",
    ],
)
def test_what_the_last_release_would_stumble_over_is_found(statement):
    assert len(faults(HEAD + statement)) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "op.add_column('case', sa.Column('colour', sa.Text))",
        "op.add_column('case', sa.Column('colour', sa.Text, nullable=False, server_default=''))",
        "op.create_table('shade', sa.Column('id', sa.Uuid, primary_key=True), sa.Column('of', sa.Text, nullable=False))",
        "op.create_index('by_state', 'case', ['state'])",
        "op.alter_column('case', 'state', nullable=True)",
        "op.create_table('shade', sa.Column('of', sa.Text)); op.create_index('one', 'shade', ['of'], unique=True)",
        "op.execute('UPDATE case SET colour = state')",
    ],
)
def test_what_only_adds_is_allowed(statement):
    assert faults(HEAD + statement) == []


def test_a_later_release_may_remove_what_the_last_one_no_longer_used():
    removal = f"UNUSED_SINCE = '{commit()}'\n" + HEAD + "op.drop_column('case', 'state')"

    assert is_released(unused_since(removal))
    assert not is_released(unused_since(HEAD + "op.drop_column('case', 'state')"))
    assert not is_released("0" * 40)
