"""One Kafka broker in one folder: KRaft, no other server, started and stopped by us.

It listens on 127.0.0.1 only and asks for no password: whoever has an account on the machine can reach it. That is meant
for one machine and for tests; a city has a cluster of its own, named by KAFKA_BOOTSTRAP_SERVERS.
"""

import base64
import fcntl
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import IO
from uuid import uuid4

from launcher.errors import LauncherError
from launcher.java import classpath
from launcher.logs import last_line
from launcher.ports import is_taken, require_free
from launcher.tether import tether

HEAP = "512m"
PORTS = 2
"""The broker's own, and behind it its controller's."""

SETTINGS = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "auto.create.topics.enable": "false",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    # Members come one at a time here: waiting for more of them would only delay the first.
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
    "log.index.size.max.bytes": "1048576",
    "num.network.threads": "2",
    "num.io.threads": "4",
}


class Broker:
    """One broker, its data kept in `data` between runs. Its controller listens on the port after `port`."""

    def __init__(self, data: Path, port: int, *, log: Path | None = None) -> None:
        self.data = data.resolve()
        self.port = port
        self.log = log or self.data.with_name(self.data.name + ".log")
        self._properties = self.data.with_name(self.data.name + ".properties")
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None

    @property
    def bootstrap_servers(self) -> str:
        return f"127.0.0.1:{self.port}"

    def prepare(self) -> list[str]:
        """Make the storage if there is none, end what a crash left behind; return the command that runs the broker."""
        jars = classpath()
        self.data.parent.mkdir(parents=True, exist_ok=True)
        self._claim()
        self._end_orphan()
        for port in range(self.port, self.port + PORTS):
            require_free(port, "kafka")
        if not (self.data / "meta.properties").exists():
            self._format(jars)
        self._write(self.data)
        return tether([*_java(jars), "kafka.Kafka", str(self._properties)])

    def ready(self) -> bool:
        return is_taken(self.port)

    def start(self, patience: float = 60) -> None:
        """Start the broker and return when it listens; `patience` is in seconds."""
        command = self.prepare()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + patience
        while not self.ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise LauncherError(f"The Kafka broker did not start; its last word: {last_line(self.log)}")
            time.sleep(0.05)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def stop(self) -> None:
        """Hand over, flush, leave. Safe to call twice."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def erase(self) -> None:
        self.stop()
        shutil.rmtree(self.data, ignore_errors=True)
        for leftover in (self._properties, self.data.with_name(self.data.name + ".lock")):
            leftover.unlink(missing_ok=True)

    def _claim(self) -> None:
        if self._lock is not None:
            return
        lock = self.data.with_name(self.data.name + ".lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise LauncherError(f"another launcher is running the broker in {self.data}") from None
        self._lock = lock

    def _end_orphan(self) -> None:
        """A killed launcher may leave a broker on our data; it goes before another one comes."""
        for pid in _running_on(self._properties):
            os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + 20
        while left := _running_on(self._properties):
            if time.monotonic() > deadline:
                for pid in left:
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.1)

    def _format(self, jars: str) -> None:
        """Made beside its place and moved there when whole, so an interrupted first start leaves no half storage."""
        new = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(new, ignore_errors=True)
        self._write(new)
        cluster = base64.urlsafe_b64encode(uuid4().bytes).decode().rstrip("=")
        done = subprocess.run(  # noqa: S603
            [*_java(jars), "kafka.tools.StorageTool", "format", f"--cluster-id={cluster}", f"--config={self._properties}"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            words = (done.stderr.strip() or done.stdout.strip()).splitlines() or ["no reason given"]
            raise LauncherError(f"The Kafka broker's storage could not be made: {words[-1]}")
        shutil.rmtree(self.data, ignore_errors=True)
        new.rename(self.data)

    def _write(self, storage: Path) -> None:
        own = {
            "log.dirs": str(storage),
            "listeners": f"PLAINTEXT://127.0.0.1:{self.port},CONTROLLER://127.0.0.1:{self.port + 1}",
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{self.port}",
            "controller.quorum.voters": f"1@127.0.0.1:{self.port + 1}",
        }
        lines = (f"{name}={value}\n" for name, value in (SETTINGS | own).items())
        self._properties.write_text("".join(lines))


def _java(jars: str) -> list[str]:
    logging = ["-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Dorg.slf4j.simpleLogger.showDateTime=true"]
    return ["java", f"-Xmx{HEAP}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", *logging, "-cp", jars]


def _running_on(properties: Path) -> list[int]:
    found = []
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"kafka.Kafka" in words and str(properties).encode() in words:
            found.append(int(process.name))
    return found
