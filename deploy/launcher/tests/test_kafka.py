"""One broker in one folder, whatever happened to it before."""

import os
import signal
import subprocess
import time

import pytest

from launcher import java
from launcher.errors import LauncherError
from launcher.kafka import Broker
from launcher.ports import free_house_port


@pytest.fixture
def broker(tmp_path):
    own = Broker(tmp_path / "kafka", free_house_port([1]))
    yield own
    own.stop()


def test_a_broker_that_was_killed_starts_again_on_what_it_left(broker):
    broker.start()
    identity = (broker.data / "meta.properties").read_text()
    os.kill(broker.pid, signal.SIGKILL)
    broker.stop()

    broker.start()

    assert broker.ready()
    assert (broker.data / "meta.properties").read_text() == identity


def test_a_broker_that_outlived_its_launcher_makes_way(broker, tmp_path):
    command = [word for word in broker.prepare() if word not in ("setpriv", "--pdeathsig", "TERM", "--")]
    orphan = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    while not broker.ready():
        assert orphan.poll() is None
        time.sleep(0.1)
    broker.stop()

    broker.start()

    assert orphan.wait(20) != 0
    assert broker.ready()


def test_two_launchers_do_not_share_a_folder(broker, tmp_path):
    broker.prepare()

    with pytest.raises(LauncherError, match="another launcher"):
        Broker(tmp_path / "kafka", free_house_port([1])).prepare()


@pytest.mark.parametrize("program", ["java", "mvn"])
def test_what_is_missing_is_named_with_how_to_get_it(program, monkeypatch):
    monkeypatch.setattr(java.shutil, "which", lambda name: None)
    monkeypatch.setattr(java.os, "geteuid", lambda: 1000)

    with pytest.raises(LauncherError, match=rf"as root, run `apt-get install .* {java.PACKAGES[program]}`"):
        java.require(program)
