"""A house that can be harmed: its programs kill themselves where they are told to, its database's disk is small."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from launcher.house import House
from launcher.ports import free_house_port
from launcher.processes import OFFSETS, POSTGRES_OFFSET

HERE = Path(__file__).parent
SPEED = "20"


class Database:
    """A server of its own, harmed by words."""

    def __init__(self, folder: Path, port: int) -> None:
        folder.mkdir()
        namespace = ["unshare", "--user", "--map-root-user", "--mount"]
        command = [*namespace, sys.executable, str(HERE / "small_disk.py"), str(folder), str(port)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
        self.url = self._answer()

    def __call__(self, word: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()
        assert self._answer() == "done"

    def close(self) -> None:
        self._process.communicate(timeout=60)

    def _answer(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        assert line, "the database's program has ended; what it said is above"
        return line


@contextmanager
def harmed(bus: str) -> Iterator[tuple[House, Database, Path]]:
    """A furnished house on a bus, its database, and the folder where points of death are named."""
    with TemporaryDirectory(prefix="onedoor-faults-") as name:
        folder = Path(name)
        port, points = free_house_port(OFFSETS), folder / "points"
        points.mkdir()
        database = Database(folder / "disk", port + POSTGRES_OFFSET)
        paths = os.pathsep.join(filter(None, [str(HERE), os.environ.get("PYTHONPATH")]))
        overrides = {"PUBLIC_URL": "", "DATABASE_URL": database.url, "DEMO_SPEED": SPEED, "BUS": bus}
        overrides |= {"KAFKA_BOOTSTRAP_SERVERS": "", "MORTAL_DIR": str(points), "PYTHONPATH": paths}
        house = House(folder / "run", port, overrides, launcher=(str(HERE / "launch.py"),))
        try:
            house.up()
            yield house, database, points
        finally:
            house.down()
            database.close()


@pytest.fixture(scope="module", params=["postgres", "kafka"])
def harmed_house(request: pytest.FixtureRequest) -> Iterator[tuple[House, Database, Path]]:
    with harmed(request.param) as everything:
        yield everything
