"""What the readiness probe compares the database with, and what serving must not carry for it."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text

from chassis.revisions import CHASSIS, heads, is_schema_sufficient
from chassis.testing import ServiceUnderTest

ROOT = Path(__file__).parents[2]
MIGRATIONS = sorted(path for path in ROOT.glob("*/migrations") if (path / "env.py").exists())


def test_every_service_has_migrations():
    assert {path.parent.name for path in MIGRATIONS} >= {"gateway", "svc-identity", "svc-workflow"}


@pytest.mark.parametrize("scripts", MIGRATIONS, ids=lambda path: path.parent.name)
def test_heads_are_those_the_migration_tool_finds(scripts):
    found = {table: ScriptDirectory(str(path)).get_current_head() for table, path in _tables(scripts).items()}

    assert heads(scripts) == found


def test_two_heads_are_refused(tmp_path):
    for name in ("left", "right"):
        script = tmp_path / "versions" / f"{name}.py"
        script.parent.mkdir(exist_ok=True)
        script.write_text(f'revision = "{name}"\ndown_revision = None\n')

    with pytest.raises(ValueError, match="too many values"):
        heads(tmp_path)


@pytest.mark.parametrize("package", ["gateway", "svc_identity", "svc_workflow"])
def test_serving_carries_no_migration_tool(package):
    look = f"import sys, {package}.main, chassis.cli; sys.exit('alembic' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", look], cwd="/", check=False).returncode == 0  # noqa: S603


async def test_a_newer_schema_is_ready_for_older_code(service):
    await _stamp(service, "made_by_the_next_version")

    assert (await service.http.get("/health/ready")).status_code == 200


async def test_an_older_schema_is_not_enough(service, tmp_path):
    [script] = (service.service.migrations / "versions").glob("*.py")
    now = heads(service.service.migrations)["alembic_version"]
    later = f'revision = "later"\ndown_revision = "{now}"\n'
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions" / script.name).write_text(script.read_text())
    (tmp_path / "versions" / "later.py").write_text(later)

    before = await is_schema_sufficient(service.runtime.engine, tmp_path)
    await _stamp(service, "later")

    assert (before, await is_schema_sufficient(service.runtime.engine, tmp_path)) == (False, True)


async def _stamp(service: ServiceUnderTest, revision: str) -> None:
    """As the owner of the tables: the service itself may not."""
    async with service.runtime.engine.begin() as connection:
        await connection.execute(text("RESET ROLE"))
        await connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


def _tables(scripts: Path) -> dict[str, Path]:
    return {"chassis_version": CHASSIS, "alembic_version": scripts}
