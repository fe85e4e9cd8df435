"""Where finished spans go: through the SDK's batches to a collector (OTLP over HTTP), or to a file on one machine.

Spans are made when they end, not when they begin: the SDK's own way of making one takes six times as long.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from chassis.settings import Settings
from chassis.telemetry.sampling import sampler
from chassis.telemetry.traceparent import is_sampled, span_id_of, trace_id_of

if TYPE_CHECKING:
    from opentelemetry.trace import SpanContext

    from chassis.telemetry.exporters import Exporter

SCOPE = "onedoor"
EXPORT_EVERY = 1_000
QUEUE, BATCH = 8_192, 512


class Sink:
    def __init__(self, service: str, exporter: "Exporter") -> None:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.sdk.util.instrumentation import InstrumentationScope

        self.processor = BatchSpanProcessor(
            exporter, max_queue_size=QUEUE, schedule_delay_millis=EXPORT_EVERY, max_export_batch_size=BATCH
        )
        self._resource = Resource({"service.name": service, "service.namespace": "onedoor"})
        self._scope = InstrumentationScope(SCOPE)

    def take(
        self, name: str, kind: str, traceparent: str, parent: str | None, started: int, ended: int,
        attributes: dict[str, Any], failed: bool, link: str | None,
    ) -> None:  # fmt: skip
        from opentelemetry.sdk.trace import ReadableSpan
        from opentelemetry.trace import Link, SpanKind, Status, StatusCode

        self.processor.on_end(
            ReadableSpan(
                name,
                _context(traceparent, remote=False),
                None if parent is None else _context(parent, remote=True),
                self._resource,
                attributes,
                links=[] if link is None else [Link(_context(link, remote=True))],
                kind=SpanKind[kind.upper()],
                status=Status(StatusCode.ERROR if failed else StatusCode.UNSET),
                start_time=started,
                end_time=max(started, ended),
                instrumentation_scope=self._scope,
            )
        )


_sink: Sink | None = None


def is_open() -> bool:
    return _sink is not None


def take(
    name: str, kind: str, traceparent: str, parent: str | None, started: int, ended: int, attributes: dict[str, Any],
    failed: bool, link: str | None,
) -> None:  # fmt: skip
    if _sink is not None and is_sampled(traceparent):
        _sink.take(name, kind, traceparent, parent, started, ended, attributes, failed, link)


@asynccontextmanager
async def tracing(service: str, settings: Settings) -> AsyncIterator[None]:
    """Traces of this process are sampled, and kept where the settings say, until the block ends."""
    global _sink
    sampler.reads, sampler.commands = settings.trace_ratio, settings.trace_command_ratio
    sampler.limit = settings.trace_limit
    exporter = _exporter(service, settings)
    if exporter is None:
        yield
        return
    before, _sink = _sink, Sink(service, exporter)
    try:
        yield
    finally:
        closing, _sink = _sink, before
        exporter.hurry()
        await asyncio.to_thread(closing.processor.shutdown)


def _exporter(service: str, settings: Settings) -> "Exporter | None":
    if settings.otel_exporter_otlp_endpoint is None and settings.traces_dir is None:
        return None
    # Only here: a process that keeps no traces does not carry the SDK.
    from chassis.telemetry.exporters import FileExporter, OtlpExporter

    if settings.otel_exporter_otlp_endpoint is not None:
        return OtlpExporter(settings.otel_exporter_otlp_endpoint, settings.otel_headers)
    assert settings.traces_dir is not None  # noqa: S101
    return FileExporter(settings.traces_dir / f"{service}.jsonl")


def _context(traceparent: str, *, remote: bool) -> "SpanContext":
    from opentelemetry.trace import SpanContext, TraceFlags

    ids = int(trace_id_of(traceparent), 16), int(span_id_of(traceparent), 16)
    return SpanContext(*ids, is_remote=remote, trace_flags=TraceFlags(1))
