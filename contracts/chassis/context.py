"""What is known about the work at hand: ids that logs, events and calls carry along."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
traceparent: ContextVar[str | None] = ContextVar("traceparent", default=None)
event_id: ContextVar[str | None] = ContextVar("event_id", default=None)
case_id: ContextVar[str | None] = ContextVar("case_id", default=None)
job_id: ContextVar[str | None] = ContextVar("job_id", default=None)
_all = {
    "request_id": request_id,
    "traceparent": traceparent,
    "event_id": event_id,
    "case_id": case_id,
    "job_id": job_id,
}


@contextmanager
def at(**ids: str | None) -> Iterator[None]:
    """These ids while the block lasts, then those of before."""
    before = [(_all[name], _all[name].set(value)) for name, value in ids.items()]
    try:
        yield
    finally:
        for variable, token in before:
            variable.reset(token)


def about_case(value: Any) -> None:
    """Until it ends, the work at hand is about this case. What is no UUID is nobody's case."""
    known = _uuid(value)
    if known is not None:
        case_id.set(known)


def case_of(event: Any) -> str | None:
    """The case that an event is about, if it is about one. An application and its case have one id."""
    return _uuid(getattr(event, "case_id", None) or getattr(event, "application_id", None))


def trace_id() -> str | None:
    value = traceparent.get()
    return value[3:35] if value else None


def span_id() -> str | None:
    value = traceparent.get()
    return value[36:52] if value else None


def _uuid(value: Any) -> str | None:
    if isinstance(value, UUID):
        return str(value)
    try:
        return str(UUID(value))
    except (TypeError, ValueError, AttributeError):
        return None
