"""One supervised program: started, watched, started again with growing pauses, stopped."""

import os
import signal
import socket
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from launcher.errors import LauncherError
from launcher.logs import last_line
from launcher.process import Process, Spawn, spawn

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
STEADY_AFTER = 60.0
"""Seconds after which a program counts as steady again, so that its next crash is forgiven quickly."""


class NotYet(LauncherError):
    """What is needed for a start is not there at this moment; no fault of the program."""


class Child:
    """`command` is asked anew for each start and may raise LauncherError, which counts as a crash; so may
    `spawn`, which starts it. NotYet counts as nothing: the start is tried again soon.

    `report` is told of each crash.
    """

    def __init__(
        self,
        name: str,
        port: int | None,
        log: Path,
        *,
        command: Callable[[], list[str]],
        environment: Mapping[str, str],
        report: Callable[[str], None],
        is_ready: Callable[[], bool] | None = None,
        spawn: Spawn = spawn,
        farewell: signal.Signals = signal.SIGTERM,
        stage: int = 0,
    ) -> None:
        self.name, self.port, self.log, self.stage = name, port, log, stage
        self.restarts = 0
        self._command, self._environment, self._farewell, self._report = command, environment, farewell, report
        self._is_ready = is_ready or (lambda: port is not None and answers(port))
        self._spawn = spawn
        self._process: Process | None = None
        self._started_at = 0.0
        self._start_again_at: float | None = None
        self._pause = FIRST_PAUSE

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def is_ready(self) -> bool:
        return self.pid is not None and self._is_ready()

    def start(self) -> None:
        self._start_again_at = None
        self._started_at = time.monotonic()
        command = self._command()
        with self.log.open("ab") as log:
            self._process = self._spawn(command, self._environment, log)

    def watch(self) -> None:
        """Notice an end and plan the next start; start when its time has come."""
        now = time.monotonic()
        if self._start_again_at is not None:
            if now >= self._start_again_at:
                self._try_to_start()
        elif self._process is not None and self._process.poll() is not None:
            self._plan(f"{_how_it_ended(self._process.returncode)}: {last_line(self.log)}")

    def ask_to_stop(self) -> None:
        self._start_again_at = None
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(self._farewell)

    def has_stopped(self) -> bool:
        return self.pid is None

    def kill(self) -> None:
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _try_to_start(self) -> None:
        try:
            self.start()
        except NotYet:
            self._start_again_at = time.monotonic()
        except (LauncherError, OSError) as error:
            self._plan(f"could not start: {error}")

    def _plan(self, reason: str) -> None:
        now = time.monotonic()
        if now - self._started_at > STEADY_AFTER:
            self._pause = FIRST_PAUSE
        self.restarts += 1
        self._start_again_at = now + self._pause
        self._report(f"{self.name} {reason} (starting it again in {self._pause:g} s; its log is {self.log})")
        self._pause = min(self._pause * 2, LONGEST_PAUSE)


def answers(port: int, path: str = "/health/ready") -> bool:
    """Whether a program says 200 there. A bare socket: the launcher stays small by importing no HTTP client."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(request.encode())
            return connection.recv(64).split(b" ")[1:2] == [b"200"]
    except OSError:
        return False


def _how_it_ended(code: int) -> str:
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
