"""A process that runs, however it was started."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from typing import IO, Protocol

from launcher.tether import tether


class Process(Protocol):
    """What the launcher asks of a process; `subprocess.Popen` answers all of it."""

    pid: int
    returncode: int

    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def send_signal(self, sig: int) -> None: ...


Spawn = Callable[[list[str], Mapping[str, str], IO[bytes]], Process]
"""Starts a command with this environment and nothing else, in a session of its own, all its output to the log."""


def spawn(command: list[str], environment: Mapping[str, str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603
        command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
    )


def spawn_module(command: list[str], environment: Mapping[str, str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    """A Python module and its arguments, ended when we end."""
    return spawn(tether([sys.executable, "-m", *command]), environment, log)


class Adopted:
    """A child of ours that another process forked for us: nobody but us may wait for it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int
        self._has_ended = False

    def poll(self) -> int | None:
        if not self._has_ended:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid == 0:
                return None
            self.returncode, self._has_ended = os.waitstatus_to_exitcode(status), True
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired([str(self.pid)], timeout or 0)
            time.sleep(0.01)
        return code

    def send_signal(self, sig: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, signal.Signals(sig))
