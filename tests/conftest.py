"""One house for all tests that want one and leave it as it is."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher.house import House
from tests.houses import furnished


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    """Ready and furnished. ONEDOOR_RUN_DIR and PORT name a house that runs already, to work on a test."""
    if given := os.environ.get("ONEDOOR_RUN_DIR"):
        yield House(Path(given), int(os.environ["PORT"]))
        return
    with furnished({}) as house:
        yield house
