"""One connection to a service: writes requests, reads answers, one at a time."""

import asyncio
from time import monotonic
from typing import TYPE_CHECKING, cast

import httptools

from gateway.proxy.problems import Field

if TYPE_CHECKING:
    from gateway.proxy.exchange import Exchange
    from gateway.proxy.pool import Pool


class Unacceptable(Exception):
    """The answer is well-formed but not one that can be passed on."""


class UpstreamConnection(asyncio.Protocol):
    """`heard`: something of the present answer has arrived. `done`: all of it has. `reusable`: another may follow."""

    __slots__ = (
        "_bodyless", "_exchange", "_fields", "_head_size", "_parser", "_paused", "_pool", "_transport", "_until_closed",
        "done", "heard", "idle_since", "opened_at", "reusable",
    )  # fmt: skip

    _transport: asyncio.Transport

    def __init__(self, pool: "Pool") -> None:
        self._pool = pool
        self._exchange: Exchange | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._paused = False
        self.opened_at = self.idle_since = monotonic()
        self.done = self.reusable = True
        self.heard = False

    def carry(self, exchange: "Exchange", data: list[bytes]) -> None:
        self._exchange = exchange
        self._bodyless = exchange.request.method == "HEAD"
        self._until_closed = self.done = self.heard = False
        self._head_size = 0
        self._transport.writelines(data)

    def write(self, data: bytes) -> None:
        self._transport.write(data)

    def release(self) -> None:
        """The answer is complete and passed on: back to the pool, or closed."""
        self._exchange = None
        self.resume_reading()
        if self.reusable:
            self._pool.give_back(self)
        else:
            self.close()

    def pause_reading(self) -> None:
        if not self._paused and not self._transport.is_closing():
            self._paused = True
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        if self._paused:
            self._paused = False
            if not self._transport.is_closing():
                self._transport.resume_reading()

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def close(self) -> None:
        self._exchange = None
        self._transport.close()

    def abort(self) -> None:
        self._exchange = None
        self._transport.abort()

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, error: Exception | None) -> None:
        exchange, self._exchange = self._exchange, None
        if exchange is not None:
            if self._until_closed and error is None:
                self.done = True
                self.reusable = False
                exchange.finished(self)
            else:
                exchange.lost(self)
        self._pool.lost(self)

    def pause_writing(self) -> None:
        if self._exchange is not None:
            self._exchange.upstream_full()

    def resume_writing(self) -> None:
        if self._exchange is not None:
            self._exchange.upstream_drained()

    def data_received(self, data: bytes) -> None:
        exchange = self._exchange
        if exchange is None:
            self._transport.abort()  # an answer that nobody asked for
            return
        self.heard = True
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self.reusable = False
            if not self.done:
                exchange.answer_broken()
                return
        if self._exchange is not exchange:
            return
        if self.done:
            if self._bodyless:
                self._parser = httptools.HttpResponseParser(self)
            exchange.finished(self)
        elif self._head_size < 0:
            exchange.flush()
        else:
            self._head_size += len(data)
            if self._head_size > self._pool.limits.answer_head:
                exchange.answer_broken()

    # What the parser calls.

    def on_message_begin(self) -> None:
        self._fields: list[Field] = []
        if self.done:
            self.reusable = False  # more than was asked for

    def on_header(self, name: bytes, value: bytes) -> None:
        self._fields.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        if self.done or self._exchange is None:
            return
        parser = self._parser
        status = parser.get_status_code()
        if status < 200:
            if status == 101:  # nobody asked to switch
                raise Unacceptable
            self._exchange.interim(status, self._fields)
            return
        if status > 599:
            raise Unacceptable
        self._head_size = -1
        self.reusable = parser.should_keep_alive()
        length = _length(self._fields)
        self._bodyless = self._bodyless or status in (204, 304)
        self._until_closed = length is None and not self._bodyless
        self._exchange.answered(status, self._fields, None if length is None or length < 0 else length)
        if self._bodyless:
            self.done = True

    def on_body(self, data: bytes) -> None:
        if self.done:
            self.reusable = False
        elif self._exchange is not None:
            self._exchange.body(data)

    def on_message_complete(self) -> None:
        if self._head_size < 0:
            self.done = True


def _length(fields: list[Field]) -> int | None:
    """The body's length, -1 when it comes in chunks, None when it ends with the connection."""
    for name, value in fields:
        if name == b"content-length":
            return int(value)
        if name == b"transfer-encoding":
            if value.lower() != b"chunked":
                raise Unacceptable
            return -1
    return None
