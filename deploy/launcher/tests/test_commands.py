"""The first minutes on a machine that lacks something: one clear sentence each."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
OLD = """
import runpy, sys
sys.version_info = (3, 9, 2)
runpy.run_path("deploy/launcher/environment.py", run_name="__main__")
"""
WITHOUT_VENV = """
import runpy, sys
sys.modules["ensurepip"] = None
runpy.run_path("deploy/launcher/environment.py", run_name="__main__")
"""


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


def test_without_python_make_says_what_to_install():
    done = run("make", "run", "PYTHON=no-such-python")

    assert done.returncode != 0
    assert done.stderr.splitlines()[0].startswith("OneDoor needs Python 3.11 or newer with its venv module")


def test_an_old_python_is_named_with_a_way_out():
    done = run(sys.executable, "-c", OLD)

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "Python 3.11 or newer" in done.stderr
    assert "is 3.9;" in done.stderr


def test_a_missing_venv_module_is_named_with_its_package():
    done = run(sys.executable, "-c", WITHOUT_VENV)

    assert done.returncode == 1
    assert "apt-get install python3-venv" in done.stderr


@pytest.mark.parametrize("port", ["eighty", "0", "99999"])
def test_a_port_that_is_none_is_refused(port):
    done = run(sys.executable, "-m", "launcher", "status", PORT=port)

    assert done.returncode != 0
    assert f"PORT must be a number between 1 and 65000, not '{port}'" in done.stderr


def test_help_lists_every_command():
    commands = {line.split()[1] for line in run("make", "-s", "help").stdout.splitlines()}

    assert commands >= {
        "run",
        "stop",
        "reset",
        "status",
        "logs",
        "trace",
        "test",
        "lint",
        "types",
        "fmt",
        "contracts",
        "migrate",
    }
    assert commands >= {"journey", "screenshots", "import", "pins", "help"}


def test_the_launcher_stays_small():
    heavy = "import launcher.commands, sys; print(*{'asyncio', 'ssl', 'pydantic', 'cryptography'} & set(sys.modules))"

    assert run(sys.executable, "-c", heavy).stdout.strip() == ""
