"""A service on a port, as uvicorn serves it, on a database of its own with something in it."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import uvicorn

from chassis.service import Service
from chassis.testing import ServiceUnderTest, open_service

from .roles import MOTHER


@dataclass(frozen=True)
class Town:
    """What stands in a service: values that are good somewhere, by the parameter that takes them; and whose it is."""

    known: Mapping[str, Sequence[str | int]]
    department: str = "11440199MB2D00010X"
    post: str = "household-registration"
    person: UUID = MOTHER
    session: str | None = None


Seed = Callable[[ServiceUnderTest], Awaitable[Town]]


@dataclass(frozen=True)
class Ground:
    """How to fill a service, and the settings by which it finds what stands around it."""

    seed: Seed
    settings: dict[str, Any]


@dataclass(frozen=True)
class Served:
    url: str
    document: dict[str, Any]
    town: Town


@contextmanager
def served(
    service: Service, server: str, ground: Callable[[str], AbstractAsyncContextManager[Ground]]
) -> Iterator[Served]:
    with running(lambda: _opened(service, server, ground)) as opened:
        yield opened


@contextmanager
def running(opening: Callable[[], AbstractAsyncContextManager[Served]]) -> Iterator[Served]:
    """What is opened, in an event loop of its own for as long as the block lasts."""
    ready: Future[tuple[Served, asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def stay() -> None:
        try:
            async with opening() as opened:
                over = asyncio.Event()
                ready.set_result((opened, asyncio.get_running_loop(), over))
                await over.wait()
        except BaseException as error:
            if ready.done():
                raise
            ready.set_exception(error)

    thread = threading.Thread(target=lambda: asyncio.run(stay()), name="served")
    thread.start()
    try:
        opened, loop, over = ready.result()
        try:
            yield opened
        finally:
            loop.call_soon_threadsafe(over.set)
    finally:
        thread.join()


@asynccontextmanager
async def _opened(
    service: Service, server: str, ground: Callable[[str], AbstractAsyncContextManager[Ground]]
) -> AsyncIterator[Served]:
    async with ground(service.name) as found, open_service(service, server, **found.settings) as opened:
        town = await found.seed(opened)
        async with listening(opened.app) as url:
            yield Served(url, opened.app.openapi(), town)


@asynccontextmanager
async def listening(app: Any) -> AsyncIterator[str]:
    """The app's address, while it is served."""
    # Named as TCP, or asyncio leaves Nagle's algorithm on: each answer would wait for 40 ms.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(100)
        config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False)
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server._serve([listener]))  # `serve` takes the process's signals
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving
