"""Runs every program from an image's tree as the cluster would: migration, then API and worker apart, each until it is ready."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from inspector import image
from inspector.errors import InspectionError
from inspector.events import programs
from launcher.keys import make_keys
from launcher.memory import descendants
from launcher.ports import free_port
from launcher.postgres import Server

PATIENCE = 60
KEYS = "run/onedoor"
"""Where a stage has what a pod is given as files."""


class City:
    """A database, keys, and a stage to run programs from."""

    def __init__(self, stage: Path, folder: Path) -> None:
        self.stage, self.folder = stage, folder
        self.server = Server(folder / "postgres", free_port(), durable=False)

    def __enter__(self) -> "City":
        make_keys(self.folder / "keys", list(programs()))
        self.sealing_key = (self.folder / "keys" / "sealing.key").read_text()
        target = self.stage / KEYS
        target.mkdir(parents=True)
        for path in (self.folder / "keys").glob("*.json"):
            (target / path.name).write_text(path.read_text())
        self.server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.stop()

    def command(self, name: str, *words: str, port: int = 0, metrics_port: int = 0) -> list[str]:
        """As the image's entry point runs it, with nothing in its environment but what it is told."""
        told = {
            "DATABASE_URL": self.server.url,
            "SEALING_KEY": self.sealing_key,
            "CLIENT_KEY_FILE": f"/{KEYS}/{name}.json",
            "PORT": str(port),
            "METRICS_PORT": str(metrics_port),
            "PYTHONDONTWRITEBYTECODE": "1",
            "MALLOC_ARENA_MAX": "2",
        }
        package = name if name == "gateway" else f"svc_{name}"
        python = f"/{image.TREE}/.venv/bin/python"
        told_words = [f"{key}={value}" for key, value in told.items()]
        return image.chrooted(
            self.stage, ["/usr/bin/env", "-i", *told_words, python, "-m", package, *words], user=image.USER
        )


def serve_each(city: City) -> None:
    for name in programs():
        for words in (["migrate"], ["await-schema", "--seconds", "5"]):
            done = subprocess.run(city.command(name, *words), capture_output=True, text=True, check=False)  # noqa: S603
            if done.returncode:
                raise InspectionError(f"{name} {words[0]}: {done.stderr.strip()[-800:]}")
        memory = {role: _serve(city, name, role) for role in ("api", "worker")}
        sys.stdout.write(
            f"{name:<12}migrated; " + ", ".join(f"{role} ready, {mb} MB" for role, mb in memory.items()) + "\n"
        )
        sys.stdout.flush()


def _serve(city: City, name: str, role: str) -> int:
    """Resident memory in MB once it is ready and its metrics have been read."""
    port, metrics_port = free_port(), free_port()
    log = city.folder / f"{name}-{role}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603
            city.command(name, "serve", "--roles", role, port=port, metrics_port=metrics_port),
            stdout=output,
            stderr=output,
        )
    try:
        deadline = time.monotonic() + PATIENCE
        while not _answers(port, "/health/ready"):
            if process.poll() is not None or time.monotonic() > deadline:
                raise InspectionError(f"{name} {role} did not become ready: {log.read_text()[-800:]}")
            time.sleep(0.2)
        if _answers(port, "/metrics") or not _answers(metrics_port, "/metrics"):
            raise InspectionError(f"{name} {role} does not show its metrics on their own port alone")
        return max(_resident(pid) for pid in descendants(process.pid))
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """As the cluster stops a pod: its first process is asked, and has time to finish."""
    for pid in descendants(process.pid):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        raise InspectionError("a program did not end when it was asked to") from None


def _answers(port: int, path: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return int(answer.status) == 200
    except (urllib.error.URLError, OSError):
        return False


def _resident(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) // 1024
    return 0
