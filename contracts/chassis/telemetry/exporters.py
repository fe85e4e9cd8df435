"""The two ways out, called from the thread of the SDK's batches."""

import threading
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx
import orjson
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from chassis import metrics
from chassis.telemetry.otlp import encode

ROTATE_AT = 10_000_000
"""Bytes of a trace file. What grew beyond is kept once, as `<name>.1.jsonl`."""
PAUSES = (0.5, 2.0, 5.0)
BUSY = frozenset((429, 502, 503, 504))


class Exporter(SpanExporter):
    @abstractmethod
    def hurry(self) -> None:
        """The process ends: what is left is sent once and not tried again."""


class FileExporter(Exporter):
    """One line of OTLP/JSON a batch, as the OpenTelemetry collector's file receiver reads it."""

    def __init__(self, path: Path, rotate_at: int = ROTATE_AT) -> None:
        self._path, self._rotate_at = path, rotate_at

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab") as file:
                file.write(orjson.dumps(encode(spans)) + b"\n")
                size = file.tell()
            if size > self._rotate_at:
                self._path.replace(self._path.with_suffix(".1.jsonl"))
        except OSError:
            return _lost(spans)
        return _kept(spans)

    def hurry(self) -> None: ...


class OtlpExporter(Exporter):
    """OTLP over HTTP, in JSON. A collector that is away is tried a few times; then the batch is dropped, and counted."""

    def __init__(self, endpoint: str, headers: Mapping[str, str], pauses: Sequence[float] = PAUSES) -> None:
        self._url = f"{endpoint.rstrip('/')}/v1/traces"
        self._http = httpx.Client(headers={**headers, "content-type": "application/json"}, timeout=5, trust_env=False)
        self._pauses = pauses
        self._leaving = threading.Event()

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        body = orjson.dumps(encode(spans))
        for pause in (*self._pauses, None):
            status = self._send(body)
            if 200 <= status < 300:
                return _kept(spans)
            if (status and status not in BUSY) or pause is None or self._leaving.wait(pause):
                break
        return _lost(spans)

    def hurry(self) -> None:
        self._leaving.set()

    def shutdown(self) -> None:
        self._http.close()

    def _send(self, body: bytes) -> int:
        """The answer's status, 0 for none."""
        try:
            return self._http.post(self._url, content=body).status_code
        except httpx.HTTPError:
            return 0


def _kept(spans: Sequence[ReadableSpan]) -> SpanExportResult:
    metrics.spans.labels("exported").inc(len(spans))
    return SpanExportResult.SUCCESS


def _lost(spans: Sequence[ReadableSpan]) -> SpanExportResult:
    metrics.spans.labels("lost").inc(len(spans))
    return SpanExportResult.FAILURE
