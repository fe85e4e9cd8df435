"""A program forked by the preloader is what `python -m` would have made it: compared side by side, on real processes."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from launcher.children import NotYet
from launcher.house import House
from launcher.preloader import Preloader
from launcher.process import spawn_module
from launcher.processes import PRELOADED
from launcher.tests.houses import HERE

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "PYTHONPATH": str(HERE),
    "LC_CTYPE": "C.UTF-8",
    "PYTHONUNBUFFERED": "1",
    "GREETING": "你好",
}


def until(condition, patience: float = 60):
    deadline = time.monotonic() + patience
    while not (found := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
    return found


@pytest.fixture(scope="module")
def preloader(tmp_path_factory):
    house = House(tmp_path_factory.mktemp("house"), 8080, {"PYTHONPATH": str(HERE), "ONLY_THE_PRELOADER": "knows"})
    house.logs.mkdir()
    preloader = Preloader(house, lambda _: None)
    preloader.start()
    until(preloader.is_ready)
    yield preloader
    preloader.kill()


class Told:
    """A mirror that was started, what it said of itself, and its output."""

    def __init__(self, start, folder: Path, *words: str, environment: dict[str, str] = ENVIRONMENT) -> None:
        self.file, self.log = folder / f"{time.monotonic_ns()}.json", folder / f"{time.monotonic_ns()}.log"
        self.words = [str(self.file), *words]
        with self.log.open("ab") as log:
            self.process = start(["mirror", *self.words], environment, log)
        until(lambda: self.file.exists() or self.process.poll() is not None)
        self.says = json.loads(self.file.read_text())


def test_it_runs_as_python_m_would_run_it(preloader, tmp_path):
    forked, ordinary = Told(preloader.fork, tmp_path), Told(spawn_module, tmp_path)
    same = ("main", "environment", "threads", "collects", "signals", "loop", "parent")

    assert [forked.process.wait(30), ordinary.process.wait(30)] == [0, 0]
    assert {name: forked.says[name] for name in same} == {name: ordinary.says[name] for name in same}
    assert forked.log.read_text() == ordinary.log.read_text() == "said it\nand meant it\n"
    assert forked.says["session"] == forked.says["pid"] == forked.process.pid


def test_its_arguments_and_its_environment_are_its_own(preloader, tmp_path):
    told = Told(preloader.fork, tmp_path, "two words", "三")

    assert told.says["argv"][1:] == told.words
    assert told.says["argv"][0].endswith("/mirror.py")
    assert told.says["environment"] == ENVIRONMENT
    assert "GREETING=你好" in told.says["c_environment"]
    assert not [line for line in told.says["c_environment"] if line.startswith("ONLY_THE_PRELOADER")]


def test_it_is_known_by_its_name(preloader, tmp_path):
    told = Told(preloader.fork, tmp_path, "a")

    assert told.says["cmdline"] == [sys.executable, "-m", "mirror", *told.words]
    assert told.says["name"] == "mirror"


def test_it_holds_nothing_open_but_its_log(preloader, tmp_path):
    told = Told(preloader.fork, tmp_path)

    assert {name for name in told.says["files"] if not name.startswith("/proc")} == {"/dev/null", str(told.log)}


def test_what_all_share_is_there_before_it_is_asked_for(preloader, tmp_path):
    assert set(PRELOADED) <= set(Told(preloader.fork, tmp_path).says["imported"])


def test_no_chance_of_one_is_a_chance_of_another(preloader, tmp_path):
    chances = [chance for _ in range(3) for chance in Told(preloader.fork, tmp_path).says["chances"]]

    assert len(set(chances)) == len(chances) == 12


@pytest.mark.parametrize(("word", "code", "last"), [("fall", 1, "ValueError: over its own feet"), ("leave", 7, "")])
def test_its_end_is_seen_at_first_hand(preloader, tmp_path, word, code, last):
    told = Told(preloader.fork, tmp_path, word)

    assert told.process.wait(30) == code
    assert last in told.log.read_text().splitlines()[-1]


def test_it_can_be_killed_and_the_signal_is_known(preloader, tmp_path):
    told = Told(preloader.fork, tmp_path, "stay")
    told.process.send_signal(signal.SIGKILL)

    assert told.process.wait(30) == -signal.SIGKILL


def test_waiting_for_it_has_an_end(preloader, tmp_path):
    told = Told(preloader.fork, tmp_path, "stay")

    with pytest.raises(subprocess.TimeoutExpired):
        told.process.wait(0.05)
    told.process.send_signal(signal.SIGTERM)
    assert told.process.wait(30) == -signal.SIGTERM


def test_a_module_that_is_not_there_is_named(preloader, tmp_path):
    with (tmp_path / "log").open("ab") as log:
        process = preloader.fork(["no_such_module"], ENVIRONMENT, log)

    assert process.wait(30) == 1
    assert "No module named no_such_module" in (tmp_path / "log").read_text()


def test_programs_go_on_without_the_preloader_and_new_ones_wait_for_the_next(preloader, tmp_path):
    told = Told(preloader.fork, tmp_path, "stay")
    before = preloader.pid
    os.kill(before, signal.SIGKILL)
    until(lambda: preloader.pid is None)

    with pytest.raises(NotYet):
        Told(preloader.fork, tmp_path)
    until(lambda: preloader.watch() or preloader.is_ready())

    assert preloader.pid != before
    assert told.process.poll() is None
    assert Told(preloader.fork, tmp_path).process.wait(30) == 0
    told.process.send_signal(signal.SIGKILL)
    assert told.process.wait(30) == -signal.SIGKILL
