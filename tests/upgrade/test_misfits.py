"""That the upgrade's test bites: a program of the last release on a schema which took something away is found out."""

import base64
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest

from launcher.children import answers
from launcher.ports import free_port
from launcher.postgres import Server
from tests.contracts.judges import release

from .change import is_error, is_misfit
from .previous import PRESENT, last_release, python_for

READY_WITHIN = 60.0


class Catalog:
    """svc-catalog of the last release, alone, on a database which its own migrations have made."""

    def __init__(self, folder: Path, server: Server) -> None:
        self._database = f"{server.url.rpartition('/')[0]}/onedoor_catalog"
        self._log, self._port = folder / "catalog.log", free_port()
        tree = last_release(folder / "last-release")
        environment = {
            **os.environ, "PYTHONPATH": tree.path, "DATABASE_URL": server.url, "PORT": str(self._port), "BUS": "postgres",
            "PUBLIC_URL": "http://localhost:8080", "SEALING_KEY": base64.b64encode(bytes(32)).decode(),
        }  # fmt: skip
        command = [str(tree.python), "-m", "svc_catalog"]
        subprocess.run([*command, "migrate"], env=environment, check=True)  # noqa: S603
        with self._log.open("wb") as log:
            self.process = subprocess.Popen([*command, "serve"], env=environment, stdout=log, stderr=log)  # noqa: S603

    def is_up(self) -> bool:
        deadline = time.monotonic() + READY_WITHIN
        while not answers(self._port):
            if self.process.poll() is not None or time.monotonic() > deadline:
                return False
            time.sleep(0.1)
        return True

    async def change(self, statement: str) -> None:
        connection = await asyncpg.connect(self._database)
        await connection.execute(statement)
        await connection.close()

    async def ask(self) -> int:
        async with httpx.AsyncClient(trust_env=False) as http:
            return (await http.get(f"http://127.0.0.1:{self._port}/bundles")).status_code

    def complaints(self) -> list[str]:
        return [line for line in self._log.read_text().splitlines() if is_misfit(line) and is_error(line)]


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    server = Server(tmp_path / "postgres", free_port(), durable=False)
    server.start()
    try:
        one = Catalog(tmp_path, server)
        try:
            assert one.is_up()
            yield one
        finally:
            one.process.send_signal(signal.SIGTERM)
            one.process.wait(30)
    finally:
        server.stop()


async def test_what_is_added_goes_unnoticed_and_what_is_renamed_is_found(catalog):
    assert await catalog.ask() == 200

    await catalog.change("ALTER TABLE offer ADD COLUMN colour text NOT NULL DEFAULT ''")
    assert [await catalog.ask(), catalog.complaints()] == [200, []]

    await catalog.change("ALTER TABLE offer RENAME COLUMN kind TO sort")
    assert await catalog.ask() == 500
    assert catalog.complaints()


def test_a_clone_without_the_release_says_what_to_do(tmp_path):
    marker = tmp_path / "RELEASE"
    marker.write_text("0" * 40)

    with pytest.raises(release.NoHistory, match="git fetch --unshallow"):
        release.tree_into(tmp_path / "tree", marker=marker)


def test_a_release_with_the_same_pins_runs_in_the_same_environment(tmp_path):
    (tmp_path / "requirements.txt").write_bytes((PRESENT.root / "requirements.txt").read_bytes())

    assert python_for(tmp_path) == PRESENT.python


def test_a_release_with_other_pins_makes_its_own(tmp_path):
    (tmp_path / "requirements.txt").write_text("fastapi==0.1\n")
    script = tmp_path / "deploy" / "launcher" / "environment.py"
    script.parent.mkdir(parents=True)
    script.write_text(f"import pathlib; pathlib.Path({str(tmp_path)!r}, 'made').touch()")

    assert python_for(tmp_path) == tmp_path / ".venv" / "bin" / "python"
    assert (tmp_path / "made").exists()
