"""Makes sure that the portal's tests find a browser: Debian's chromium, installed when we may, else asked for."""

import os
import shutil
import subprocess
import sys

from playwright._impl._driver import compute_driver_executable

PACKAGES = ["chromium", "fonts-noto-cjk", "libatomic1"]
"""The last one is wanted by the program that drives the browser."""


def main() -> int:
    if shutil.which("chromium") and is_driver_well():
        return 0
    command = f"apt-get install -y --no-install-recommends {' '.join(PACKAGES)}"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        sys.stderr.write(f"The portal is tested in a real browser, which is missing: as root, run `{command}`.\n")
        return 1
    sys.stdout.write("Installing chromium and its Chinese fonts from the system's packages, once ...\n")
    sys.stdout.flush()
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in ("apt-get -qq update", command.replace("apt-get", "apt-get -qq")):
        done = subprocess.run(step.split(), env=quiet, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)  # noqa: S603
        if done.returncode:
            sys.stderr.write(f"{done.stderr.decode()}`{step}` failed; the lines above say why.\n")
            return 1
    return 0


def is_driver_well() -> bool:
    program, _ = compute_driver_executable()
    return subprocess.run([program, "--version"], capture_output=True, check=False).returncode == 0  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
