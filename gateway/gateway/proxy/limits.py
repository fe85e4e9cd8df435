"""How much, how many and how long: sizes in bytes, times in seconds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What a client may send."""

    target: int = 8 * 1024
    head: int = 32 * 1024
    fields: int = 100
    body: int = 10 * 1024 * 1024
    pipelined: int = 64


@dataclass(frozen=True, slots=True)
class Quota:
    """How often a caller may ask: `rate` times a second in the long run, `burst` times at once. 0 for either: no limit."""

    rate: int = 0
    burst: int = 0

    @property
    def is_limit(self) -> bool:
        return self.rate > 0 and self.burst > 0


@dataclass(frozen=True, slots=True)
class Timeouts:
    """`body` and `idle` run from one piece to the next; the others from beginning to end."""

    head: float = 10.0
    keep_alive: float = 60.0
    body: float = 30.0
    authorise: float = 10.0
    queue: float = 2.0
    connect: float = 3.0
    first_byte: float = 30.0
    idle: float = 60.0
    linger: float = 2.0


@dataclass(frozen=True, slots=True)
class PoolLimits:
    """Connections to one service. `idle` must stay below the service's own keep-alive, or a request may meet a closing
    door; `lifetime` lets requests find their way to instances that came later."""

    connections: int = 128
    waiting: int = 256
    idle: float = 30.0
    lifetime: float = 300.0
    answer_head: int = 64 * 1024
