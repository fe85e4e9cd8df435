"""What every transport must be able to show: written once, run for each."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from chassis.bus import Bus, prepare

from .transports import BROKERS, DATABASE, Broker, Transport


@pytest.fixture(scope="session", params=["postgres"])
def transport(request: pytest.FixtureRequest) -> Transport:
    url = request.getfixturevalue("database_server")
    asyncio.run(prepare(url, database=DATABASE))
    return Transport(request.param, url)


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


@pytest_asyncio.fixture
async def broker(transport: Transport) -> AsyncIterator[Broker]:
    with TemporaryDirectory(prefix="onedoor-broker-") as folder:
        own = BROKERS[transport.kind](Path(folder))
        await own.start()
        yield own
        await own.stop()
