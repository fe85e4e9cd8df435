"""Two releases side by side: the same city, database, bus and keys; programs of the old and of the new one."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from launcher.house import House
from launcher.ports import free_house_port, free_port
from launcher.postgres import Server
from launcher.processes import OFFSETS, PROGRAMS, Program

from .previous import PRESENT, Tree, last_release
from .switchboard import Switchboard

LAUNCH = str(Path(__file__).with_name("launch.py"))
SPEED = "20"
PATIENCE = 400.0
"""Seconds for a start, while others serve on the same machine."""
SERVICES = tuple(program for program in PROGRAMS if program.migrates)
CITY = tuple(program for program in PROGRAMS if not program.migrates)
SCHEMA_WORDS = (
    "UndefinedColumn", "UndefinedTable", "UndefinedFunction", "UndefinedObject", "AmbiguousColumn", "DatatypeMismatch",
    "NotNullViolation", "InvalidCachedStatement", "OutdatedSchemaCache", "FeatureNotSupported", "CheckViolation",
)  # fmt: skip
"""What asyncpg calls it when a program and the schema under it do not fit."""


class Whole(House):
    """Everything as callers see it: at the switchboard. Tools run with the code of the old release, as long as it serves."""

    path: str = ""

    def environment(self, program: Program, common: Mapping[str, str] | None = None) -> dict[str, str]:
        told = super().environment(program, common)
        return {**told, "PYTHONPATH": self.path} if self.path and program.migrates else told


@dataclass
class Change:
    folder: Path
    previous: Tree
    board: Switchboard
    whole: Whole
    city: House
    old: House
    new: House
    skipped: dict[Path, int] = field(default_factory=dict)
    """How much of a log was written before OneDoor was furnished."""

    def serve(self, *houses: House) -> None:
        """From now on new connections to a service go to these in turn."""
        ports = [house.port for house in houses]
        services = {program.offset: ports for program in SERVICES}
        self.board.behind = services | {program.offset: [self.city.port] for program in CITY}

    def begin(self) -> None:
        """The city and the old release, furnished."""
        self.serve(self.old)
        self.city.up(PATIENCE)
        self.old.up(PATIENCE)
        self.skipped = {log: log.stat().st_size for log in logs(self.old)}

    def add_new(self) -> None:
        """Migrates what the old programs work on, starts the new ones, and lets them serve besides."""
        self.new.up(PATIENCE)
        self.serve(self.old, self.new)

    def end_old(self) -> None:
        self.serve(self.new)
        self.whole.path = ""
        self.old.down()

    def said(self) -> list[str]:
        """What the services of both releases have logged since OneDoor was furnished."""
        texts = {
            log: log.read_bytes()[self.skipped.get(log, 0) :] for house in (self.old, self.new) for log in logs(house)
        }
        return [line.decode(errors="replace") for text in texts.values() for line in text.splitlines()]

    def verify(self) -> tuple[int, int]:
        """The code of `make verify` in the new release, and how many services said that all is well."""
        line = [sys.executable, LAUNCH, "verify"]
        environment = {**self.new.frugal_environment(), "RUN_DIR": str(self.new.run_dir), "PORT": str(self.new.port)}
        done = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
        sys.stdout.write(done.stdout + done.stderr)
        return done.returncode, done.stdout.count(": ok\n")


@contextmanager
def change() -> Iterator[Change]:
    """Nothing runs yet but an empty database and the switchboard."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="onedoor-upgrade-")))
        previous = last_release(folder / "last-release")
        server = Server(folder / "postgres", free_port(), durable=False)
        server.start()
        stack.callback(server.stop)
        board = stack.enter_context(Switchboard(free_house_port(OFFSETS), OFFSETS))
        told = {"PUBLIC_URL": f"http://localhost:{board.port}", "DATABASE_URL": server.url, "BUS": "postgres"}
        told |= {"DEMO_SPEED": SPEED, "SWITCHBOARD": str(board.port)}
        _share_city(folder)
        (folder / "new" / "seeded").touch()
        city = _house(folder / "city", told, "city", PRESENT)
        old = _house(folder / "old", told, "services", previous)
        new = _house(folder / "new", told, "services", PRESENT)
        for house in (city, old, new):
            stack.callback(house.down)
        whole = Whole(folder / "city", board.port, told)
        whole.path = previous.path
        yield Change(folder, previous, board, whole, city, old, new)


def _share_city(folder: Path) -> None:
    """Keys and the departments' data are the city's; there is nothing to furnish but OneDoor itself."""
    for shared in ("keys", "demo"):
        (folder / "city" / shared).mkdir(parents=True)
    (folder / "city" / "keys").chmod(0o700)
    (folder / "city" / "seeded").touch()
    for release in ("old", "new"):
        (folder / release).mkdir()
        for shared in ("keys", "demo"):
            (folder / release / shared).symlink_to(folder / "city" / shared)


def _house(run_dir: Path, told: Mapping[str, str], part: str, tree: Tree) -> House:
    own = {"PART": part, "RELEASE_PYTHON": str(tree.python), "PYTHONPATH": tree.path}
    return House(run_dir, free_house_port(OFFSETS), {**told, **own}, launcher=(LAUNCH,))


def logs(house: House) -> list[Path]:
    return [house.log(program.name) for program in SERVICES]


def is_misfit(line: str) -> bool:
    """Whether it names a schema on which the program did not fit."""
    return any(word in line for word in SCHEMA_WORDS)


def is_error(line: str) -> bool:
    """Of level ERROR, or no log line at all: a traceback."""
    try:
        said = json.loads(line)
    except ValueError:
        return True
    return said["level"] in ("ERROR", "CRITICAL")
