"""The last release as it was: its tree out of the history, and a Python that has what it needs."""

import filecmp
import os
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from tests.contracts.judges.release import tree_into
from tests.contracts.judges.workshop import ROOT

PINS = "requirements.txt"


@dataclass(frozen=True)
class Tree:
    """A checked-out release, and the Python that runs it."""

    root: Path
    python: Path

    @property
    def path(self) -> str:
        """PYTHONPATH: where its packages are."""
        with (self.root / "pyproject.toml").open("rb") as project:
            roots = tomllib.load(project)["tool"]["pytest"]["ini_options"]["pythonpath"]
        return os.pathsep.join(str(self.root / root) for root in roots)


PRESENT = Tree(ROOT, Path(sys.executable))


def last_release(folder: Path) -> Tree:
    """Raises NoHistory where the clone does not have it, with a sentence that says what to do."""
    tree_into(folder)
    return Tree(folder, python_for(folder))


def python_for(root: Path, present: Path = ROOT) -> Path:
    """Ours when the pins are the same; else the release makes its own `.venv`, as `make run` would there."""
    if filecmp.cmp(root / PINS, present / PINS, shallow=False):
        return PRESENT.python
    sys.stdout.write("The last release has other pins than this one; its packages are installed beside it ...\n")
    subprocess.run([sys.executable, str(root / "deploy" / "launcher" / "environment.py")], check=True)  # noqa: S603
    return root / ".venv" / "bin" / "python"
