"""Calls to other services and to the outside carry the trace on, and are pieces of it."""

import ssl

import httpx

from chassis import context
from chassis.line import Line
from chassis.telemetry.spans import span

BAGGAGE = "onedoor.case_id="


class TracedTransport(Line):
    """`peer`: the service of ours that is called; it is told of request and case too. None: a system outside OneDoor."""

    def __init__(self, peer: str | None, verify: ssl.SSLContext) -> None:
        super().__init__(verify)
        self._peer = peer

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        where: dict[str, str | int] = {"server.address": request.url.host, "server.port": request.url.port or 443}
        called = self._peer or request.url.host
        with span(f"{request.method} {called}", "client", {"http.request.method": request.method, **where}) as call:
            self._carry_on(request.headers)
            response = await super().handle_async_request(request)
            call.note(http__response__status_code=response.status_code)
            if response.status_code >= 500:
                call.error = str(response.status_code)
        return response

    def _carry_on(self, headers: httpx.Headers) -> None:
        traceparent, case_id, request_id = context.traceparent.get(), context.case_id.get(), context.request_id.get()
        if traceparent is not None:
            headers["traceparent"] = traceparent
        if self._peer is None:
            return
        if case_id is not None:
            headers["baggage"] = f"{BAGGAGE}{case_id}"
        if request_id is not None:
            headers.setdefault("x-request-id", request_id)


def case_in(baggage: bytes | None) -> str | None:
    """The case that a service of ours told of in W3C baggage."""
    if baggage is None or not baggage.startswith(BAGGAGE.encode()):
        return None
    return baggage[len(BAGGAGE) :].decode("latin-1")
