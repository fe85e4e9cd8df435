"""Bringing what is missing to this machine: one process at a time, the others wait and then find it there."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PLACE = Path(__file__).resolve().parents[2] / ".bringing"


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Not to be entered twice by one process: it would wait for itself. A process that dies lets go."""
    with PLACE.open("a") as place:
        fcntl.flock(place, fcntl.LOCK_EX)
        yield
