"""A department's system over HTTP.

Requests go to the transport as they are: without the client around it, which keeps cookies, follows redirects and costs as much
again. Connections are kept by the transport.
"""

import asyncio
from collections.abc import AsyncIterable, Mapping
from functools import lru_cache
from typing import Any, cast
from urllib.parse import quote

import httpx

from svc_sharing.connectors import bodies
from svc_sharing.connectors.answers import at, convert, records_of, text_at
from svc_sharing.connectors.config import Call, HttpConnector, HttpOperation
from svc_sharing.connectors.errors import Down, Failed, Misread, NotReady, Refused
from svc_sharing.connectors.signing import credentials
from svc_sharing.connectors.templates import fill, fill_text, text_of

_SENT_ALWAYS = {"Accept": "*/*", "Accept-Encoding": "gzip, deflate", "User-Agent": "OneDoor"}
_RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})
Records = list[dict[str, Any]]


async def ask(
    transport: httpx.AsyncBaseTransport,
    connector: HttpConnector,
    secret: str,
    operation: HttpOperation,
    values: Mapping[str, Any],
) -> Records:
    """The records of the answer, in our fields. Raises a ConnectorError."""
    try:
        async with asyncio.timeout(connector.timeout):
            return await _asked(transport, connector, secret, operation, values)
    except (httpx.TransportError, TimeoutError):
        raise Down() from None


async def _asked(
    transport: httpx.AsyncBaseTransport,
    connector: HttpConnector,
    secret: str,
    operation: HttpOperation,
    values: Mapping[str, Any],
) -> Records:
    given = {name: convert(operation.inputs[name], value) if name in operation.inputs else value
             for name, value in values.items()}  # fmt: skip
    answer = await _call(transport, connector, secret, operation, given)
    if answer is None:
        return []
    if operation.then is None:
        return records_of(answer, operation, values)
    first = {name: at(answer, output.path) for name, output in operation.fields.items()}
    later = await _call(transport, connector, secret, operation.then, {**given, **first})
    return records_of(later if later is not None else answer, operation, values)


async def _call(
    transport: httpx.AsyncBaseTransport, connector: HttpConnector, secret: str, call: Call, values: Mapping[str, Any]
) -> Any:
    """One request and its answer; None when there is nothing."""
    url = _url(connector, call, values)
    body = bodies.write(call.body, fill(call.request, values) or {}) if call.body and call.request is not None else b""
    headers = {**_SENT_ALWAYS, "Content-Type": bodies.TYPES[call.body]} if body and call.body else {**_SENT_ALWAYS}
    headers |= credentials(connector.auth, secret, call.method, url.raw_path.decode().partition("?")[0], body)
    limits = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), connector.timeout)}
    request = httpx.Request(call.method, url, content=body, headers=headers, extensions=limits)
    response = await transport.handle_async_request(request)
    try:
        content = await _limited(response, connector.most_bytes)
    finally:
        await response.aclose()
    return _meaning(call, response.status_code, content)


def _url(connector: HttpConnector, call: Call, values: Mapping[str, Any]) -> httpx.URL:
    base = connector.base_url.rstrip("/")
    if "{" not in call.path:
        return _read_once(base + call.path)
    quoted = {name: quote(text_of(value), safe="") for name, value in values.items()}
    return httpx.URL(base + fill_text(call.path, quoted))


@lru_cache(maxsize=500)
def _read_once(address: str) -> httpx.URL:
    """Of addresses as they are configured, in which nothing is filled in."""
    return httpx.URL(address)


async def _limited(response: httpx.Response, most: int) -> bytes:
    plain = "content-encoding" not in response.headers
    chunks = cast(AsyncIterable[bytes], response.stream) if plain else response.aiter_bytes()
    content = bytearray()
    async for chunk in chunks:
        content += chunk
        if len(content) > most:
            raise Misread("too large")
    return bytes(content)


def _meaning(call: Call, status: int, content: bytes) -> Any:
    meaning = call.statuses.get(str(status)) or _usual(status)
    match meaning:
        case "retry":
            raise Down()
        case "empty":
            return None
        case "failed":
            raise Failed("department-error")
    answer = bodies.read(call.answer, content)
    if meaning == "refused":
        raise Refused(_reason(call, answer))
    return _judged(call, answer)


def _usual(status: int) -> str:
    if 200 <= status < 300:
        return "done"
    return "retry" if status in _RETRIED else "failed"


def _judged(call: Call, answer: Any) -> Any:
    if call.verdict is not None:
        said = text_at(answer, call.verdict.path)
        if said in call.verdict.retry:
            raise Down()
        if said in call.verdict.refused:
            raise Refused(_reason(call, answer))
        if said in call.verdict.empty:
            return None
        if said not in call.verdict.done:
            raise Failed("department-error")
    if call.until is not None and text_at(answer, call.until.path) not in call.until.values:
        raise NotReady(call.until.every)
    return answer


def _reason(call: Call, answer: Any) -> str:
    """Our code for theirs; what they say that we do not know is not passed on, it might name somebody."""
    if call.reason is None:
        return "department-refused"
    return call.reason.codes.get(text_at(answer, call.reason.path), "department-refused")
