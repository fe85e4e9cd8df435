"""Importing code must never need the world: a child process imports a package's every module with an empty environment.

Run as a program: `python importing.py PACKAGE...`; says what each import opened or why it failed, a line each.
"""

import importlib
import os
import pkgutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

REACHES_OUT = (
    "socket.connect",
    "socket.bind",
    "socket.getaddrinfo",
    "subprocess.Popen",
    "os.system",
    "sqlite3.connect",
)


def faults(packages: Iterable[str], folders: Iterable[Path]) -> list[str]:
    """What went wrong or was opened while importing; `folders` is where the packages lie."""
    command = [sys.executable, "-B", "-W", "error", __file__, *packages]
    found = subprocess.run(  # noqa: S603
        command, env={"PYTHONPATH": os.pathsep.join(map(str, folders))}, capture_output=True, text=True, check=False
    )
    return [*found.stdout.splitlines(), *(found.stderr.splitlines() if found.returncode else [])]


def _watch(name: str, arguments: tuple[object, ...]) -> None:
    if name in REACHES_OUT or (name == "open" and _writes(arguments)):
        sys.stdout.write(f"{_importing[-1]}: {name}\n")


def _writes(arguments: tuple[object, ...]) -> bool:
    _, mode, flags = arguments
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR))


def _import(name: str) -> None:
    _importing.append(name)
    try:
        module = importlib.import_module(name)
    except Exception as error:
        sys.stdout.write(f"{name}: {type(error).__name__}: {error}\n")
        return
    for found in pkgutil.iter_modules(getattr(module, "__path__", ()), f"{name}."):
        if not found.name.endswith(".__main__") and ".tests" not in found.name:
            _import(found.name)


_importing = ["nothing"]

if __name__ == "__main__":
    sys.addaudithook(_watch)
    for package in sys.argv[1:]:
        _import(package)
