"""The hot path as one object: made by the gateway's main, handed to uvicorn as `http=proxy.protocol()`."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from gateway.proxy.authorise import Authorise, Reject, Verdict
from gateway.proxy.callers import Callers
from gateway.proxy.counters import AccessRecord, OnAccess, ProxyCollector
from gateway.proxy.limits import Limits, Timeouts
from gateway.proxy.problems import INTERNAL_ERROR, TOO_MANY_REQUESTS, Field, Page, Problem
from gateway.proxy.protocol import GatewayProtocol
from gateway.proxy.request import Request
from gateway.proxy.routes import ProxyTable
from gateway.proxy.tracing import is_sampled
from gateway.proxy.trust import Trust
from gateway.proxy.watch import Watch

logger = logging.getLogger(__name__)


class Proxy:
    """`authorise` answers at once or with a coroutine; like `identify`, which is asked about what the application answers, it says
    in `request.caller` who asks, where that is known without waiting. `callers` counts them; `page` is what a person is shown
    who is refused for asking too often, None where a problem will do. `on_access` is called once for each proxied request, on the event
    loop: it must not block. `samples` says by a request's method whether it is traced; `on_traced` is told of those that are.
    `trusted_peers`: networks (CIDR) whose `x-forwarded-for` and `x-forwarded-proto` are believed. `on_stop` is called when
    the process is told to stop, maybe more than once: whatever would never end by itself has to be ended there."""

    def __init__(
        self,
        table: ProxyTable,
        authorise: Authorise,
        *,
        identify: Callable[[Request], None] = lambda request: None,
        callers: Callers | None = None,
        page: Callable[[Request], Page | None] = lambda request: None,
        limits: Limits = Limits(),
        timeouts: Timeouts = Timeouts(),
        on_access: OnAccess | None = None,
        on_stop: Callable[[], None] | None = None,
        samples: Callable[[str], bool] = lambda method: False,
        on_traced: OnAccess | None = None,
        trusted_peers: Iterable[str] = (),
        tick: float = 0.25,
    ) -> None:
        self.table = table
        self.authorise = authorise
        self.identify = identify
        self.callers = callers or Callers()
        self.page = page
        self.limits = limits
        self.timeouts = timeouts
        self.on_access = on_access
        self.on_stop = on_stop
        self.samples = samples
        self.on_traced = on_traced
        self.trust = Trust(trusted_peers)
        self.refused: dict[str, int] = {}
        self.watch = Watch(tick, (*table.pools.values(), self.callers))
        self.collector = ProxyCollector(
            lambda: [destination.counters for destination in table.destinations],
            lambda: [pool.figures for pool in table.pools.values()],
            self.refused,
            lambda: self.callers.limited,
        )

    def protocol(self) -> type[asyncio.Protocol]:
        """For `uvicorn.Config(http=...)`."""
        return type("BoundGatewayProtocol", (GatewayProtocol,), {"proxy": self})

    def decide(self, request: Request) -> Verdict | Coroutine[Any, Any, Verdict]:
        """About a request that has a route. Who is not known without waiting counts by address, before anybody is asked."""
        try:
            verdict = self.authorise(request)
        except Exception:
            logger.exception("authorising failed", extra={"request_id": request.request_id})
            return Reject(INTERNAL_ERROR)
        refused = self.callers.count(request)
        if refused is None:
            return verdict
        if isinstance(verdict, Coroutine):
            verdict.close()
        return Reject(TOO_MANY_REQUESTS, refused)

    def count(self, request: Request) -> list[Field] | None:
        """The same for what the application answers: None, or the fields of the refusal."""
        self.identify(request)
        return self.callers.count(request)

    def record(self, request: Request, status: int, outcome: str, seconds: float, received: int, sent: int) -> None:
        told = [self.on_access, self.on_traced if is_sampled(request.traceparent) else None]
        if not any(told):
            return
        trace = None if request.traceparent is None else request.traceparent.decode()
        foreign = None if request.foreign_trace is None else request.foreign_trace.decode()
        route = "" if request.route is None else request.route.name or request.route.prefix
        path = request.path.decode()
        record = AccessRecord(
            request.request_id, trace, foreign, request.client, request.method, path, route, status, outcome, seconds,
            received, sent,
        )  # fmt: skip
        for tell in filter(None, told):
            try:
                tell(record)
            except Exception:
                logger.exception("recording a request failed")

    def count_refusal(self, problem: Problem) -> None:
        self.refused[problem.slug] = self.refused.get(problem.slug, 0) + 1

    def close(self) -> None:
        """Close the connections to the services; for the end of the application's lifespan."""
        self.watch.stop()
        for pool in self.table.pools.values():
            pool.close()
