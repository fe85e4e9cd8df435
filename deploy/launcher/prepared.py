"""Whether a house was prepared already by the very code and keys that are here: then a start need not do it again."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from launcher.house import House

ROOT = Path(__file__).resolve().parents[2]


class Prepared:
    """Remembered among the data of the embedded database, so that it comes and goes with them. A server of yours is
    prepared at every start: others may change it."""

    def __init__(self, house: House) -> None:
        self._house = house

    def is_current(self) -> bool:
        stamp = self._stamp()
        return stamp is not None and stamp.exists() and stamp.read_text() == self._fingerprint()

    def remember(self) -> None:
        if (stamp := self._stamp()) is not None:
            stamp.write_text(self._fingerprint())

    def _stamp(self) -> Path | None:
        server = self._house.server()
        return None if server is None else server.data / "onedoor-prepared"

    def _fingerprint(self) -> str:
        house = self._house
        seen = hashlib.sha256(repr((house.port, house.url, house.programs, house.preparations, house.bus())).encode())
        for file in _files(ROOT):
            status = file.stat()
            seen.update(f"{file.path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
        for key in sorted([*house.keys.glob("*.pub.json"), *(house.run_dir / "demo" / "keys").glob("*")]):
            seen.update(key.read_bytes())
        return seen.hexdigest()


def _files(folder: Path | str) -> Iterator[os.DirEntry[str]]:
    """Everything that is not hidden and not Python's own, in a fixed order."""
    with os.scandir(folder) as entries:
        wanted = sorted((one for one in entries if not one.name.startswith((".", "__pycache__"))), key=_path)
    for entry in wanted:
        if entry.is_dir(follow_symlinks=False):
            yield from _files(entry.path)
        elif entry.is_file():
            yield entry


def _path(entry: os.DirEntry[str]) -> str:
    return entry.path
