"""One proxied request: authorised, sent to its service, the answer streamed back as it comes."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from gateway.proxy.authorise import Forward, Reject, Verdict
from gateway.proxy.heads import CHUNKED, UNTIL_CLOSED, answer_head, framing_of, request_head
from gateway.proxy.problems import (
    INTERNAL_ERROR,
    REQUEST_TIMEOUT,
    SERVICE_ANSWER_INVALID,
    SERVICE_BUSY,
    SERVICE_TIMEOUT,
    SERVICE_UNREACHABLE,
    Field,
    Problem,
)
from gateway.proxy.request import IDEMPOTENT, Request
from gateway.proxy.sending import Sending
from gateway.proxy.tracing import new_traceparent
from gateway.proxy.upstream import UpstreamConnection

if TYPE_CHECKING:
    from gateway.proxy.protocol import GatewayProtocol
    from gateway.proxy.routes import Destination

logger = logging.getLogger(__name__)

CLIENT_GONE = 499


class Exchange:
    """A Turn. `_over`: the answer is out, or never will be; the request's body may still be arriving."""

    __slots__ = (
        "_body", "_chunked", "_client", "_connection", "_destination", "_forward", "_head", "_head_sent", "_over",
        "_received", "_refusal", "_request_done", "_retried", "_sending", "_sent", "_started", "_status", "_task",
        "keep_alive", "request", "timeouts",
    )  # fmt: skip

    def __init__(self, client: "GatewayProtocol", request: Request, destination: "Destination") -> None:
        self._client = client
        self.request = request
        self._destination = destination
        self.timeouts = destination.route.timeouts or client.proxy.timeouts
        self.keep_alive = request.keep_alive
        self._connection: UpstreamConnection | None = None
        self._task: asyncio.Task[None] | None = None
        self._refusal: Problem | None = None
        self._sending = Sending()
        self._head = b""
        self._body: list[bytes] = []
        self._chunked = self._head_sent = self._over = self._retried = False
        self._request_done = not request.has_body
        self._status = self._sent = self._received = 0
        self._started = client.loop.time()

    # The client's side.

    def start(self) -> None:
        self._destination.counters.in_flight += 1
        if self._refusal is not None:
            self._fail(self._refusal)
            return
        verdict = self._client.proxy.decide(self.request)
        if isinstance(verdict, Forward | Reject):
            self._decided(verdict)
        else:
            self._client.set_deadline(self.timeouts.authorise)
            self._task = self._client.loop.create_task(self._decide(verdict))

    async def _decide(self, verdict: Coroutine[Any, Any, Verdict]) -> None:
        try:
            decided = await verdict
        except Exception:
            logger.exception("authorising failed", extra={"request_id": self.request.request_id})
            decided = Reject(INTERNAL_ERROR)
        self._task = None
        if not self._over:
            self._decided(decided)

    def _decided(self, verdict: Verdict) -> None:
        if isinstance(verdict, Reject):
            self._fail(verdict.problem, verdict.fields)
            return
        self._forward = verdict
        request = self.request
        traceparent = request.traceparent = new_traceparent(self._client.proxy.samples(request.method))
        self._sending.start(request_head(request, self._destination, verdict, traceparent))
        connection = self._destination.pool.take()
        if connection is not None:
            self.connected(connection, reused=True)
        else:
            self._wait()

    def received(self, data: bytes) -> None:
        self._received += len(data)
        if self._over:
            return
        if self.request.chunked:
            data = b"%x\r\n%b\r\n" % (len(data), data)
        self._sending.send(data)
        if self._sending.full:
            self._client.pause_reading()
        elif self._connection is not None:
            self._client.set_deadline(self.timeouts.idle if self._status else self.timeouts.body)

    def closed(self) -> None:
        self._request_done = True
        if self._over:
            self._client.turn_done(self)
            return
        if self.request.chunked:
            self._sending.send(b"0\r\n\r\n")
        if self._connection is not None and not self._status:
            self._client.set_deadline(self.timeouts.first_byte)

    def refuse(self, problem: Problem) -> None:
        self.keep_alive = False
        if self._client.is_running(self):
            if not self._over:
                self._fail(problem)
            else:
                self._client.close_lingering()
        else:
            self._refusal = problem

    def disconnected(self) -> None:
        if not self._over and self._client.is_running(self):
            self._let_go()
            self._record(self._status or CLIENT_GONE, "client-gone")

    def client_full(self) -> None:
        if self._connection is not None:
            self._connection.pause_reading()

    def client_drained(self) -> None:
        if self._connection is not None:
            self._client.set_deadline(self.timeouts.idle)
            self._connection.resume_reading()

    def expired(self) -> None:
        if self._over:
            self._client.close_lingering()  # the answer is out, the rest of the request never came
        elif self._head_sent:
            self._fail(SERVICE_TIMEOUT)
        elif self._connection is None:
            waiting_for_others = self._task is None and not self._destination.pool.is_opening_for_all()
            self._fail(SERVICE_BUSY if waiting_for_others else SERVICE_TIMEOUT)
        elif self._request_done or self._client.flow.read_paused:
            self._fail(SERVICE_TIMEOUT)
        else:
            self._fail(REQUEST_TIMEOUT)

    # The service's side.

    def connected(self, connection: UpstreamConnection, reused: bool) -> None:
        self._connection = connection
        unsent = self._sending.connected(connection, keep=reused and not self._retried and self._may_repeat())
        self._client.set_deadline(self.timeouts.first_byte if self._request_done else self.timeouts.body)
        connection.carry(self, unsent)
        self._client.resume_reading()

    def unconnected(self, problem: Problem) -> None:
        self._fail(problem)

    def lost(self, connection: UpstreamConnection) -> None:
        """The connection broke before the answer was complete."""
        self._connection = None
        if not connection.heard and self._sending.once_more():
            self._retried = True
            self._destination.counters.retries += 1
            self._destination.pool.drop_idle()
            self._wait()
        else:
            self._fail(SERVICE_ANSWER_INVALID if connection.heard else SERVICE_UNREACHABLE)

    def upstream_full(self) -> None:
        self._client.pause_reading()

    def upstream_drained(self) -> None:
        if not self._status:
            self._client.set_deadline(self.timeouts.first_byte if self._request_done else self.timeouts.body)
        self._client.resume_reading()

    def interim(self, status: int, fields: list[Field]) -> None:
        """A 1xx answer. `100 Continue` is for those who asked, the others for every client that knows them."""
        if self.request.version == "1.1" and (status != 100 or self.request.expects_continue):
            self._client.write(answer_head(status, fields if status != 100 else []))

    def answered(self, status: int, fields: list[Field], length: int | None) -> None:
        """The head of the final answer; `length` None when it is not known before the end."""
        self._sending.heard()
        self._status = status
        if self.request.expects_continue and not self._request_done:
            self.keep_alive = False  # whether the body still comes is the client's choice, and not to be guessed
        framing = framing_of(self.request, status, length)
        self._chunked = framing == CHUNKED
        if framing == UNTIL_CLOSED:
            self.keep_alive = False
        elif not self.keep_alive:
            framing += UNTIL_CLOSED
        ours = b"%bx-request-id: %b\r\n" % (self._forward.answer, self.request.request_id.encode())
        if self.request.quota:
            ours += b"ratelimit: %b\r\n" % self.request.quota
        self._head = answer_head(status, fields, self._client.date_line, ours + framing)

    def body(self, data: bytes) -> None:
        self._body.append(data)

    def flush(self, end: bytes = b"") -> None:
        """Pass on what has arrived."""
        pieces = [self._head] if self._head else []
        if self._body:
            size = sum(map(len, self._body))
            self._sent += size
            if self._chunked:
                pieces += (b"%x\r\n" % size, *self._body, b"\r\n")
            else:
                pieces += self._body
            self._body = []
        if end:
            pieces.append(end)
        self._head = b""
        if not pieces:
            return
        self._head_sent = True
        self._client.write(pieces[0] if len(pieces) == 1 else b"".join(pieces))
        if self._client.flow.write_paused:
            self.client_full()
        self._client.set_deadline(self.timeouts.idle)

    def finished(self, connection: UpstreamConnection) -> None:
        self.flush(b"0\r\n\r\n" if self._chunked else b"")
        self._connection = None
        if not self._request_done:
            connection.reusable = False
        connection.release()
        self._end(self._status, "answered")

    def answer_broken(self) -> None:
        self._fail(SERVICE_ANSWER_INVALID)

    # Both.

    def _wait(self) -> None:
        pool = self._destination.pool
        problem = pool.wait(self, self.timeouts.connect)
        if problem is not None:
            self._fail(problem)
        else:
            self._client.set_deadline(self.timeouts.connect if pool.is_opening_for_all() else self.timeouts.queue)

    def _may_repeat(self) -> bool:
        return self.request.method in IDEMPOTENT or self.request.header(b"idempotency-key") is not None

    def _let_go(self) -> None:
        self._over = True
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._destination.pool.give_up(self)
        if self._connection is not None:
            self._connection.abort()
            self._connection = None

    def _fail(self, problem: Problem, fields: list[Field] | None = None) -> None:
        """Answer with a problem, or cut the connection when part of an answer is already out: half a body must not look
        like a whole one."""
        self._let_go()
        if self._head_sent:
            self._client.abort()
            self._record(self._status, "cut-off")
            return
        if not self._request_done:
            self.keep_alive = False
        self._client.write_problem(problem, self.request, fields or [], close=not self.keep_alive)
        self._end(problem.status, problem.slug)

    def _end(self, status: int, outcome: str) -> None:
        self._over = True
        self._record(status, outcome)
        if self._request_done:
            self._client.turn_done(self)
        elif self.keep_alive:
            self._client.resume_reading()
            self._client.set_deadline(self.timeouts.linger)
        else:
            self._client.close_lingering()

    def _record(self, status: int, outcome: str) -> None:
        seconds = self._client.loop.time() - self._started
        self._destination.counters.count(status, outcome, seconds, self._received, self._sent)
        self._client.proxy.record(self.request, status, outcome, seconds, self._received, self._sent)
