"""Real servers on localhost: the gateway in front, well-behaved and misbehaving services behind it."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
import uvloop

from gateway.proxy import Limits, PoolLimits, Proxy, ProxyTable, Route, Timeouts, allow_all

PATIENCE = 20
App = Callable[[Any, Any, Any], Awaitable[None]]
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def pytest_asyncio_loop_factories():
    return {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


class Server(uvicorn.Server):
    """uvicorn, without its hold on signals and its leisurely look at the clock."""

    async def main_loop(self) -> None:
        await self.on_tick(0)
        while not self.should_exit:
            await asyncio.sleep(0.005)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Running:
    def __init__(self, config: uvicorn.Config) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self.socket.getsockname()[1]
        self.server = Server(config)
        self.task = asyncio.create_task(self.server.serve(sockets=[self.socket]))

    async def started(self) -> None:
        while not self.server.started:
            await asyncio.sleep(0.005)

    async def stop(self) -> None:
        self.server.should_exit = True
        await asyncio.wait_for(asyncio.shield(self.task), PATIENCE)


@dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""
    whole: bool = True
    interim: list[int] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        (value,) = [v for n, v in self.headers if n == name]
        return value

    def __contains__(self, name: str) -> bool:
        return any(n == name for n, _ in self.headers)


class Wire:
    """A client that sends what it is told, byte for byte, and reads answers strictly."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def head(self) -> Answer:
        lines = (await self._patiently(self.reader.readuntil(b"\r\n\r\n"))).decode("latin-1").split("\r\n")
        assert lines[0].startswith("HTTP/1.1 "), lines[0]
        fields = [line.split(": ", 1) for line in lines[1:-2]]
        return Answer(int(lines[0].split(" ")[1]), [(name.lower(), value) for name, value in fields])

    async def answer(self, method: str = "GET") -> Answer:
        interim = []
        while (answer := await self.head()).status < 200:
            interim.append(answer.status)
        answer.interim = interim
        try:
            answer.body = await self.body(answer, method)
        except (asyncio.IncompleteReadError, ConnectionError):
            answer.whole = False
        return answer

    async def body(self, answer: Answer, method: str) -> bytes:
        if method == "HEAD" or answer.status in (204, 304):
            return b""
        if "content-length" in answer:
            assert "transfer-encoding" not in answer
            return await self._patiently(self.reader.readexactly(int(answer["content-length"])))
        if "transfer-encoding" not in answer:
            return await self._patiently(self.reader.read())
        body = b""
        while chunk := await self.chunk():
            body += chunk
        return body

    async def chunk(self) -> bytes:
        size = int((await self._patiently(self.reader.readuntil(b"\r\n"))).strip(), 16)
        data = await self._patiently(self.reader.readexactly(size))
        assert await self._patiently(self.reader.readexactly(2)) == b"\r\n"
        return data

    async def ask(self, data: bytes) -> Answer:
        await self.send(data)
        return await self.answer(data.split(b" ", 1)[0].decode())

    async def rest(self) -> bytes:
        """What comes until the connection is closed; a reset counts as closed."""
        with contextlib.suppress(ConnectionError):
            return await self._patiently(self.reader.read())
        return b""

    async def close(self) -> None:
        self.writer.transport.abort()
        with contextlib.suppress(ConnectionError):
            await self.writer.wait_closed()

    async def _patiently(self, reading: Awaitable[bytes]) -> bytes:
        return await asyncio.wait_for(reading, PATIENCE)


class City:
    """Starts and stops servers, and connects to them."""

    def __init__(self) -> None:
        self._exit = contextlib.AsyncExitStack()
        self._running: list[Running] = []

    async def service(self, app: App) -> int:
        """The port of an ASGI service."""
        running = await self._run(uvicorn.Config(app, log_config=None, lifespan="off", http="httptools"))
        return running.port

    async def raw_service(self, handler: Handler) -> int:
        """The port of a service that speaks, byte for byte, what its handler says."""
        busy: set[asyncio.Task[None]] = set()

        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            busy.add(asyncio.current_task())
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await handler(reader, writer)
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

        async def stop() -> None:
            server.close()
            for task in busy:
                task.cancel()
            await asyncio.gather(*busy)

        server = await asyncio.start_server(handle, "127.0.0.1", 0)
        self._exit.push_async_callback(stop)
        return server.sockets[0].getsockname()[1]

    async def gateway(
        self,
        *routes: Route,
        app: App | None = None,
        authorise=allow_all,
        pool: PoolLimits = PoolLimits(),
        limits: Limits = Limits(),
        timeouts: Timeouts = Timeouts(),
        **more: Any,
    ) -> "Gateway":
        proxy = Proxy(ProxyTable(routes, pool), authorise, limits=limits, timeouts=timeouts, tick=0.02, **more)
        config = uvicorn.Config(app or nothing_here, log_config=None, lifespan="off", http=proxy.protocol())
        running = await self._run(config)
        self._exit.callback(proxy.close)
        return Gateway(self, proxy, running)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                await asyncio.sleep(0.005)

    async def connect(self, port: int) -> Wire:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
        wire = Wire(reader, writer)
        self._exit.push_async_callback(wire.close)
        return wire

    async def _run(self, config: uvicorn.Config) -> Running:
        running = Running(config)
        self._running.append(running)
        await running.started()
        return running

    async def close(self) -> None:
        await self._exit.aclose()
        await asyncio.gather(*[running.stop() for running in self._running])


@dataclass
class Gateway:
    city: City
    proxy: Proxy
    running: Running

    async def connect(self) -> Wire:
        return await self.city.connect(self.running.port)

    async def ask(self, data: bytes) -> Answer:
        return await (await self.connect()).ask(data)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


async def nothing_here(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


@pytest.fixture
async def city() -> AsyncIterator[City]:
    city = City()
    yield city
    await city.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()
