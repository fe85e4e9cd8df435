"""Programs that end by themselves: keys, migrations, the demo city."""

import os
import signal
import subprocess
from collections.abc import Callable, Mapping

from launcher.console import say
from launcher.errors import LauncherError
from launcher.house import House
from launcher.logs import last_line
from launcher.process import Process, Spawn
from launcher.processes import OTHER_CLIENTS

END_WITHIN = 10.0


class Jobs:
    """`fork` starts a module with its arguments. `tick` is called again and again while a job runs; it pauses, and may raise to give up."""

    def __init__(self, house: House, fork: Spawn, tick: Callable[[], None]) -> None:
        self._house = house
        self._fork = fork
        self._tick = tick
        self._running: list[Process] = []
        house.logs.mkdir(parents=True, exist_ok=True)

    @property
    def pids(self) -> list[int]:
        return [job.pid for job in self._running]

    def make_keys(self) -> None:
        clients = [*(program.client_id for program in self._house.programs if program.client_id), *OTHER_CLIENTS]
        keys = [self._house.keys / name for name in ["sealing.key", *(f"{client}.pub.json" for client in clients)]]
        if not all(key.exists() for key in keys):
            command = ["launcher.keys", str(self._house.keys), *clients]
            self._run("keys", command, os.environ, "Making")

    def migrate(self, common: Mapping[str, str]) -> None:
        """All services' databases and the other preparations, as many at a time as there are processors."""
        waiting = [(name, [name], common) for name in self._house.preparations]
        waiting += [
            (program.name, [program.module, "migrate"], self._house.environment(program, common))
            for program in self._house.programs
            if program.migrates
        ]
        running: dict[str, Process] = {}
        while waiting or running:
            while waiting and len(running) < (os.cpu_count() or 1):
                name, command, environment = waiting.pop(0)
                running[name] = self._start(name, command, environment)
            self._tick()
            for name in [name for name, job in running.items() if job.poll() is not None]:
                self._require_success(running.pop(name), name, "Preparing")

    def register_clients(self) -> None:
        """The provider learns the public keys of everyone who signs in to services. Safe to repeat."""
        common = self._house.common_environment()
        for program in self._house.programs:
            if program.registers:
                command = [program.module, *program.registers, str(self._house.keys)]
                self._run(f"{program.name}-clients", command, self._house.environment(program, common), "Registering")

    def seed(self, common: Mapping[str, str]) -> None:
        """The demo city, once; it may be repeated after a failure."""
        self._run("seed", ["demo.seed"], common, "Furnishing the demo city with")
        self._house.seeded.touch()

    def verify(self, common: Mapping[str, str]) -> int:
        """Says what each service says about its own database; 1 when one says that something is broken."""
        worst = 0
        for program in self._house.programs:
            if program.migrates:
                name = f"{program.name}-verify"
                job = self._start(name, [program.module, "verify"], self._house.environment(program, common))
                while job.poll() is None:
                    self._tick()
                self._running.remove(job)
                say(last_line(self._house.log(name)))
                worst = max(worst, int(job.returncode != 0))
        return worst

    def end(self) -> None:
        for job in self._running:
            job.send_signal(signal.SIGTERM)
        for job in self._running:
            try:
                job.wait(END_WITHIN)
            except subprocess.TimeoutExpired:
                job.send_signal(signal.SIGKILL)
                job.wait()

    def _run(self, name: str, command: list[str], environment: Mapping[str, str], doing: str) -> None:
        job = self._start(name, command, environment)
        while job.poll() is None:
            self._tick()
        self._require_success(job, name, doing)

    def _start(self, name: str, command: list[str], environment: Mapping[str, str]) -> Process:
        with self._house.log(name).open("ab") as log:
            job = self._fork(command, environment, log)
        self._running.append(job)
        return job

    def _require_success(self, job: Process, name: str, doing: str) -> None:
        self._running.remove(job)
        if job.returncode:
            log = self._house.log(name)
            raise LauncherError(f"{doing} {name} failed: {last_line(log)} (the whole story is in {log})")
