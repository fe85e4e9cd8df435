"""The two heads that the gateway writes: the request's to the service, the answer's to the client."""

from typing import TYPE_CHECKING

from gateway.proxy.authorise import Forward
from gateway.proxy.problems import Field, status_line
from gateway.proxy.request import HOP_BY_HOP, Request

if TYPE_CHECKING:
    from gateway.proxy.routes import Destination

REPLACED = frozenset((b"content-length", b"server", b"x-request-id"))
CHUNKED = b"transfer-encoding: chunked\r\n"
UNTIL_CLOSED = b"connection: close\r\n"
NOT_FROM_SERVICES = HOP_BY_HOP | REPLACED


def request_head(request: Request, destination: "Destination", forward: Forward, traceparent: bytes) -> bytes:
    target = destination.path(request.path)
    if request.query is not None:
        target += b"?" + request.query
    gone = forward.gone
    lines = [
        b"%b %b HTTP/1.1\r\n" % (request.method.encode(), target),
        destination.fixed,
        *[b"%b: %b\r\n" % field for field in request.fields if field[0] not in gone],
        forward.block,
        b"x-forwarded-for: %b\r\nx-forwarded-proto: %b\r\n"
        % (request.client.encode(), b"https" if request.secure else b"http"),
        b"x-forwarded-host: %b\r\n" % request.host if request.host else b"",
        b"x-request-id: %b\r\ntraceparent: %b\r\n" % (request.request_id.encode(), traceparent),
    ]
    if request.chunked:
        lines.append(b"transfer-encoding: chunked\r\n")
    elif request.content_length is not None:
        lines.append(b"content-length: %d\r\n" % request.content_length)
    if request.expects_continue:
        lines.append(b"expect: 100-continue\r\n")
    lines.append(b"\r\n")
    return b"".join(lines)


def answer_head(status: int, fields: list[Field], date: bytes = b"", ours: bytes = b"") -> bytes:
    """`fields` as the service sent them; `ours`, whole lines, come last; so does `date` unless the service gave one."""
    gone = NOT_FROM_SERVICES
    for name, value in fields:
        if name == b"date":
            date = b""
        elif name == b"connection" and value.lower() not in (b"close", b"keep-alive"):
            gone = gone | {token.strip().lower() for token in value.split(b",")}
    lines = [b"%b: %b\r\n" % field for field in fields if field[0] not in gone]
    return b"".join((status_line(status), *lines, date, ours, b"\r\n"))


def framing_of(request: Request, status: int, length: int | None) -> bytes:
    """How the client will know where the answer's body ends; `length` None when it is not known before the end."""
    if length is not None and status != 204:
        return b"content-length: %d\r\n" % length
    if request.method == "HEAD" or status in (204, 304):
        return b""
    return CHUNKED if request.version == "1.1" else UNTIL_CLOSED
