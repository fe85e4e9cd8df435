"""Programs that end by themselves: keys, migrations, the demo city."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping

from launcher.errors import LauncherError
from launcher.house import House
from launcher.logs import last_line
from launcher.processes import OTHER_CLIENTS
from launcher.tether import tether

END_WITHIN = 10.0


class Jobs:
    """`tick` is called again and again while a job runs; it pauses, and may raise to give up."""

    def __init__(self, house: House, tick: Callable[[], None]) -> None:
        self._house = house
        self._tick = tick
        self._running: list[subprocess.Popen[bytes]] = []
        house.logs.mkdir(parents=True, exist_ok=True)

    def make_keys(self) -> None:
        clients = [*(program.client_id for program in self._house.programs if program.client_id), *OTHER_CLIENTS]
        keys = [self._house.keys / name for name in ["sealing.key", *(f"{client}.pub.json" for client in clients)]]
        if not all(key.exists() for key in keys):
            self._run("keys", ["-m", "launcher.keys", str(self._house.keys), *clients], os.environ, "Making")

    def migrate(self, common: Mapping[str, str]) -> None:
        """All services' databases and the other preparations, as many at a time as there are processors."""
        waiting = [(name, ["-m", name], common) for name in self._house.preparations]
        waiting += [
            (program.name, ["-m", program.module, "migrate"], self._house.environment(program, common))
            for program in self._house.programs
            if program.migrates
        ]
        running: dict[str, subprocess.Popen[bytes]] = {}
        while waiting or running:
            while waiting and len(running) < (os.cpu_count() or 1):
                name, arguments, environment = waiting.pop(0)
                running[name] = self._spawn(name, arguments, environment)
            self._tick()
            for name in [name for name, job in running.items() if job.poll() is not None]:
                self._require_success(running.pop(name), name, "Preparing")

    def register_clients(self) -> None:
        """The provider learns the public keys of everyone who signs in to services. Safe to repeat."""
        common = self._house.common_environment()
        for program in self._house.programs:
            if program.registers:
                arguments = ["-m", program.module, *program.registers, str(self._house.keys)]
                self._run(f"{program.name}-clients", arguments, self._house.environment(program, common), "Registering")

    def seed(self, common: Mapping[str, str]) -> None:
        """The demo city, once; it may be repeated after a failure."""
        self._run("seed", ["-m", "demo.seed"], common, "Furnishing the demo city with")
        self._house.seeded.touch()

    def end(self) -> None:
        for job in self._running:
            job.terminate()
        for job in self._running:
            try:
                job.wait(END_WITHIN)
            except subprocess.TimeoutExpired:
                job.kill()
                job.wait()

    def _run(self, name: str, arguments: list[str], environment: Mapping[str, str], doing: str) -> None:
        job = self._spawn(name, arguments, environment)
        while job.poll() is None:
            self._tick()
        self._require_success(job, name, doing)

    def _spawn(self, name: str, arguments: list[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        with self._house.log(name).open("ab") as log:
            job = subprocess.Popen(  # noqa: S603
                tether([sys.executable, *arguments]),
                env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self._running.append(job)
        return job

    def _require_success(self, job: subprocess.Popen[bytes], name: str, doing: str) -> None:
        self._running.remove(job)
        if job.returncode:
            log = self._house.log(name)
            raise LauncherError(f"{doing} {name} failed: {last_line(log)} (the whole story is in {log})")
