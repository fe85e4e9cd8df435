"""Traced requests of the hot path: the first piece of each trace, made after the answer is out."""

from time import time_ns

from chassis import telemetry
from gateway.proxy import AccessRecord


def trace(record: AccessRecord) -> None:
    """The route's name, never the path: a mistyped address may hold anything."""
    if record.traceparent is None:
        return
    ended = time_ns()
    facts: dict[str, telemetry.Value] = {
        "http.request.method": record.method,
        "http.response.status_code": record.status,
        "onedoor.route": record.route,
        "onedoor.outcome": record.outcome,
    }
    failed = str(record.status) if record.status >= 500 else "cut-off" if record.outcome == "cut-off" else None
    telemetry.record(
        f"{record.method} {record.route}", "server", record.traceparent, None, ended - int(record.seconds * 1e9), facts,
        failed, link=record.foreign_trace, ended=ended,
    )  # fmt: skip
