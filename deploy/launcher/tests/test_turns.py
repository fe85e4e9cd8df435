"""One process brings what is missing; the others wait, however the first one ends."""

import fcntl
import subprocess
import sys

import pytest

from launcher import turns

HOLDER = """
import pathlib, sys
from launcher import turns
turns.PLACE = pathlib.Path(sys.argv[1])
with turns.one_at_a_time():
    print("mine", flush=True)
    sys.stdin.read()
"""


def test_a_second_process_waits_and_a_killed_one_lets_go(tmp_path, monkeypatch):
    monkeypatch.setattr(turns, "PLACE", tmp_path / "turn")
    holder = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", HOLDER, str(turns.PLACE)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout.readline() == "mine\n"
        with turns.PLACE.open("a") as place, pytest.raises(BlockingIOError):
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        holder.kill()

    with turns.one_at_a_time():
        pass
