"""A whole house for tests that cross services: every process, as `make run` starts them, in a folder of its own."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from launcher.house import House
from launcher.ports import free_house_port
from launcher.processes import OFFSETS

SPEED = "20"
CLOCK = "clock"
"""In the house's folder: how many seconds svc-workflow is ahead, so that days can pass."""


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    """Ready and furnished. ONEDOOR_RUN_DIR and PORT name a house that runs already, to work on a test."""
    if given := os.environ.get("ONEDOOR_RUN_DIR"):
        yield House(Path(given), int(os.environ["PORT"]))
        return
    with TemporaryDirectory(prefix="onedoor-house-") as folder:
        overrides = {"PUBLIC_URL": "", "DATABASE_URL": "", "DEMO_SPEED": SPEED, "CLOCK_FILE": str(Path(folder, CLOCK))}
        house = House(Path(folder), free_house_port(OFFSETS), overrides)
        try:
            house.up()
            yield house
        finally:
            house.down()
