"""Which work is traced. Decided once, where a trace begins; whoever is handed a trace keeps to what was decided."""

from collections.abc import Callable
from random import random
from time import monotonic

SAFE = frozenset(("GET", "HEAD", "OPTIONS"))


class Sampler:
    """`reads` and `commands` are shares; never more than `limit` traces begin within a second, whatever the shares."""

    def __init__(
        self, reads: float = 0.0, commands: float = 0.0, limit: int = 20, clock: Callable[[], float] = monotonic
    ) -> None:
        self.reads, self.commands, self.limit = reads, commands, limit
        self._clock, self._second, self._begun = clock, 0, 0

    def takes(self, method: str) -> bool:
        """Whether the request is traced."""
        return random() < (self.reads if method in SAFE else self.commands) and self._has_room()  # noqa: S311

    def takes_other(self) -> bool:
        """Work that nobody asked for, a periodic job for instance, counts as a read."""
        return self.takes("GET")

    def _has_room(self) -> bool:
        second = int(self._clock())
        if second != self._second:
            self._second, self._begun = second, 0
        self._begun += 1
        return self._begun <= self.limit


sampler = Sampler()
"""The process's own; `tracing` sets its shares."""
