"""One PostgreSQL server and one Kafka broker for a whole test session, each started when the first test asks for it.

No test of examples made at random looks at the clock either: how long one takes is the machine's affair.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

import contracts  # noqa: F401 - the packages come before the folders of the same names, in which pytest looks first
import gateway  # noqa: F401
from launcher.kafka import Broker
from launcher.ports import free_house_port, free_port
from launcher.postgres import Server

settings.register_profile("no clock", deadline=None)
settings.load_profile("no clock")
TOGETHER = {
    "tests/journeys/": "house", "tests/portal/": "house", "gateway/tests/portal/": "house", "tests/faults/": "harmed houses",
    "contracts/tests/bus/": "broker", "contracts/tests/test_flow.py": "broker",
}  # fmt: skip
"""Files that share something dear (a house, a broker, a browser), which one process starts for all of them."""


class InGroups(LoadScopeScheduling):
    """Where several processes share the tests out, each takes a file, or all files that share something, at a time."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return next((group for start, group in TOGETHER.items() if file.startswith(start)), file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> InGroups:
    return InGroups(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that no process is left with it at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith("tests/"))


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


@pytest.fixture(scope="session")
def kafka_broker() -> Iterator[str]:
    """Bootstrap servers of a cluster where we may create topics: KAFKA_BOOTSTRAP_SERVERS, or one broker of our own."""
    if given := os.environ.get("KAFKA_BOOTSTRAP_SERVERS"):
        yield given
        return
    with TemporaryDirectory(prefix="onedoor-kafka-") as folder:
        broker = Broker(Path(folder) / "data", free_house_port([1]))
        broker.start()
        try:
            yield broker.bootstrap_servers
        finally:
            broker.stop()
