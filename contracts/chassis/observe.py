"""What surrounds every request: its ids, its log line, its metrics; and the limit of its body. Plain ASGI, for speed."""

import logging
import time
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis import context, metrics, telemetry
from chassis.identifiers import new_id
from chassis.problems import BodyTooLarge, answer

logger = logging.getLogger("onedoor.access")
_QUIET = {"/health/live", "/health/ready", "/metrics"}


class Observe:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        request_id = _wellformed(headers.get(b"x-request-id")) or str(new_id())
        parent = telemetry.wellformed(headers.get(b"traceparent"))
        trace = telemetry.next_hop(parent) if parent else telemetry.begin(telemetry.sampler.takes(scope["method"]))
        context.request_id.set(request_id)
        context.traceparent.set(trace)
        context.case_id.set(None)
        context.about_case(telemetry.case_in(headers.get(b"baggage")))
        started, began, status = time.perf_counter(), time.time_ns(), 500

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message.setdefault("headers", [])
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await self.app(scope, receive, observed)
        finally:
            _record(scope, status, time.perf_counter() - started)
            if telemetry.is_sampled(trace):
                _trace(scope, status, trace, parent, began)


def _record(scope: Scope, status: int, seconds: float) -> None:
    route = getattr(scope.get("route"), "path", "unknown")
    if route in _QUIET:
        return
    metrics.requests.labels(route, scope["method"], str(status)).inc()
    metrics.request_seconds.labels(route).observe(seconds)
    facts: dict[str, Any] = {
        "method": scope["method"],
        "route": route,
        "status": status,
        "ms": round(seconds * 1000, 1),
    }
    logger.info("request", extra=facts)


def _trace(scope: Scope, status: int, traceparent: str, parent: str | None, began: int) -> None:
    route, method = getattr(scope.get("route"), "path", "unknown"), scope["method"]
    if route in _QUIET:
        return
    facts: dict[str, telemetry.Value] = {
        "http.request.method": method,
        "http.route": route,
        "http.response.status_code": status,
    }
    failed = str(status) if status >= 500 else None
    telemetry.record(f"{method} {route}", "server", traceparent, parent, began, facts, failed)


def _wellformed(value: bytes | None) -> str | None:
    if value is None or not 8 <= len(value) <= 64 or not value.replace(b"-", b"").isalnum():
        return None
    return value.decode("ascii")


class BodyLimit:
    """413 for a body beyond the limit, whether its length was announced or found out."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app, self.limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if announced.isdigit() and int(announced) > self.limit:
            await answer(BodyTooLarge(limit=self.limit))(scope, receive, send)
            return
        seen = 0

        async def limited() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.limit:
                raise BodyTooLarge(limit=self.limit)
            return message

        await self.app(scope, limited, send)
