"""Brings a house up, watches over it, and takes it down in the right order."""

import os
import signal
import time
from collections.abc import Mapping, Sequence
from typing import Self

from launcher.children import Child
from launcher.console import say
from launcher.errors import LauncherError
from launcher.house import House
from launcher.jobs import Jobs
from launcher.kernel import bury_orphans
from launcher.logs import last_line, rotate
from launcher.ports import require_free
from launcher.preloader import Preloader
from launcher.prepared import Prepared
from launcher.processes import Program
from launcher.state import Claim, ProcessState, State

READY_WITHIN = 120.0
STOP_WITHIN = 20.0
PATIENT_STARTS = 3
"""Ends before it was ever ready, after which a program is taken to be broken rather than unlucky."""
TICK, BUSY_TICK = 0.2, 0.05
"""Seconds between two looks at the programs; shorter while starting and stopping, when somebody waits."""
ROTATE_EVERY = 60.0


class Leaving(Exception):
    """Somebody asked us to stop."""


class Supervisor:
    """Used as a context manager: entering claims the folder, leaving stops everything that was started."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._children: list[Child] = []
        self._preloader = Preloader(house, self._report)
        self._jobs = Jobs(house, self._preloader.fork, self._tick)
        self._asked_to_leave = 0
        self._phase = "starting"
        self._published: State | None = None
        self._rotate_at = 0.0

    def __enter__(self) -> Self:
        self._claim = Claim(self.house.run_dir)
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, self._leave)
        return self

    def __exit__(self, *_: object) -> None:
        self._phase = "stopping"
        self._publish()
        self._jobs.end()
        for stage in sorted({child.stage for child in self._children}, reverse=True):
            self._stop([child for child in self._children if child.stage == stage])
        self._claim.release()

    def open(self) -> None:
        """Everything from an empty folder to a house that is ready. Raises LauncherError or Leaving."""
        for program in self.house.programs:
            require_free(self.house.port + program.offset, program.name)
            if program.metrics_offset is not None:
                require_free(self.house.port + program.metrics_offset, program.name)
        self.open_database()
        self._prepare()
        common = self.house.common_environment()
        say(f"Starting {len(self.house.programs)} programs ...")
        for program in self.house.programs:
            self._start(self._child_of(program, common))
        self._wait_until_ready(self._children)
        if not self.house.seeded.exists():
            say("Furnishing the demo city, once ...")
            self._jobs.seed(common)
        self._phase = "ready"
        self._publish()

    def open_database(self) -> None:
        """Only the keys, the database and the broker: what migrations need while nothing runs."""
        self._start(self._preloader)
        for store in (self._database(), self._broker()):
            if store is not None:
                say(f"Starting {store.name} ...")
                self._start(store)
        self._wait_until_ready(self._children)
        self._jobs.make_keys()

    def _database(self) -> Child | None:
        server = self.house.server()
        if server is None:
            return None
        return Child(
            "postgres",
            server.port,
            server.log,
            command=server.prepare,
            environment=os.environ,
            report=self._report,
            is_ready=server.ready,
            farewell=signal.SIGINT,
            stage=-1,
        )

    def _broker(self) -> Child | None:
        broker = self.house.broker()
        if broker is None:
            return None
        return Child(
            "kafka",
            broker.port,
            broker.log,
            command=broker.prepare,
            environment=os.environ,
            report=self._report,
            is_ready=broker.ready,
            stage=-1,
        )

    def _prepare(self) -> None:
        prepared = Prepared(self.house)
        if not prepared.is_current():
            say("Bringing the databases up to date ...")
            self.migrate()
            self._jobs.register_clients()
            prepared.remember()

    def migrate(self) -> None:
        self._jobs.migrate(self.house.common_environment())

    def verify(self) -> int:
        return self._jobs.verify(self.house.common_environment())

    def watch(self) -> None:
        """Keep the house in order; ends with Leaving."""
        while True:
            self._tick()

    def _child_of(self, program: Program, common: Mapping[str, str]) -> Child:
        return Child(
            program.name,
            self.house.port + program.offset,
            self.house.log(program.name),
            command=lambda: [program.module, *program.arguments],
            spawn=self._preloader.fork,
            environment=self.house.environment(program, common),
            report=self._report,
            stage=program.stage,
        )

    def _start(self, child: Child) -> None:
        child.start()
        self._children.append(child)

    def _wait_until_ready(self, children: Sequence[Child]) -> None:
        waiting = list(children)
        deadline = time.monotonic() + READY_WITHIN
        while waiting := [child for child in waiting if not child.is_ready()]:
            self._tick()
            for child in waiting:
                if child.restarts >= PATIENT_STARTS or time.monotonic() > deadline:
                    raise LauncherError(
                        f"{child.name} does not become ready; "
                        f"its last words: {last_line(child.log)} (the whole story is in {child.log})"
                    )

    def _tick(self) -> None:
        if self._asked_to_leave:
            raise Leaving
        for child in self._children:
            child.watch()
        bury_orphans([*self._jobs.pids, *(child.pid for child in self._children if child.pid)])
        self._publish()
        if time.monotonic() > self._rotate_at:
            rotate(self.house.logs)
            self._rotate_at = time.monotonic() + ROTATE_EVERY
        time.sleep(TICK if self._phase == "ready" else BUSY_TICK)

    def _report(self, text: str) -> None:
        say(text)
        with self.house.log("launcher").open("a") as log:
            log.write(f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {text}\n")

    def _leave(self, *_: object) -> None:
        self._asked_to_leave += 1

    def _publish(self) -> None:
        house = self.house
        processes = [ProcessState(child.name, child.port, child.pid, child.restarts) for child in self._children]
        state = State(os.getpid(), house.port, house.url, self._phase, processes)
        if state != self._published:
            self._claim.publish(state)
            self._published = state

    def _stop(self, children: Sequence[Child]) -> None:
        """Asked twice to leave, we stop being polite."""
        for child in children:
            child.ask_to_stop()
        deadline = time.monotonic() + STOP_WITHIN
        while any(not child.has_stopped() for child in children):
            if time.monotonic() > deadline or self._asked_to_leave > 1:
                break
            time.sleep(0.05)
        for child in children:
            if not child.has_stopped():
                self._report(f"{child.name} did not stop when asked and was ended")
                child.kill()
