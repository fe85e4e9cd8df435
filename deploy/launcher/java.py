"""What the broker needs that Python's packages do not bring: Java, and the broker's own programs fetched by Maven.

Only whoever asks for Kafka comes here; `make run` on the embedded log needs none of it.
"""

import filecmp
import os
import shutil
import subprocess
from pathlib import Path

from launcher.console import say
from launcher.errors import LauncherError
from launcher.turns import one_at_a_time

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / ".kafka"
WANTED = Path(__file__).with_name("kafka.xml")
PACKAGES = {"java": "default-jre-headless", "mvn": "maven"}
OLDEST = 17


def classpath() -> str:
    """The broker's jars, fetched once and again when their list changes. Raises LauncherError with what to install."""
    with one_at_a_time():
        require("java")
        version = java_version()
        if version < OLDEST:
            raise LauncherError(f"The Kafka broker needs Java {OLDEST} or newer, and `java` is {version}.")
        stamp = PROGRAMS / WANTED.name
        if not stamp.exists() or not filecmp.cmp(stamp, WANTED, shallow=False):
            require("mvn")
            _fetch(stamp)
    return f"{PROGRAMS}/*"


def require(program: str) -> None:
    """Installs it from the system's packages when we may, else says how."""
    if shutil.which(program) is not None:
        return
    command = f"apt-get install -y --no-install-recommends {PACKAGES[program]}"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise LauncherError(f"Kafka's broker wants `{program}`, which is missing: as root, run `{command}`.")
    say(f"Installing {PACKAGES[program]} from the system's packages, once ...")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in ("apt-get -qq update", command.replace("apt-get", "apt-get -qq")):
        done = subprocess.run(step.split(), env=quiet, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)  # noqa: S603
        if done.returncode:
            raise LauncherError(f"`{step}` failed: {done.stderr.decode().strip()}")


def java_version() -> int:
    """Its feature release: 17 for 17.0.15, 8 for 1.8.0."""
    ask = ["java", "-XshowSettings:properties", "-version"]
    done = subprocess.run(ask, capture_output=True, text=True, check=False)  # noqa: S603
    for line in done.stderr.splitlines():
        name, _, value = line.strip().partition(" = ")
        if name == "java.specification.version":
            return int(value.removeprefix("1."))
    raise LauncherError(f"`java -version` failed: {done.stderr.strip() or done.returncode}")


def _fetch(stamp: Path) -> None:
    """Beside their place and moved there when whole, so that an interrupted fetch leaves no half set."""
    say("Fetching the Kafka broker with Maven, once ...")
    new = PROGRAMS.with_name(f"{PROGRAMS.name}.{os.getpid()}")
    goal = ["dependency:copy-dependencies", f"-DoutputDirectory={new}"]
    done = subprocess.run(["mvn", "-q", "-B", "-f", str(WANTED), *goal], capture_output=True, text=True, check=False)  # noqa: S603, S607
    if done.returncode:
        shutil.rmtree(new, ignore_errors=True)
        why = [line for line in done.stdout.splitlines() if "ERROR" in line] or [f"exit code {done.returncode}"]
        raise LauncherError(f"Maven could not fetch the Kafka broker: {why[0]}")
    shutil.copyfile(WANTED, new / stamp.name)
    shutil.rmtree(PROGRAMS, ignore_errors=True)
    new.rename(PROGRAMS)
