"""Programs that run while something is measured: on which core they run, and how much of its time they took."""

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from launcher.errors import LauncherError
from launcher.logs import last_line
from launcher.memory import descendants
from launcher.ports import is_taken
from launcher.tether import tether

TICKS = os.sysconf("SC_CLK_TCK")
CORES = sorted(os.sched_getaffinity(0))
SUBJECT = CORES[:1]
"""Where runs what is measured."""
SURROUNDINGS = CORES[1:] or CORES
"""Where runs what it needs: clients, database, upstream."""


@contextmanager
def on(cores: Sequence[int]) -> Iterator[None]:
    """What is started inside runs there."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


class Program:
    """Started when made; `stop` it."""

    def __init__(
        self, command: Sequence[str], cores: Sequence[int], log: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        self._log = log
        with on(cores), log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603
                tether(list(command)),
                env=None if environment is None else {**os.environ, **environment},
                stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip

    def listens(self, port: int, patience: float = 60) -> None:
        deadline = monotonic() + patience
        while not is_taken(port):
            if self._process.poll() is not None or monotonic() > deadline:
                raise LauncherError(f"{self._log.stem} did not start: {last_line(self._log)}")
            sleep(0.05)

    def ends_well(self) -> None:
        if self._process.wait():
            raise LauncherError(f"{self._log.stem} failed: {last_line(self._log)}")

    def seconds(self) -> float:
        return seconds_of(self._process.pid)

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def seconds_of(pid: int) -> float:
    """Processor time that a program and its children have taken."""
    return sum(_seconds(one) for one in (pid, *descendants(pid)))


def _seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
