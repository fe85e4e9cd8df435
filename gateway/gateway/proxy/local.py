"""Turns that are answered here: by the ASGI application, or with a problem."""

import asyncio
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote

from uvicorn._types import HTTPScope
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from gateway.proxy.problems import REQUEST_TIMEOUT, TOO_MANY_REQUESTS, Field, Problem, Refused
from gateway.proxy.request import Request

if TYPE_CHECKING:
    from gateway.proxy.protocol import GatewayProtocol


class Refusal:
    """The last turn of a connection: the request could not be read or taken."""

    keep_alive = False

    def __init__(self, client: "GatewayProtocol", refused: Refused) -> None:
        self._client = client
        self._refused = refused

    def start(self) -> None:
        self._client.write_problem(self._refused.problem, self._refused.request, [], close=True)
        self._client.close_lingering()

    def received(self, data: bytes) -> None: ...
    def closed(self) -> None: ...
    def refuse(self, problem: Problem) -> None: ...
    def disconnected(self) -> None: ...
    def client_full(self) -> None: ...
    def client_drained(self) -> None: ...

    def expired(self) -> None:
        self._client.abort()


class AsgiTurn:
    """uvicorn's own cycle answers, as if it stood alone on the connection."""

    def __init__(self, client: "GatewayProtocol", request: Request) -> None:
        self._client = client
        self._request = request
        self._request_done = not request.has_body
        self._refusal: Problem | None = None
        self._cycle = RequestResponseCycle(
            scope=scope_of(client, request),
            transport=client.transport,
            flow=client.flow,
            logger=client.logger,
            access_logger=client.access_logger,
            access_log=client.access_log,
            default_headers=client.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=request.expects_continue,
            keep_alive=request.keep_alive,
            on_response=self._answered,
        )
        if self._request_done:
            self.closed()

    @property
    def keep_alive(self) -> bool:
        return self._cycle.keep_alive

    @keep_alive.setter
    def keep_alive(self, value: bool) -> None:
        self._cycle.keep_alive = value

    def start(self) -> None:
        client = self._client
        if self._refusal is not None:
            self._refuse(self._refusal)
            return
        limited = client.proxy.count(self._request)
        if limited is not None:
            self._limit(limited)
            return
        if self._request.quota:
            self._cycle.default_headers = [*self._cycle.default_headers, (b"ratelimit", self._request.quota)]
        if not self._request_done:
            client.set_deadline(client.proxy.timeouts.body)
        else:
            client.set_deadline(None)
        tasks = client.server_state.tasks
        task = client.loop.create_task(self._cycle.run_asgi(client.app))
        task.add_done_callback(tasks.discard)
        tasks.add(task)

    def received(self, data: bytes) -> None:
        if self._cycle.response_complete:
            return
        self._cycle.body += data
        if len(self._cycle.body) > HIGH_WATER_LIMIT:
            self._client.pause_reading()
        self._cycle.message_event.set()
        if self._client.is_running(self):
            self._client.set_deadline(self._client.proxy.timeouts.body)

    def closed(self) -> None:
        self._request_done = True
        self._cycle.more_body = False
        self._cycle.message_event.set()
        if self._cycle.response_complete:
            self._client.turn_done(self)
        elif self._client.is_running(self):
            self._client.set_deadline(None)

    def refuse(self, problem: Problem) -> None:
        if self._client.is_running(self):
            self._refuse(problem)
        else:
            self._refusal = problem

    def disconnected(self) -> None:
        self._cycle.disconnected = True
        self._cycle.message_event.set()

    def client_full(self) -> None: ...
    def client_drained(self) -> None: ...

    def expired(self) -> None:
        if self._cycle.response_complete:
            self._client.close_lingering()
        elif self._client.flow.read_paused:
            self._client.set_deadline(self._client.proxy.timeouts.body)  # the application has not come to the body yet
        else:
            self._refuse(REQUEST_TIMEOUT)

    def _refuse(self, problem: Problem) -> None:
        self.disconnected()
        if self._cycle.response_complete:
            self._client.close_lingering()
        elif self._cycle.response_started:
            self._client.abort()
        else:
            self._client.write_problem(problem, self._request, [], close=True)
            self._client.close_lingering()

    def _limit(self, fields: list[Field]) -> None:
        """The connection lives on, unless a body is on its way that nobody wants."""
        self._cycle.response_complete = True
        self.keep_alive = self.keep_alive and self._request_done
        self._client.write_problem(TOO_MANY_REQUESTS, self._request, fields, close=not self.keep_alive)
        if self._request_done:
            self._client.turn_done(self)
        else:
            self._client.close_lingering()

    def _answered(self) -> None:
        if self._request_done:
            self._client.turn_done(self)
        else:
            self._client.resume_reading()
            self._client.set_deadline(self._client.proxy.timeouts.linger)


def scope_of(client: "GatewayProtocol", request: Request) -> HTTPScope:
    headers = [*request.fields, (b"x-request-id", request.request_id.encode())]
    if request.host:
        headers.append((b"host", request.host))
    if request.content_length is not None:
        headers.append((b"content-length", b"%d" % request.content_length))
    elif request.chunked:
        headers.append((b"transfer-encoding", b"chunked"))
    path = request.path.decode("ascii")
    scope = {
        "type": "http",
        "asgi": {"version": client.config.asgi_version, "spec_version": "2.3"},
        "http_version": request.version,
        "server": client.server,
        "client": (request.client, client.peer_port),
        "scheme": "https" if request.secure else "http",
        "root_path": client.config.root_path,
        "headers": headers,
        "state": client.app_state.copy(),
        "method": request.method,
        "path": client.config.root_path + unquote(path),
        "raw_path": client.config.root_path.encode() + request.path,
        "query_string": request.query or b"",
    }
    return cast(HTTPScope, scope)
