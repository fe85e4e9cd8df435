"""The hot path as one object: made by the gateway's main, handed to uvicorn as `http=proxy.protocol()`."""

import asyncio
import logging
from collections.abc import Callable, Iterable

from gateway.proxy.authorise import Authorise
from gateway.proxy.counters import AccessRecord, OnAccess, ProxyCollector
from gateway.proxy.limits import Limits, Timeouts
from gateway.proxy.problems import Problem
from gateway.proxy.protocol import GatewayProtocol
from gateway.proxy.request import Request
from gateway.proxy.routes import ProxyTable
from gateway.proxy.tracing import is_sampled
from gateway.proxy.trust import Trust
from gateway.proxy.watch import Watch

logger = logging.getLogger(__name__)


class Proxy:
    """`authorise` answers at once or with an awaitable. `on_access` is called once for each proxied request, on the event
    loop: it must not block. `samples` says by a request's method whether it is traced; `on_traced` is told of those that are.
    `trusted_peers`: networks (CIDR) whose `x-forwarded-for` and `x-forwarded-proto` are believed. `on_stop` is called when
    the process is told to stop, maybe more than once: whatever would never end by itself has to be ended there."""

    def __init__(
        self,
        table: ProxyTable,
        authorise: Authorise,
        *,
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
        self.limits = limits
        self.timeouts = timeouts
        self.on_access = on_access
        self.on_stop = on_stop
        self.samples = samples
        self.on_traced = on_traced
        self.trust = Trust(trusted_peers)
        self.refused: dict[str, int] = {}
        self.watch = Watch(tick, table.pools.values())
        self.collector = ProxyCollector(
            lambda: [destination.counters for destination in table.destinations],
            lambda: [pool.figures for pool in table.pools.values()],
            self.refused,
        )

    def protocol(self) -> type[asyncio.Protocol]:
        """For `uvicorn.Config(http=...)`."""
        return type("BoundGatewayProtocol", (GatewayProtocol,), {"proxy": self})

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
