"""Plain integers on the hot path; Prometheus reads them when it asks."""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

BOUNDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class AccessRecord:
    """One proxied request, answered or not. `path` lacks the query. `outcome` is `answered`, `client-gone` (status 499 when
    no answer had begun), `cut-off` (the answer broke midway) or a problem's slug. Sizes are those of the bodies."""

    request_id: str
    traceparent: str | None
    foreign_trace: str | None
    client: str
    method: str
    path: str
    route: str
    status: int
    outcome: str
    seconds: float
    received: int
    sent: int


OnAccess = Callable[[AccessRecord], None]


class RouteCounters:
    __slots__ = ("buckets", "in_flight", "name", "outcomes", "received", "retries", "seconds", "sent", "statuses")

    def __init__(self, name: str) -> None:
        self.name = name
        self.in_flight = self.retries = self.received = self.sent = 0
        self.seconds = 0.0
        self.buckets = [0] * (len(BOUNDS) + 1)
        self.statuses: dict[int, int] = {}
        self.outcomes: dict[str, int] = {}

    def count(self, status: int, outcome: str, seconds: float, received: int, sent: int) -> None:
        self.in_flight -= 1
        self.received += received
        self.sent += sent
        self.seconds += seconds
        self.buckets[bisect_left(BOUNDS, seconds)] += 1
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if outcome != "answered":
            self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1


class PoolFigures:
    """What a pool tells about itself."""

    __slots__ = ("idle", "name", "open", "waiting")

    def __init__(self, name: str, open: int, idle: int, waiting: int) -> None:
        self.name, self.open, self.idle, self.waiting = name, open, idle, waiting


class ProxyCollector(Collector):
    def __init__(
        self,
        routes: Callable[[], Iterable[RouteCounters]],
        pools: Callable[[], Iterable[PoolFigures]],
        refused: dict[str, int],
        limited: Callable[[], dict[str, int]] = dict,
    ) -> None:
        self._routes, self._pools, self._refused, self._limited = routes, pools, refused, limited

    def collect(self) -> Iterable[Metric]:
        routes = list(self._routes())
        yield from _request_metrics(routes)
        yield _seconds(routes)
        yield from _pool_metrics(self._pools())
        refused = CounterMetricFamily(
            "onedoor_gateway_refused", "Requests that could not be read or taken", labels=["problem"]
        )
        for slug, number in list(self._refused.items()):
            refused.add_metric([slug], number)
        yield refused
        limited = CounterMetricFamily(
            "onedoor_gateway_limited", "Requests of callers who asked too often", labels=["caller"]
        )
        for kind, number in self._limited().items():
            limited.add_metric([kind], number)
        yield limited


def _request_metrics(routes: list[RouteCounters]) -> Iterable[Metric]:
    requests = CounterMetricFamily("onedoor_gateway_requests", "Proxied requests", labels=["route", "status"])
    failures = CounterMetricFamily(
        "onedoor_gateway_failures",
        "Proxied requests without a whole answer from the service",
        labels=["route", "outcome"],
    )
    retries = CounterMetricFamily("onedoor_gateway_retries", "Requests sent a second time", labels=["route"])
    in_flight = GaugeMetricFamily("onedoor_gateway_in_flight", "Proxied requests under way", labels=["route"])
    traffic = CounterMetricFamily("onedoor_gateway_bytes", "Bytes of bodies", labels=["route", "direction"])
    for route in routes:
        for status, number in list(route.statuses.items()):
            requests.add_metric([route.name, str(status)], number)
        for outcome, number in list(route.outcomes.items()):
            failures.add_metric([route.name, outcome], number)
        retries.add_metric([route.name], route.retries)
        in_flight.add_metric([route.name], route.in_flight)
        traffic.add_metric([route.name, "in"], route.received)
        traffic.add_metric([route.name, "out"], route.sent)
    return requests, failures, retries, in_flight, traffic


def _seconds(routes: list[RouteCounters]) -> Metric:
    seconds = HistogramMetricFamily("onedoor_gateway_request_seconds", "From head to last byte", labels=["route"])
    for route in routes:
        total, buckets = 0, []
        for bound, number in zip((*map(str, BOUNDS), "+Inf"), route.buckets, strict=True):
            total += number
            buckets.append((bound, float(total)))
        seconds.add_metric([route.name], buckets, sum_value=route.seconds)
    return seconds


def _pool_metrics(pools: Iterable[PoolFigures]) -> Iterable[Metric]:
    connections = GaugeMetricFamily(
        "onedoor_gateway_connections", "Connections to services", labels=["service", "state"]
    )
    waiting = GaugeMetricFamily("onedoor_gateway_waiting", "Requests waiting for a connection", labels=["service"])
    for pool in pools:
        connections.add_metric([pool.name, "busy"], pool.open - pool.idle)
        connections.add_metric([pool.name, "idle"], pool.idle)
        waiting.add_metric([pool.name], pool.waiting)
    return connections, waiting
