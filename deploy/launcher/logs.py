"""The programs' log files: kept small, and followed together with each line's program before it."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

ROTATE_AT = 20_000_000
"""Bytes. A file that grew beyond is kept once as `<name>.log.1`."""
TAIL = 4_000


def rotate(folder: Path) -> None:
    """Programs append to files they hold open, so the contents are copied away and the file is emptied in place."""
    for log in folder.glob("*.log"):
        if log.stat().st_size > ROTATE_AT:
            log.with_suffix(".log.1").write_bytes(log.read_bytes())
            os.truncate(log, 0)


def last_line(log: Path) -> str:
    """The last words of a program, for a sentence about its end."""
    try:
        with log.open("rb") as stream:
            stream.seek(max(0, log.stat().st_size - TAIL))
            lines = stream.read().decode(errors="replace").strip().splitlines()
    except FileNotFoundError:
        lines = []
    return lines[-1].strip() if lines else "nothing"


def follow(folder: Path, name: str | None = None) -> Iterator[str]:
    """Lines as they come, for ever: the end of what is there, then what follows."""
    places: dict[Path, int] = {}
    pattern = f"{name}.log" if name else "*.log"
    while True:
        for log in sorted(folder.glob(pattern)):
            yield from _new_lines(log, places)
        time.sleep(0.3)


def _new_lines(log: Path, places: dict[Path, int]) -> Iterator[str]:
    size = log.stat().st_size
    place = places.get(log, max(0, size - TAIL))
    if size < place:  # emptied by a rotation
        place = 0
    with log.open("rb") as stream:
        stream.seek(place)
        chunk = stream.read(size - place)
    whole, newline, _unfinished = chunk.rpartition(b"\n")
    places[log] = place + len(whole) + len(newline)
    for line in whole.decode(errors="replace").splitlines():
        yield f"{log.stem:<16} {line}"
