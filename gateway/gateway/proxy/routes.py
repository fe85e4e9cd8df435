"""Which service answers which path."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from gateway.proxy.counters import RouteCounters
from gateway.proxy.limits import PoolLimits, Timeouts
from gateway.proxy.pool import Pool

PREFIX = re.compile(r"(/[A-Za-z0-9._~-]+)+")


@dataclass(frozen=True, slots=True)
class Route:
    """Paths equal to `prefix` or below it go to `upstream`: `http://host:port`, perhaps with a path that is put before
    what is left of the request's. `timeouts` and `body_limit` (bytes) stand instead of the proxy's own."""

    prefix: str
    upstream: str | tuple[str, int]
    name: str = ""
    strip_prefix: bool = True
    timeouts: Timeouts | None = None
    body_limit: int | None = None


@dataclass(frozen=True, slots=True)
class Upstream:
    host: str
    port: int
    base: bytes = b""

    @classmethod
    def parse(cls, address: str | tuple[str, int]) -> "Upstream":
        """Raises ValueError for anything but a plain HTTP address."""
        if isinstance(address, tuple):
            return cls(*address)
        url = urlsplit(address)
        if url.scheme != "http" or not url.hostname or url.query or url.fragment or url.username:
            raise ValueError(f"not a plain http address: {address}")
        return cls(url.hostname, url.port or 80, url.path.rstrip("/").encode())

    @property
    def authority(self) -> bytes:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}".encode()


class Destination:
    """A route at work: its pool, its counters, and what is put before each request."""

    __slots__ = ("base", "counters", "cut", "fixed", "pool", "route")

    def __init__(self, route: Route, upstream: Upstream, pool: Pool) -> None:
        self.route = route
        self.pool = pool
        self.counters = RouteCounters(route.name or route.prefix)
        self.base = upstream.base
        self.cut = len(route.prefix) if route.strip_prefix else 0
        self.fixed = b"host: " + upstream.authority + b"\r\n"
        if route.strip_prefix:
            self.fixed += b"x-forwarded-prefix: " + route.prefix.encode() + b"\r\n"

    def path(self, path: bytes) -> bytes:
        return self.base + path[self.cut :] or b"/"


class ProxyTable:
    """The longest prefix of whole segments wins. Routes to one address share a pool."""

    def __init__(self, routes: Iterable[Route], limits: PoolLimits = PoolLimits()) -> None:
        self.pools: dict[tuple[str, int], Pool] = {}
        self._by_prefix: dict[bytes, Destination] = {}
        for route in routes:
            if not PREFIX.fullmatch(route.prefix) or route.prefix.encode() in self._by_prefix:
                raise ValueError(f"not a prefix, or there twice: {route.prefix}")
            upstream = Upstream.parse(route.upstream)
            address = (upstream.host, upstream.port)
            pool = self.pools.setdefault(address, Pool(*address, limits))
            self._by_prefix[route.prefix.encode()] = Destination(route, upstream, pool)
        longest_first = sorted(self._by_prefix, key=len, reverse=True)
        self._prefixes = re.compile(b"(?:" + b"|".join(map(re.escape, longest_first)) + b")(?=/|\\Z)")

    @property
    def destinations(self) -> list[Destination]:
        return list(self._by_prefix.values())

    def match(self, path: bytes) -> Destination | None:
        found = self._prefixes.match(path)
        return None if found is None else self._by_prefix.get(found[0])
