"""One house: a folder, a port, and what its programs are told. The command line and the journeys both use it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from launcher.errors import LauncherError
from launcher.kafka import Broker
from launcher.logs import last_line
from launcher.postgres import Server
from launcher.processes import KAFKA_OFFSET, POSTGRES_OFFSET, PRELOADED, PREPARATIONS, PROGRAMS, Program
from launcher.state import State, read_state
from launcher.tether import tether

FRUGAL = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "1048576", "PYTHONUNBUFFERED": "1"}
"""The threshold stays where it is put: what hashing a password took goes back to the system at once."""


class House:
    """`overrides` are environment variables for every program, above those of the caller; `launcher` is what `up` runs."""

    def __init__(
        self,
        run_dir: Path,
        port: int,
        overrides: Mapping[str, str] | None = None,
        programs: Sequence[Program] = PROGRAMS,
        preparations: Sequence[str] = PREPARATIONS,
        preloaded: Sequence[str] = PRELOADED,
        launcher: Sequence[str] = ("-m", "launcher"),
    ) -> None:
        self.run_dir = run_dir.resolve()
        self.port = port
        self.programs = tuple(programs)
        self.preparations = tuple(preparations)
        self.preloaded = tuple(preloaded)
        self.launcher = tuple(launcher)
        self.overrides = dict(overrides or {})
        self._given = {**os.environ, **self.overrides}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The gateway as browsers see it."""
        return self._given.get("PUBLIC_URL") or f"http://localhost:{self.port}"

    @property
    def logs(self) -> Path:
        return self.run_dir / "logs"

    @property
    def traces(self) -> Path:
        return self.run_dir / "traces"

    @property
    def keys(self) -> Path:
        return self.run_dir / "keys"

    @property
    def seeded(self) -> Path:
        return self.run_dir / "seeded"

    @property
    def sign_ins(self) -> Path:
        """Written by the demo city: who can sign in, and with what."""
        return self.run_dir / "demo-sign-ins.txt"

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def server(self) -> Server | None:
        """The embedded database, or nothing when DATABASE_URL names another server."""
        if self._given.get("DATABASE_URL"):
            return None
        return Server(self.run_dir / "postgres", self.port + POSTGRES_OFFSET, log=self.log("postgres"))

    def broker(self) -> Broker | None:
        """Our own Kafka broker; nothing when events need none or KAFKA_BOOTSTRAP_SERVERS names another cluster."""
        if self._given.get("BUS") != "kafka" or self._given.get("KAFKA_BOOTSTRAP_SERVERS"):
            return None
        return Broker(self.run_dir / "kafka", self.port + KAFKA_OFFSET, log=self.log("kafka"))

    @property
    def database_url(self) -> str:
        server = self.server()
        return self._given["DATABASE_URL"] if server is None else server.url

    def frugal_environment(self) -> dict[str, str]:
        """What can be told before there are keys and a database."""
        return {**self._given, **FRUGAL}

    def common_environment(self) -> dict[str, str]:
        """What every program of the house is told. The keys must exist and the database must have been made."""
        addresses = {
            program.url_variable: f"http://127.0.0.1:{self.port + program.offset}"
            for program in self.programs
            if program.offset
        }
        return {
            "TRACES_DIR": str(self.traces),
            "TRACE_COMMAND_RATIO": "1",
            **self.frugal_environment(),
            **self._shared_secrets(),
            **addresses,
            "DATABASE_URL": self.database_url,
            "PUBLIC_URL": self.url,
            "PORT": str(self.port),
            **self.bus(),
            "SEALING_KEY": (self.keys / "sealing.key").read_text().strip(),
            "CLIENT_KEYS_DIR": str(self.keys),
            "RUN_DIR": str(self.run_dir),
        }

    def bus(self) -> dict[str, str]:
        """What carries events, and where it is."""
        broker = self.broker()
        own = {} if broker is None else {"KAFKA_BOOTSTRAP_SERVERS": broker.bootstrap_servers, "KAFKA_REPLICATION": "1"}
        return {"BUS": self._given.get("BUS") or "postgres", **own}

    def _shared_secrets(self) -> dict[str, str]:
        """What the demo city's departments and partners share with OneDoor; made before anything is started."""
        files = sorted((self.run_dir / "demo" / "keys").glob("*.secret"))
        return {f"{file.stem.upper().replace('-', '_')}_SECRET": file.read_text().strip() for file in files}

    def environment(self, program: Program, common: Mapping[str, str] | None = None) -> dict[str, str]:
        own = {"PORT": str(self.port + program.offset)}
        if program.metrics_offset is not None:
            own["METRICS_PORT"] = str(self.port + program.metrics_offset)
        if program.client_id:
            own["CLIENT_KEY_FILE"] = str(self.keys / f"{program.client_id}.json")
        return {**(common or self.common_environment()), **own}

    def program(self, name: str) -> Program:
        for program in self.programs:
            if program.name == name:
                return program
        raise LauncherError(f"there is no program {name!r}; there are {', '.join(p.name for p in self.programs)}")

    def state(self) -> State | None:
        return read_state(self.run_dir)

    def up(self, patience: float = 180) -> None:
        """Start the whole house as `make run` does and return when it is ready. It ends when the caller does."""
        self.logs.mkdir(parents=True, exist_ok=True)
        output = self.log("launcher-output")
        with output.open("wb") as stream:
            self._process = subprocess.Popen(  # noqa: S603
                tether([sys.executable, *self.launcher, "run"]),
                env={**self._given, "RUN_DIR": str(self.run_dir), "PORT": str(self.port)},
                stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + patience
        while not self._is_ready(self._process.pid):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.down()
                raise LauncherError(f"the house did not start: {last_line(output)}")
            time.sleep(0.1)

    def down(self, patience: float = 60) -> None:
        """Stop what `up` started. Safe to call twice."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _is_ready(self, pid: int) -> bool:
        state = self.state()
        return state is not None and state.pid == pid and state.phase == "ready"
