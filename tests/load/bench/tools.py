"""The web server that is the reference, and the client that loads it: Debian's nginx and wrk."""

import os
import shutil
import subprocess
import sys

from launcher.errors import LauncherError
from launcher.turns import one_at_a_time

PACKAGES = ("nginx", "wrk")


def require_tools() -> None:
    """Installs what is missing when we may, else says what to install."""
    with one_at_a_time():
        _bring()


def _bring() -> None:
    missing = [name for name in PACKAGES if _where(name) is None]
    if not missing:
        return
    command = f"apt-get install -y --no-install-recommends {' '.join(missing)}"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise LauncherError(f"The bench compares with nginx under load from wrk; as root, run `{command}`.")
    sys.stdout.write(f"Installing {' and '.join(missing)} from the system's packages, once ...\n")
    sys.stdout.flush()
    # RUNLEVEL: Debian's packages start what they install, unless the machine seems to be in another run level.
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    for step in ("apt-get -qq update", command.replace("apt-get", "apt-get -qq")):
        done = subprocess.run(step.split(), env=quiet, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise LauncherError(f"{done.stderr}`{step}` failed; the lines above say why.")


def path_of(name: str) -> str:
    path = _where(name)
    if path is None:
        raise LauncherError(f"{name} is not installed")
    return path


def _where(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
