"""What every transport must be able to show: written once, run for each."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from chassis.bus import Bus

from .transports import BROKERS, Broker, Transport, on_postgres


@pytest.fixture(scope="session", params=["postgres", "kafka"])
def transport(request: pytest.FixtureRequest) -> Transport:
    if request.param == "kafka":
        return Transport(request.param, request.getfixturevalue("kafka_broker"))
    return on_postgres(request.getfixturevalue("database_server"))


@pytest_asyncio.fixture
async def opened(transport: Transport) -> AsyncIterator[Callable[..., Bus]]:
    """Opens buses, each as a process of its own would have it, and closes them after the test."""
    buses: list[Bus] = []

    def opening(**options: Any) -> Bus:
        buses.append(transport.open(**options))
        return buses[-1]

    yield opening
    for bus in buses:
        await bus.close()


@pytest.fixture
def bus(opened: Callable[..., Bus]) -> Bus:
    return opened()


@pytest.fixture
def topic() -> str:
    return f"onedoor.test.{uuid4().hex}"


@pytest.fixture
def group() -> str:
    return f"group-{uuid4().hex}"


@pytest.fixture(scope="session")
def own_broker(transport: Transport) -> Iterator[Broker]:
    with TemporaryDirectory(prefix="onedoor-broker-") as folder:
        own = BROKERS[transport.kind](Path(folder))
        yield own
        asyncio.run(own.stop())


@pytest_asyncio.fixture
async def broker(own_broker: Broker) -> Broker:
    await own_broker.start()  # a test may have failed while it was away
    return own_broker
