"""Whole houses for tests that cross services: every process, as `make run` starts them, in a folder of its own."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from launcher.house import House
from launcher.ports import free_house_port
from launcher.processes import OFFSETS

SPEED = "20"
CLOCK = "clock"
"""In the house's folder: how many seconds svc-workflow is ahead, so that days can pass."""


@contextmanager
def furnished(overrides: Mapping[str, str]) -> Iterator[House]:
    """Ready, with a database and, where it wants one, a broker of its own."""
    with TemporaryDirectory(prefix="onedoor-house-") as folder:
        own = {"PUBLIC_URL": "", "DATABASE_URL": "", "KAFKA_BOOTSTRAP_SERVERS": "", "DEMO_SPEED": SPEED}
        clock = str(Path(folder, CLOCK))
        house = House(Path(folder), free_house_port(OFFSETS), {**own, "CLOCK_FILE": clock, **overrides})
        try:
            house.up()
            yield house
        finally:
            house.down()
