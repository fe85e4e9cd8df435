"""The gateway's HTTP protocol for uvicorn: proxied routes are answered here, everything else by the ASGI application."""

import asyncio
import logging
import socket
import struct
from collections import deque
from typing import TYPE_CHECKING, Any, ClassVar, cast

from uvicorn.config import Config
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.utils import get_local_addr, get_remote_addr, is_ssl
from uvicorn.server import ServerState

from gateway.proxy.exchange import Exchange
from gateway.proxy.local import AsgiTurn, Refusal
from gateway.proxy.problems import (
    BODY_TOO_LARGE,
    REQUEST_TIMEOUT,
    SERVICE_BUSY,
    TOO_MANY_REQUESTS,
    Field,
    Problem,
    Refused,
)
from gateway.proxy.reader import RequestReader
from gateway.proxy.request import Request
from gateway.proxy.tracing import new_request_id
from gateway.proxy.turn import Turn

if TYPE_CHECKING:
    from gateway.proxy.proxy import Proxy

RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Flow(FlowControl):
    """uvicorn's cycle resumes reading as it likes; not while further requests wait on this connection."""

    held = False

    def resume_reading(self) -> None:
        if not self.held:
            super().resume_reading()


class GatewayProtocol(asyncio.Protocol):
    proxy: ClassVar["Proxy"]

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        if not config.loaded:
            config.load()
        self.config = config
        self.app = config.loaded_app
        self.app_state = app_state
        self.server_state = server_state
        self.loop = _loop or asyncio.get_running_loop()
        self.logger = logging.getLogger("uvicorn.error")
        self.access_logger = logging.getLogger("uvicorn.access")
        self.access_log = config.access_log and self.access_logger.hasHandlers()
        self.transport: asyncio.Transport = None  # type: ignore[assignment]  # until connection_made
        self.flow: Flow = None  # type: ignore[assignment]
        self.deadline: float | None = None
        self._reader = RequestReader(self, self.proxy.limits)
        self._running: Turn | None = None
        self._reading: Turn | None = None
        self._queue: deque[Turn] = deque()
        self._starting = self._closing = self._head_timed = False
        self._unwritten = 0

    # What uvicorn and the event loop call.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.flow = Flow(self.transport)
        self.server = get_local_addr(self.transport)
        peer = get_remote_addr(self.transport)
        self.peer, self.peer_port = peer or ("", 0)
        self.secure = is_ssl(self.transport)
        self.server_state.connections.add(self)  # type: ignore[arg-type]  # uvicorn calls shutdown() on it, no more
        self.proxy.watch.add(self)
        self.set_deadline(self.proxy.timeouts.head)
        self._head_timed = True

    def connection_lost(self, error: Exception | None) -> None:
        self.server_state.connections.discard(self)
        self.proxy.watch.discard(self)
        self._closing = True
        self.flow.resume_writing()
        for turn in (*([self._running] if self._running else []), *self._queue):
            turn.disconnected()
        self._running = self._reading = None
        self._queue.clear()

    def data_received(self, data: bytes) -> None:
        if self._closing:
            return
        try:
            self._reader.feed(data)
        except Refused as refused:
            self._refuse(refused)
            return
        if self._running is None and not self._closing and self._reader.in_head and not self._head_timed:
            self._head_timed = True
            self.set_deadline(self.proxy.timeouts.head)

    def pause_writing(self) -> None:
        self.flow.pause_writing()
        if self._running is not None:
            self._running.client_full()

    def resume_writing(self) -> None:
        self.flow.resume_writing()
        if self._running is not None:
            self._running.client_drained()

    def shutdown(self) -> None:
        """uvicorn stops: what is under way is finished, nothing new is begun."""
        last = self._queue[-1] if self._queue else self._running
        self._reader.deaf = True
        if self.proxy.on_stop is not None:
            self.proxy.on_stop()
        if last is None:
            self._close()
        else:
            last.keep_alive = False

    # What the reader calls.

    def opened(self, request: Request) -> int:
        if len(self._queue) >= self.proxy.limits.pipelined:
            raise Refused(SERVICE_BUSY, request)
        self._head_timed = False
        request.client, request.secure = self.proxy.trust.origin(self.peer, self.secure, request)
        destination = self.proxy.table.match(request.path)
        room = self.proxy.limits.body
        if destination is not None and destination.route.body_limit is not None:
            room = destination.route.body_limit
        if request.content_length is not None and request.content_length > room:
            raise Refused(BODY_TOO_LARGE, request)
        turn: Turn
        if destination is None:
            turn = AsgiTurn(self, request)
        else:
            request.route = destination.route
            turn = Exchange(self, request, destination)
        if not request.keep_alive:
            self._reader.deaf = True
        self._reading = turn if request.has_body else None
        self._enqueue(turn)
        return room

    def received(self, data: bytes) -> None:
        if self._reading is not None:
            self._reading.received(data)

    def closed(self) -> None:
        turn, self._reading = self._reading, None
        if turn is not None:
            turn.closed()

    # What turns call.

    def is_running(self, turn: Turn) -> bool:
        return self._running is turn

    def turn_done(self, turn: Turn) -> None:
        """The turn's request is read and its answer is written."""
        self.server_state.total_requests += 1
        if self._running is not turn or self._closing:
            return
        self._running = None
        if not turn.keep_alive:
            self._close()
            return
        self._advance()
        if self._running is None and not self._closing:
            self.resume_reading()
            self._head_timed = self._reader.in_head
            self.set_deadline(self.proxy.timeouts.head if self._head_timed else self.proxy.timeouts.keep_alive)

    def set_deadline(self, seconds: float | None) -> None:
        self.deadline = None if seconds is None else self.loop.time() + seconds

    def pause_reading(self) -> None:
        if not self.transport.is_closing():
            self.flow.pause_reading()

    def resume_reading(self) -> None:
        if self.flow.read_paused and not self.transport.is_closing():
            self.flow.resume_reading()

    def write(self, data: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(data)

    def write_problem(self, problem: Problem, request: Request | None, fields: list[Field], *, close: bool) -> None:
        fields = [*self.server_state.default_headers, *fields]
        if request is None:
            self.write(problem.answer(new_request_id(), fields, close=close))
            return
        if request.quota:
            fields.append((b"ratelimit", request.quota))
        page = self.proxy.page(request) if problem is TOO_MANY_REQUESTS else None
        bodyless = request.method == "HEAD"
        self.write(problem.answer(request.request_id, fields, close=close, bodyless=bodyless, page=page))

    @property
    def date_line(self) -> bytes:
        for name, value in self.server_state.default_headers:
            if name == b"date":
                return b"date: %b\r\n" % value
        return b""

    def close_lingering(self) -> None:
        """Close, but let the client read the answer first: closing with unread input would destroy it on its way."""
        if self._closing:
            return
        self._close_input()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.flow.held = False
        self.resume_reading()

    def abort(self) -> None:
        """Reset the connection, so that nobody takes what was sent for all there is."""
        self._close_input()
        sock = self.transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        self.transport.abort()

    # What the watch calls.

    def expired(self) -> None:
        unwritten = self.transport.get_write_buffer_size()
        if 0 < unwritten != self._unwritten:
            self._unwritten = unwritten  # slow, but still reading
            self.set_deadline(self.proxy.timeouts.idle)
        elif self._closing or unwritten:
            self.abort()
        elif self._running is not None:
            self._running.expired()
        elif self._reader.in_head:
            self._refuse(Refused(REQUEST_TIMEOUT))
        else:
            self._close()

    def _refuse(self, refused: Refused) -> None:
        self.proxy.count_refusal(refused.problem)
        self._reader.stop()
        turn, self._reading = self._reading, None
        if turn is not None:
            turn.refuse(refused.problem)
        else:
            self._enqueue(Refusal(self, refused))

    def _enqueue(self, turn: Turn) -> None:
        self._queue.append(turn)
        self._advance()

    def _advance(self) -> None:
        if self._starting:
            return
        self._starting = True
        try:
            while self._running is None and self._queue and not self._closing:
                self._running = self._queue.popleft()
                self._running.start()
        finally:
            self._starting = False
        # While nothing more is taken, reading costs nothing, and it tells when the client has gone.
        held = bool(self._queue) and not self._reader.ignoring
        if held != self.flow.held:
            self.flow.held = held
            (self.pause_reading if held else self.resume_reading)()

    def _close(self) -> None:
        self._close_input()
        self.transport.close()

    def _close_input(self) -> None:
        self._closing = True
        self._reader.stop()
        self._queue.clear()
        self.set_deadline(self.proxy.timeouts.linger)
