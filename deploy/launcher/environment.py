"""Makes `.venv` from the pinned requirements: `python3 deploy/launcher/environment.py [--dev]`.

It runs under the system's own Python, before anything is installed and perhaps too old for the rest of the project:
standard library only, and words that any Python 3 understands.
"""

import filecmp
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
RUN, DEV = "requirements.txt", "requirements-dev.txt"
"""The second holds all of the first."""


def main() -> None:
    wanted = DEV if "--dev" in sys.argv else RUN
    check_python()
    current = [pins for pins in (RUN, DEV) if is_installed(pins)]
    if not current and any(os.path.exists(stamp(pins)) for pins in (RUN, DEV)):
        shutil.rmtree(VENV)  # the pins changed: afresh, so that nothing stays that is no longer pinned
    if not library():
        run("cannot make .venv", sys.executable, "-m", "venv", "--clear", VENV)
    if wanted not in current and DEV not in current:
        install(wanted)
    make_importable()


def check_python() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036
        version = ".".join(str(part) for part in sys.version_info[:2])
        sys.exit(
            "OneDoor needs Python 3.11 or newer, and " + sys.executable + " is " + version + "; "
            "install a newer one and name it, for example `make run PYTHON=python3.12`."
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        sys.exit("OneDoor needs Python's venv module; on Debian and Ubuntu `apt-get install python3-venv` brings it.")


def install(pins: str) -> None:
    sys.stdout.write("Installing the pinned packages of " + pins + " into .venv, once ...\n")
    sys.stdout.flush()
    source = os.path.join(ROOT, pins)
    options = ["--quiet", "--disable-pip-version-check", "--no-input", "--require-hashes", "--only-binary", ":all:"]
    run("the packages could not be installed", PYTHON, "-m", "pip", "install", *options, "-r", source)
    shutil.copyfile(source, stamp(pins))


def make_importable() -> None:
    """Names every source root in a .pth file; written anew each time, so that a moved folder keeps working."""
    import tomllib

    with open(os.path.join(ROOT, "pyproject.toml"), "rb") as project:
        roots = tomllib.load(project)["tool"]["pytest"]["ini_options"]["pythonpath"]
    path = os.path.join(library(), "onedoor.pth")
    with open(path + ".new", "w") as file:
        file.writelines(os.path.join(ROOT, root) + "\n" for root in roots)
    os.replace(path + ".new", path)


def is_installed(pins: str) -> bool:
    source = os.path.join(ROOT, pins)
    return library() != "" and os.path.exists(stamp(pins)) and filecmp.cmp(source, stamp(pins), shallow=False)


def stamp(pins: str) -> str:
    """A copy of what was installed."""
    return os.path.join(VENV, pins)


def library() -> str:
    """Where .venv keeps its packages, or nothing when it is missing or the system's Python moved on under it."""
    try:
        ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
        path = subprocess.check_output([PYTHON, "-c", ask], stderr=subprocess.DEVNULL).decode().strip()  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return ""
    return path if os.path.isdir(path) else ""


def run(failure: str, *command: str) -> None:
    if subprocess.call(command):  # noqa: S603
        sys.exit("OneDoor: " + failure + "; the lines above say why.")


if __name__ == "__main__":
    main()
