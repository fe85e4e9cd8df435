"""The database as the manifests divide it: tables belong to `migrator`, each program logs in as a member of its own role only."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import certifi
import pytest

from chassis.testing import KEY
from launcher.ports import free_port
from launcher.postgres import Server

SEALING_KEY = "b25lZG9vcidzIHRlc3RzIHNlYWwgd2l0aCB0aGlzISE="


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("city") / "data", free_port(), durable=False)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
async def city(server, tmp_path) -> dict[str, str]:
    """What pods are told. The URL names nobody: who logs in is told apart from it."""
    admin = await asyncpg.connect(server.url)
    for statement in (
        "CREATE ROLE migrator LOGIN CREATEDB CREATEROLE PASSWORD 'm'",
        "CREATE ROLE onedoor_feedback NOLOGIN",
        "CREATE ROLE onedoor_sharing NOLOGIN",
        "CREATE ROLE feedback LOGIN PASSWORD 'f' IN ROLE onedoor_feedback",
    ):
        await admin.execute(statement)
    await admin.close()
    (tmp_path / "key.json").write_text(json.dumps(KEY.to_jwk()))
    return {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": f"postgresql://127.0.0.1:{server.port}/postgres",
        "SEALING_KEY": SEALING_KEY,
        "CLIENT_KEY_FILE": str(tmp_path / "key.json"),
    }


def run(city: dict[str, str], login: str, *words: str) -> subprocess.CompletedProcess[str]:
    environment = city | {"PGUSER": login, "PGPASSWORD": login[0]}
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", *words],
        env=environment,
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )


async def test_each_program_works_as_a_login_that_owns_nothing_on_a_server_that_proves_itself(city, server):
    too_early = run(city, "feedback", "svc_feedback", "await-schema", "--seconds", "1.5")
    assert (too_early.returncode, "in vain" in too_early.stderr) == (1, True)

    for package in ("svc_feedback", "svc_sharing"):
        migrated = run(city, "migrator", package, "migrate")
        assert migrated.returncode == 0, migrated.stderr

    assert run(city, "feedback", "svc_feedback", "await-schema", "--seconds", "1.5").returncode == 0
    served = run(city, "feedback", "svc_feedback", "dead-letters", "list")
    assert (served.returncode, served.stdout) == (0, "")

    unproven = city | {"PGSSLMODE": "verify-full", "PGSSLROOTCERT": certifi.where()}
    assert run(unproven, "feedback", "svc_feedback", "await-schema", "--seconds", "1.5").returncode == 1

    elsewhere = await asyncpg.connect(
        host="127.0.0.1", port=server.port, user="feedback", password="f", database="onedoor_sharing"
    )
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await elsewhere.fetch("SELECT * FROM outbox")
    await elsewhere.close()
    assert "permission denied" in run(city, "feedback", "svc_feedback", "migrate").stderr
