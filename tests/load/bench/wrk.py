"""Load over HTTP, by wrk: ready-made requests in turn, each connection with one at a time."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from launcher.errors import LauncherError

from .programs import SURROUNDINGS, Program, on
from .tools import path_of

UNIQUE = "@@@@@@@@@@@@"
"""Stands in a request for twelve digits that no other request has."""
SCRIPT = """\
local requests = {{ {requests} }}
local turn, unique = 0, {first}
function request()
  turn = turn % #requests + 1
  unique = unique + 1
  {answer}
end
function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format('{{"requests": %d, "microseconds": %d, "p50": %d, "p99": %d, ' ..
    '"bad": {{"status": %d, "connect": %d, "read": %d, "write": %d, "timeout": %d}}}}\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status, errors.connect, errors.read, errors.write, errors.timeout))
end
"""
PLAIN = "return requests[turn]"
STAMPED = f'return (string.gsub(requests[turn], "{UNIQUE}", string.format("%012d", unique)))'
_firsts = count(0, 10_000_000)


@dataclass(frozen=True, slots=True)
class Load:
    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


def get(path: str, **fields: str) -> str:
    return _request("GET", path, fields, "")


def post(path: str, body: str, **fields: str) -> str:
    return _request(
        "POST", path, {"content_type": "application/json", "content_length": str(len(body)), **fields}, body
    )


def load(folder: Path, port: int, requests: Sequence[str], connections: int, seconds: int) -> Load:
    """Raises when anything but success was answered: the speed of refusals is nothing to know."""
    script = folder / "requests.lua"
    answer = STAMPED if any(UNIQUE in request for request in requests) else PLAIN
    script.write_text(SCRIPT.format(requests=", ".join(map(json.dumps, requests)), first=next(_firsts), answer=answer))
    command = [
        path_of("wrk"),
        "-t1",
        f"-c{connections}",
        f"-d{seconds}s",
        "-s",
        str(script),
        f"http://127.0.0.1:{port}",
    ]
    with on(SURROUNDINGS):
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise LauncherError(f"wrk failed: {done.stderr or done.stdout}")
    said = json.loads(done.stdout.splitlines()[-1])
    wrong = {kind: number for kind, number in said["bad"].items() if number}
    if wrong or not said["requests"]:
        raise LauncherError(f"of {said['requests']} requests some went wrong: {wrong}")
    return Load(said["requests"], said["microseconds"] / 1e6, said["p50"] / 1e3, said["p99"] / 1e3)


@dataclass(frozen=True, slots=True)
class Cost:
    """A load, and the processor time that it took the program under it."""

    load: Load
    seconds: float

    @property
    def per_core(self) -> float:
        """Requests in a second of one core's time, however busy the rest of the machine is."""
        return self.load.requests / self.seconds


def cost(program: Program, folder: Path, port: int, requests: Sequence[str], connections: int, seconds: int) -> Cost:
    before = program.seconds()
    done = load(folder, port, requests, connections, seconds)
    return Cost(done, program.seconds() - before)


def _request(method: str, path: str, fields: dict[str, str], body: str) -> str:
    lines = [f"{method} {path} HTTP/1.1", "host: localhost", *(f"{_spelt(k)}: {v}" for k, v in fields.items())]
    return "\r\n".join([*lines, "", body])


def _spelt(name: str) -> str:
    return name.replace("_", "-")
