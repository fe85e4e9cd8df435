"""A department's system over HTTP."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from svc_sharing.connectors import bodies
from svc_sharing.connectors.answers import at, convert, records_of, text_at
from svc_sharing.connectors.config import Call, HttpConnector, HttpOperation
from svc_sharing.connectors.errors import Down, Failed, Misread, NotReady, Refused
from svc_sharing.connectors.signing import credentials
from svc_sharing.connectors.templates import fill, fill_text, text_of

_RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})
Records = list[dict[str, Any]]


async def ask(
    http: httpx.AsyncClient, connector: HttpConnector, secret: str, operation: HttpOperation, values: Mapping[str, Any]
) -> Records:
    """The records of the answer, in our fields. Raises a ConnectorError."""
    try:
        async with asyncio.timeout(connector.timeout):
            return await _asked(http, connector, secret, operation, values)
    except (httpx.TransportError, TimeoutError):
        raise Down() from None


async def _asked(
    http: httpx.AsyncClient, connector: HttpConnector, secret: str, operation: HttpOperation, values: Mapping[str, Any]
) -> Records:
    given = {name: convert(operation.inputs[name], value) if name in operation.inputs else value
             for name, value in values.items()}  # fmt: skip
    answer = await _call(http, connector, secret, operation, given)
    if answer is None:
        return []
    if operation.then is None:
        return records_of(answer, operation, values)
    first = {name: at(answer, output.path) for name, output in operation.fields.items()}
    later = await _call(http, connector, secret, operation.then, {**given, **first})
    return records_of(later if later is not None else answer, operation, values)


async def _call(
    http: httpx.AsyncClient, connector: HttpConnector, secret: str, call: Call, values: Mapping[str, Any]
) -> Any:
    """One request and its answer; None when there is nothing."""
    quoted = {name: quote(text_of(value), safe="") for name, value in values.items()}
    url = httpx.URL(connector.base_url.rstrip("/") + fill_text(call.path, quoted))
    body = bodies.write(call.body, fill(call.request, values) or {}) if call.body and call.request is not None else b""
    headers = {"Content-Type": bodies.TYPES[call.body]} if body and call.body else {}
    headers |= credentials(connector.auth, secret, call.method, urlsplit(str(url)).path, body)
    request = http.build_request(call.method, url, content=body, headers=headers, timeout=connector.timeout)
    response = await http.send(request, stream=True, follow_redirects=False)
    try:
        content = await _limited(response, connector.most_bytes)
    finally:
        await response.aclose()
    return _meaning(call, response.status_code, content)


async def _limited(response: httpx.Response, most: int) -> bytes:
    content = bytearray()
    async for chunk in response.aiter_bytes():
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
