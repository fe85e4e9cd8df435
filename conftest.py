"""One PostgreSQL server for a whole test session, started when the first test asks for it."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

import contracts  # noqa: F401 - the packages come before the folders of the same names, in which pytest looks first
import gateway  # noqa: F401
from launcher.ports import free_port
from launcher.postgres import Server


@pytest.fixture(scope="session")
def database_server() -> Iterator[str]:
    """URL of a server where the role may create databases and roles: TEST_DATABASE_URL, or one of our own."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    with TemporaryDirectory(prefix="onedoor-postgres-") as folder:
        server = Server(Path(folder) / "data", free_port(), durable=False)
        server.start()
        try:
            yield server.url
        finally:
            server.stop()
