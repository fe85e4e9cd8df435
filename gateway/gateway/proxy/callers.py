"""How often one caller may ask: a bucket for each, in the memory of this process and of no other.

A bucket is one number, the moment at which it will be full again. Whoever has none has a full one, so a caller who was quiet for
a while costs nothing, and nothing has to be filled: no timer, no lock, no object for a request.
"""

import time
from collections.abc import Callable, Collection
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from itertools import islice
from math import ceil

from gateway.proxy.limits import Quota
from gateway.proxy.problems import Field
from gateway.proxy.request import Request

IDENTIFIED, SESSION, ADDRESS = "identified", "session", "address"
CAPACITY = 50_000
"""Callers remembered of each kind. Beyond it the quarter that was first seen longest ago is forgotten, and begins anew."""
SWEEP = 5.0
ALMOST = 1e-3
"""Of a request: less than this is a rounding error and not missing."""


class Buckets:
    """Those of one kind of callers. `limited` counts the requests that found their bucket empty."""

    __slots__ = ("_capacity", "_full_at", "_interval", "_rate", "_room", "_window", "limited", "name", "policy")

    def __init__(self, name: str, quota: Quota, capacity: int = CAPACITY) -> None:
        self.name = name.encode()
        self._rate, self._capacity = quota.rate, capacity
        self._interval = 1 / quota.rate
        self._window = quota.burst / quota.rate
        self._room = self._window - self._interval * (1 - ALMOST)
        self._full_at: dict[str | bytes, float] = {}
        self.policy = b'"%b";q=%d;w=%d' % (self.name, quota.burst, ceil(self._window))
        self.limited = 0

    def __len__(self) -> int:
        return len(self._full_at)

    def take(self, key: str | bytes, now: float) -> tuple[int, int]:
        """What is left after this request, and the seconds (at least 1) until everything is there again; when nothing was
        left, -1 and the seconds to wait."""
        known = self._full_at.get(key)
        if known is None:
            if len(self._full_at) >= self._capacity:
                self._make_room(now)
            missing = 0.0
        else:
            missing = known - now if known > now else 0.0
            if missing > self._room:
                self.limited += 1
                return -1, ceil(missing - self._room)
        missing += self._interval
        self._full_at[key] = now + missing
        return int((self._window - missing) * self._rate + ALMOST), ceil(missing)

    def sweep(self, now: float) -> None:
        """Forget buckets that are full again."""
        self._full_at = {key: full_at for key, full_at in self._full_at.items() if full_at > now}

    def _make_room(self, now: float) -> None:
        """A quarter at once, so that a flood of newcomers does not search the whole table for each of them."""
        self.sweep(now)
        for key in list(islice(self._full_at, max(0, len(self._full_at) - self._capacity * 3 // 4))):
            del self._full_at[key]


class Callers:
    """`identified` is what a token's subject may ask, and a browser's session; `address` what all may together who come from
    one address and are not known. Paths in `free` are not counted, where the application answers them. `clock` gives seconds."""

    def __init__(
        self,
        identified: Quota = Quota(),
        address: Quota = Quota(),
        *,
        free: Collection[bytes] = (),
        clock: Callable[[], float] = time.monotonic,
        capacity: int = CAPACITY,
    ) -> None:
        quotas = {IDENTIFIED: identified, SESSION: identified, ADDRESS: address}
        self.buckets = {kind: Buckets(kind, quota, capacity) for kind, quota in quotas.items() if quota.is_limit}
        self._free = frozenset(free)
        self._clock = clock
        self._next = 0.0

    def count(self, request: Request) -> list[Field] | None:
        """None when the request may go on, else the fields of its refusal. Both are told what is left, in `request.quota`."""
        kind, key = request.caller or (ADDRESS, network_of(request.client))
        buckets = self.buckets.get(kind)
        if buckets is None or (request.route is None and request.path in self._free):
            return None
        left, seconds = buckets.take(key, self._clock())
        if left < 0:
            request.quota = b'"%b";r=0;t=%d' % (buckets.name, seconds)
            return [(b"retry-after", b"%d" % seconds), (b"ratelimit-policy", buckets.policy)]
        request.quota = b'"%b";r=%d;t=%d' % (buckets.name, left, seconds)
        return None

    @property
    def limited(self) -> dict[str, int]:
        return {kind: buckets.limited for kind, buckets in self.buckets.items()}

    def sweep(self) -> None:
        """For the watch, which calls far more often than there is something to forget."""
        now = self._clock()
        if now >= self._next:
            self._next = now + SWEEP
            for buckets in self.buckets.values():
                buckets.sweep(now)


@lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """Whom an address stands for. Of IPv6 a home or a hall has a whole /64, and a new address of it as often as it likes;
    IPv4 written as IPv6 (`::ffff:192.0.2.1`) would all be one."""
    if ":" not in address:
        return address
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    mapped = parsed.ipv4_mapped
    return str(mapped) if mapped is not None else parsed.packed[:8].hex()
