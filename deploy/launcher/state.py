"""What a running launcher tells other shells: its pid behind a lock, and a small file with its programs."""

import fcntl
import json
import os
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from launcher.errors import LauncherError


@dataclass(frozen=True)
class ProcessState:
    name: str
    port: int | None
    """None when it listens nowhere."""
    pid: int | None
    restarts: int


@dataclass(frozen=True)
class State:
    pid: int
    port: int
    url: str
    phase: str
    """`starting`, `ready` or `stopping`."""
    processes: list[ProcessState] = field(default_factory=list)


class Claim:
    """The right to run in a folder: a lock that no crash can leave behind, on a file that holds the owner's pid."""

    def __init__(self, run_dir: Path) -> None:
        run_dir.mkdir(parents=True, exist_ok=True)
        self._run_dir = run_dir
        file = _pid_file(run_dir).open("a+")
        if not _lock(file):
            file.close()
            raise LauncherError(
                f"OneDoor already runs in {run_dir} (process {running_pid(run_dir)}); `make stop` stops it."
            )
        self._file = file
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()

    def publish(self, state: State) -> None:
        new = self._run_dir / "house.json.new"
        new.write_text(json.dumps(asdict(state), indent=1))
        new.replace(_state_file(self._run_dir))

    def release(self) -> None:
        _state_file(self._run_dir).unlink(missing_ok=True)
        self._file.truncate(0)
        self._file.close()


def running_pid(run_dir: Path) -> int | None:
    """The launcher that runs in this folder right now; what a crashed one left does not count."""
    try:
        with _pid_file(run_dir).open() as file:
            if _try_lock(file):
                return None
            return int(file.read() or 0) or None
    except FileNotFoundError:
        return None


def read_state(run_dir: Path) -> State | None:
    """What the running launcher said last, or None when none runs or it has not spoken yet."""
    pid = running_pid(run_dir)
    try:
        document = json.loads(_state_file(run_dir).read_text())
    except FileNotFoundError:
        return None
    if document["pid"] != pid:
        return None
    return State(**{**document, "processes": [ProcessState(**process) for process in document["processes"]]})


def _lock(file: IO[str]) -> bool:
    """Patient for a moment: whoever looks whether we run holds the lock for an instant."""
    for _ in range(20):
        if _try_lock(file):
            return True
        time.sleep(0.02)
    return False


def _try_lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _pid_file(run_dir: Path) -> Path:
    return run_dir / "launcher.pid"


def _state_file(run_dir: Path) -> Path:
    return run_dir / "house.json"
