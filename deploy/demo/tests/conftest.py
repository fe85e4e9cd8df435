"""Department programs as real processes, and a listener that hears what they report."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Condition, Thread
from typing import Any

import httpx
import pytest

from launcher.ports import free_port

PATIENCE = 20.0
DAY = "2026-11-23"


@dataclass
class Department:
    http: httpx.Client
    data: Path
    process: subprocess.Popen[bytes]
    log: Path

    def secret(self, name: str) -> str:
        return (self.data / "keys" / f"{name}.secret").read_text()

    @property
    def url(self) -> str:
        return str(self.http.base_url)


@dataclass
class Heard:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Listener:
    url: str = ""
    answers: list[int] = field(default_factory=list)
    """Statuses of the next answers; 200 when there are none."""
    documents: dict[str, Any] = field(default_factory=dict)
    """What a path answers besides its status."""
    heard: list[Heard] = field(default_factory=list)
    news: Condition = field(default_factory=Condition)

    def wait(self, path: str, times: int = 1) -> list[Heard]:
        """What was posted to the path, as soon as it is so many."""
        with self.news:
            enough = self.news.wait_for(lambda: len(self.at(path)) >= times, PATIENCE)
            assert enough, f"{path} heard {len(self.at(path))} of {times}"
            return self.at(path)

    def at(self, path: str) -> list[Heard]:
        return [heard for heard in self.heard if heard.path == path]


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            with listener.news:
                path = self.path.partition("?")[0]
                document = json.dumps(listener.documents.get(path, {})).encode()
                status = listener.answers.pop(0) if listener.answers and path not in listener.documents else 200
                listener.heard.append(Heard(path, {k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(status)
                self.send_header("content-length", str(len(document)))
                self.end_headers()
                self.wfile.write(document)
                listener.news.notify_all()

        def log_message(self, format: str, *arguments: Any) -> None:
            """Silence: the test says what it heard."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield listener
    server.shutdown()
    thread.join()
    server.server_close()


Start = Callable[..., Department]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """`start("hospital", SOME="setting")`: the program is ready; again after `stop`: with the same database."""
    running: list[Department] = []

    def start(name: str, **settings: str) -> Department:
        port = free_port()
        environment = {k: v for k, v in os.environ.items() if not k.endswith(("_URL", "_SECRET"))} | {
            "PORT": str(port), "DEMO_DATA": str(tmp_path), "DEMO_SPEED": "20", "DEMO_TODAY": DAY, **settings,
        }  # fmt: skip
        environment.pop("DEMO_KEYS", None)
        log = tmp_path / f"{name}.log"
        with log.open("ab") as output:
            process = subprocess.Popen([sys.executable, "-m", f"demo.{name}"], env=environment, stderr=output)  # noqa: S603
        http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10, trust_env=False)
        department = Department(http, tmp_path, process, log)
        running.append(department)
        wait_until_ready(department)
        return department

    yield start
    for department in running:
        stop(department)


def wait_until_ready(department: Department) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and department.process.poll() is None:
        try:
            if department.http.get("/health/ready").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(department.log.read_text())


def stop(department: Department) -> None:
    department.http.close()
    department.process.terminate()
    department.process.wait(PATIENCE)
