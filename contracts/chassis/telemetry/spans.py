"""Pieces of work in a trace. What is not sampled costs an id at each hop and nothing else.

Attributes are route templates, types, codes and ids of ours. Never a path, a query, a body, a name, or an exception's text.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from time import time_ns
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

from chassis import context
from chassis.telemetry import sink
from chassis.telemetry.sampling import sampler
from chassis.telemetry.traceparent import begin, is_sampled, next_hop, wellformed
from contracts.event import Event, MalformedEvent, UnknownEvent, parse

if TYPE_CHECKING:
    from chassis.job_statements import Claimed

Kind = Literal["internal", "server", "client", "producer", "consumer"]
Value = str | int | float | bool
_SAMPLED = b'-01"'
"""What stands near the beginning of an envelope whose trace is sampled."""


class span:
    """`with span("advance", "internal", case_state="open"):` a piece of the trace at hand; nothing when it is not sampled.

    An exception marks it as failed by its type, and by its `reason` where that is a code.
    """

    __slots__ = ("_before", "_kind", "_name", "_parent", "_started", "_traceparent", "attributes", "error")

    def __init__(self, name: str, kind: Kind = "internal", attributes: Mapping[str, Value] | None = None) -> None:
        self._name, self._kind = name, kind
        self.attributes: dict[str, Value] | None = dict(attributes) if attributes else {}
        self.error: str | None = None

    def __enter__(self) -> Self:
        self._parent = context.traceparent.get()
        if self._parent is None or not is_sampled(self._parent) or not sink.is_open():
            self.attributes = None
            return self
        self._traceparent = next_hop(self._parent)
        self._before = context.traceparent.set(self._traceparent)
        self._started = time_ns()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.attributes is None:
            return
        if error is not None:
            self.error = type(error).__name__
            if isinstance(reason := getattr(error, "reason", None), str):
                self.attributes["onedoor.reason"] = reason
        record(self._name, self._kind, self._traceparent, self._parent, self._started, self.attributes, self.error)
        context.traceparent.reset(self._before)

    def note(self, **attributes: Value) -> None:
        """Facts found out on the way. `__` in a name stands for a dot."""
        if self.attributes is not None:
            self.attributes |= {name.replace("__", "."): value for name, value in attributes.items()}


def record(
    name: str,
    kind: Kind,
    traceparent: str,
    parent: str | None,
    started: int,
    attributes: dict[str, Value],
    error: str | None = None,
    link: str | None = None,
    ended: int | None = None,
) -> None:
    """A finished piece of a sampled trace, for whoever measured it by hand. Times are nanoseconds since 1970."""
    if (case_id := context.case_id.get()) is not None:
        attributes.setdefault("onedoor.case_id", case_id)
    if error is not None:
        attributes["error.type"] = error
    sink.take(name, kind, traceparent, parent, started, ended or time_ns(), attributes, error is not None, link)


def arrived(parent: str | None) -> str:
    """The trace context of work that starts here, because of what `parent` did, or of itself."""
    known = wellformed(parent)
    return next_hop(known) if known is not None else begin(sampler.takes_other())


@contextmanager
def handling(event: Event) -> Iterator[None]:
    """An event at work: its ids in every log line, its case, and its place in the trace that it came from."""
    meta = event.meta
    traceparent, started, error = arrived(meta.traceparent), time_ns(), None
    case_id = context.case_of(event)
    with context.at(traceparent=traceparent, event_id=str(meta.id), case_id=case_id):
        try:
            yield
        except Exception as caught:
            error = type(caught).__name__
            raise
        finally:
            if is_sampled(traceparent):
                waited = max(0, started // 1_000_000 - int(meta.time.timestamp() * 1000))
                facts: dict[str, Value] = {
                    "messaging.operation.type": "process", "messaging.destination.name": event.topic,
                    "messaging.message.id": str(meta.id), "onedoor.event.type": event.type, "onedoor.waited_ms": waited,
                }  # fmt: skip
                parent = wellformed(meta.traceparent)
                record(f"handle {short(event.type)}", "consumer", traceparent, parent, started, facts, error)


@contextmanager
def at_job(row: "Claimed") -> Iterator[None]:
    """A job at work: its ids in every log line. The trace that enqueued it goes on, else one begins."""
    traceparent = wellformed(row.traceparent) or begin(sampler.takes_other())
    case_id = None if row.case_id is None else str(row.case_id)
    with context.at(traceparent=traceparent, job_id=str(row.id), case_id=case_id):
        yield


def attempting(row: "Claimed") -> span:
    """One attempt at a job."""
    facts: dict[str, Value] = {
        "onedoor.job.kind": row.kind,
        "onedoor.job.id": str(row.id),
        "onedoor.job.attempt": row.attempts,
    }
    return span(f"job {row.kind}", "consumer", facts)


def published(envelopes: Iterable[bytes]) -> None:
    """The bus has taken these over: for those of a sampled trace, how long it took since they were written."""
    if not sink.is_open():
        return
    for envelope in envelopes:
        if envelope.find(_SAMPLED, 0, 800) >= 0:
            _published(envelope)


def _published(envelope: bytes) -> None:
    try:
        event = parse(envelope)
    except (MalformedEvent, UnknownEvent):
        return  # the notice of a dead letter
    parent = wellformed(event.meta.traceparent)
    if parent is not None and is_sampled(parent):
        facts: dict[str, Value] = {
            "messaging.operation.type": "send", "messaging.destination.name": event.topic,
            "messaging.message.id": str(event.meta.id), "onedoor.event.type": event.type,
        }  # fmt: skip
        with context.at(case_id=context.case_of(event)):
            started = int(event.meta.time.timestamp() * 1_000_000) * 1000
            record(f"publish {short(event.type)}", "producer", next_hop(parent), parent, started, facts)


def short(event_type: str) -> str:
    """`workflow.case.accepted` of `onedoor.workflow.case.accepted.v1`."""
    return event_type.removeprefix("onedoor.").rsplit(".v", 1)[0]
