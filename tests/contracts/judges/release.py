"""The documents of the last release, out of the history: `contracts/RELEASE` names its commit."""

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
    listed = _git(root, "ls-tree", "--name-only", released, "contracts/openapi/").split()
    (folder / "openapi").mkdir(parents=True)
    for name in listed:
        (folder / "openapi" / Path(name).name).write_text(_git(root, "show", f"{released}:{name}"))


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, check=False)  # noqa: S603, S607
    if done.returncode:
        raise NoHistory(
            f"the last release ({words[-1][:12]}…) is not in this clone: {done.stderr.strip()}. "
            "A shallow clone lacks it; `git fetch --unshallow` brings it."
        )
    return done.stdout
