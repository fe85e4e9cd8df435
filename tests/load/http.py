"""A client that costs little: keep-alive connections to one address, one request at a time on each."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import httptools
import orjson


class Lost(Exception):
    """No answer, or only a piece of one: the connection broke, or it took too long."""


@dataclass(slots=True)
class Answer:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def json(self) -> Any:
        return orjson.loads(self.body) if self.body else None


class Connection(asyncio.Protocol):
    def __init__(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._waiting: asyncio.Future[Answer] | None = None
        self._answer = Answer()
        self._pieces: list[bytes] = []
        self._transport: asyncio.Transport | None = None

    async def ask(self, request: bytes, patience: float) -> Answer:
        if not self.usable or self._transport is None:
            raise Lost("closed")
        self._waiting = asyncio.get_running_loop().create_future()
        self._answer, self._pieces = Answer(), []
        self._transport.write(request)
        try:
            async with asyncio.timeout(patience):
                return await self._waiting
        except TimeoutError:
            raise Lost("no answer in time") from None
        finally:
            if not (self._waiting.done() and not self._waiting.cancelled() and self._waiting.exception() is None):
                self.close()
            self._waiting = None

    @property
    def usable(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    # What the event loop and the parser call.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.close()

    def connection_lost(self, error: Exception | None) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(Lost("the connection broke"))

    def on_header(self, name: bytes, value: bytes) -> None:
        self._answer.headers[name.decode().lower()] = value.decode()

    def on_headers_complete(self) -> None:
        self._answer.status = self._parser.get_status_code()

    def on_body(self, body: bytes) -> None:
        self._pieces.append(body)

    def on_message_complete(self) -> None:
        self._answer.body = b"".join(self._pieces)
        if not self._parser.should_keep_alive():
            self.close()
        self._parser = httptools.HttpResponseParser(self)
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(self._answer)


class Client:
    """`at_once`: how many requests are on their way at the same time; others wait for their turn."""

    def __init__(self, host: str, port: int, at_once: int = 64) -> None:
        self._host, self._port = host, port
        self._free: deque[Connection] = deque()
        self._turns = asyncio.Semaphore(at_once)

    async def ask(
        self, method: str, path: str, headers: dict[str, str], body: bytes = b"", patience: float = 30.0
    ) -> Answer:
        """Raises Lost; whether the other side did what was asked is then unknown."""
        lines = [f"{method} {path} HTTP/1.1", f"host: {self._host}:{self._port}", f"content-length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        request = "\r\n".join([*lines, "", ""]).encode() + body
        async with self._turns:
            connection = await self._connection()
            answer = await connection.ask(request, patience)
            if connection.usable:
                self._free.append(connection)
            return answer

    async def _connection(self) -> Connection:
        while self._free:
            connection = self._free.pop()
            if connection.usable:
                return connection
        loop = asyncio.get_running_loop()
        try:
            _, connection = await loop.create_connection(Connection, self._host, self._port)
        except OSError as error:
            raise Lost(str(error)) from None
        return connection

    def close(self) -> None:
        while self._free:
            self._free.pop().close()
