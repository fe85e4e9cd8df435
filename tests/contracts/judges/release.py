"""The last release, out of the history: `contracts/RELEASE` names its commit."""

import subprocess
from pathlib import Path

from .workshop import ROOT

MARKER = ROOT / "contracts" / "RELEASE"


class NoHistory(RuntimeError):
    """The release's commit is not in this clone."""


def commit(marker: Path = MARKER) -> str:
    return marker.read_text().split()[0]


def documents_into(folder: Path, root: Path = ROOT, marker: Path = MARKER) -> None:
    """Lays `openapi/*.json` of the last release into the folder."""
    released = commit(marker)
    listed = _git(root, released, "ls-tree", "--name-only", released, "contracts/openapi/").decode().split()
    (folder / "openapi").mkdir(parents=True)
    for name in listed:
        (folder / "openapi" / Path(name).name).write_bytes(_git(root, released, "show", f"{released}:{name}"))


def tree_into(folder: Path, root: Path = ROOT, marker: Path = MARKER) -> None:
    """Lays every file of the last release into the folder."""
    released = commit(marker)
    folder.mkdir(parents=True, exist_ok=True)
    packed = _git(root, released, "archive", "--format=tar", released)
    subprocess.run(["tar", "-x", "-C", str(folder)], input=packed, check=True)  # noqa: S603, S607


def _git(root: Path, released: str, *words: str) -> bytes:
    done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, check=False)  # noqa: S603, S607
    if done.returncode:
        raise NoHistory(
            f"the last release ({released[:12]}…) is not in this clone: {done.stderr.decode().strip()}. "
            "A shallow clone lacks it; `git fetch --unshallow` brings it."
        )
    return done.stdout
