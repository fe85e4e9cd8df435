"""What is known about the work at hand: ids that logs, events and calls carry along."""

import random
from contextvars import ContextVar

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
traceparent: ContextVar[str | None] = ContextVar("traceparent", default=None)
event_id: ContextVar[str | None] = ContextVar("event_id", default=None)
case_id: ContextVar[str | None] = ContextVar("case_id", default=None)

_random = random.SystemRandom()


def new_traceparent(sampled: bool) -> str:
    """A W3C trace context of a trace that starts here."""
    return f"00-{_random.getrandbits(128):032x}-{_random.getrandbits(64):016x}-{1 if sampled else 0:02x}"


def trace_id() -> str | None:
    value = traceparent.get()
    return value.split("-")[1] if value and value.count("-") == 3 else None
