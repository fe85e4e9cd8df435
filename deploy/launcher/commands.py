"""What one can ask of the launcher. Each returns an exit code or raises LauncherError with one sentence."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from argparse import Namespace
from typing import Any

from launcher import status as status_
from launcher.console import say
from launcher.errors import LauncherError
from launcher.house import House
from launcher.jobs import Jobs
from launcher.logs import follow
from launcher.process import spawn_module
from launcher.processes import POSTGRES_OFFSET
from launcher.state import running_pid
from launcher.story import Story, wait_of
from launcher.supervisor import Leaving, Supervisor
from launcher.traces import CASE, some_roots_of

STOP_WITHIN = 90.0


def run(house: House, options: Namespace) -> int:
    """Until SIGINT, SIGTERM or SIGHUP; leaving in order is a success."""
    with Supervisor(house) as supervisor:
        try:
            supervisor.open()
            _welcome(house)
            supervisor.watch()
        except Leaving:
            say("Stopping ...")
    say("Stopped.")
    return 0


def stop(house: House, options: Namespace) -> int:
    pid = running_pid(house.run_dir)
    if pid is None:
        say("OneDoor is not running.")
        return 0
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_WITHIN
    while running_pid(house.run_dir) == pid:
        if time.monotonic() > deadline:
            raise LauncherError(f"OneDoor (process {pid}) did not stop within {STOP_WITHIN:.0f} seconds.")
        time.sleep(0.1)
    say("Stopped.")
    return 0


def status(house: House, options: Namespace) -> int:
    report = status_.report(house.run_dir)
    say(status_.as_json(report) if options.format == "json" else status_.as_text(report))
    return 0


def logs(house: House, options: Namespace) -> int:
    if options.service and not house.log(options.service).exists():
        there = ", ".join(sorted(log.stem for log in house.logs.glob("*.log"))) or "none yet"
        raise LauncherError(f"There is no log of {options.service!r}; there are: {there}.")
    for line in follow(house.logs, options.service):
        say(line)
    return 0


def reset(house: House, options: Namespace) -> int:
    server = house.server()
    if server is None:
        raise LauncherError(
            "DATABASE_URL names a server of yours, which we do not erase: drop its onedoor_* databases, or unset DATABASE_URL."
        )
    if not options.yes and not _agrees(f"Erase all data, keys and logs in {house.run_dir}?"):
        raise LauncherError("Nothing was erased.")
    stop(house, options)
    server.erase()
    shutil.rmtree(house.run_dir, ignore_errors=True)
    say("Erased. `make run` starts afresh.")
    return 0


def migrate(house: House, options: Namespace) -> int:
    if running_pid(house.run_dir) is not None:
        Jobs(house, spawn_module, lambda: time.sleep(0.2)).migrate(house.common_environment())
    else:
        with Supervisor(house) as supervisor:
            supervisor.open_database()
            supervisor.migrate()
    say("Every service's database is up to date.")
    return 0


def verify(house: House, options: Namespace) -> int:
    """One line a service; 1 when one of them found something broken. A house that does not run lends its database only."""
    if running_pid(house.run_dir) is not None:
        return Jobs(house, spawn_module, lambda: time.sleep(0.2)).verify(house.common_environment())
    with Supervisor(house) as supervisor:
        supervisor.open_database()
        return supervisor.verify()


def trace(house: House, options: Namespace) -> int:
    if running_pid(house.run_dir) is None:
        raise LauncherError("OneDoor is not running; start it with `make run` first.")
    told = _story_of(house, options.case)
    case_id, number = str(told["case_id"]), told["case_number"]
    roots = some_roots_of(house.traces, case_id)
    names = {str(house.port + program.offset): program.name for program in house.programs}
    names[str(house.port + POSTGRES_OFFSET)] = "postgres"
    say(f"Case {number or '(not handed in yet)'}, {CASE} = {case_id}")
    for line in Story(roots, [wait_of(wait) for wait in told["waits"]], names, whole=options.all).lines():
        say(line)
    return 0


def _story_of(house: House, case: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "svc_workflow", "waits", case]
    environment = house.environment(house.program("workflow"))
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise LauncherError(f"There is no case {case!r}: {done.stderr.strip().rpartition(chr(10))[2]}.")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def exec(house: House, options: Namespace) -> int:
    if running_pid(house.run_dir) is None:
        raise LauncherError("OneDoor is not running; start it with `make run` first.")
    environment = house.environment(house.program(options.service)) if options.service else house.common_environment()
    try:
        os.execvpe(options.words[0], options.words, environment)  # noqa: S606
    except OSError as error:
        raise LauncherError(f"{options.words[0]} could not be run: {error.strerror}.") from None


def _welcome(house: House) -> None:
    say("\nOneDoor is ready.")
    say(f"  Portal         {house.url}/")
    say(f"  API reference  {house.url}/docs")
    if house.sign_ins.exists():
        say(f"\n{house.sign_ins.read_text().rstrip()}")
    say("\nCtrl-C stops it, or `make stop` from another shell.")


def _agrees(question: str) -> bool:
    sys.stdout.write(f"{question} [y/N] ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}
