"""What can go wrong before a service has answered, as RFC 9457 problems of stable type."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

import orjson

from contracts.problems import MEDIA_TYPE, TYPE_BASE

if TYPE_CHECKING:
    from gateway.proxy.request import Request

Field = tuple[bytes, bytes]
Page = tuple[list[Field], bytes]
"""What a person is shown instead of a problem: the fields that speak of it, and its HTML."""

STATUS_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus}


@dataclass(frozen=True, slots=True)
class Problem:
    slug: str
    status: int
    title: str
    detail: str | None = None
    retry_after: int | None = None

    def body(self, request_id: str) -> bytes:
        document: dict[str, object] = {"type": TYPE_BASE + self.slug, "title": self.title, "status": self.status}
        if self.detail is not None:
            document["detail"] = self.detail
        return orjson.dumps(document | {"instance": request_id})

    def answer(
        self, request_id: str, fields: list[Field], *, close: bool, bodyless: bool = False, page: Page | None = None
    ) -> bytes:
        """The whole HTTP answer. A HEAD request's (`bodyless`) carries the length of the body that it leaves out."""
        told, body = page or ([(b"content-type", MEDIA_TYPE.encode()), (b"cache-control", b"no-store")], None)
        if body is None:
            body = self.body(request_id)
        fields = [*fields, *told, (b"content-length", b"%d" % len(body)), (b"x-request-id", request_id.encode())]
        if self.retry_after is not None:
            fields.append((b"retry-after", b"%d" % self.retry_after))
        if close:
            fields.append((b"connection", b"close"))
        head = status_line(self.status) + b"".join([b"%b: %b\r\n" % field for field in fields]) + b"\r\n"
        return head if bodyless else head + body


class Refused(Exception):
    """The client's request cannot be taken; the connection ends with this answer."""

    def __init__(self, problem: Problem, request: "Request | None" = None) -> None:
        super().__init__(problem.slug)
        self.problem = problem
        self.request = request


def status_line(status: int) -> bytes:
    return STATUS_LINES.get(status) or b"HTTP/1.1 %d \r\n" % status


MALFORMED_REQUEST = Problem("malformed-request", 400, "The request is not well-formed HTTP")
MALFORMED_TARGET = Problem(
    "malformed-target",
    400,
    "The request's target is not a plain path",
    "A path starts with '/' and has no empty, '.' or '..' segments, encoded slashes, backslashes or control characters.",
)
REQUEST_TIMEOUT = Problem("request-timeout", 408, "The request did not arrive in time")
BODY_TOO_LARGE = Problem("body-too-large", 413, "The body is too large")
TARGET_TOO_LONG = Problem("target-too-long", 414, "The request's target is too long")
EXPECTATION_FAILED = Problem("expectation-failed", 417, "Only 'Expect: 100-continue' can be met")
TOO_MANY_REQUESTS = Problem("too-many-requests", 429, "Too many requests")
HEAD_TOO_LARGE = Problem("head-too-large", 431, "The request's header fields are too large")
INTERNAL_ERROR = Problem("internal-error", 500, "Something went wrong on our side")
METHOD_NOT_SUPPORTED = Problem("method-not-supported", 501, "This method is not supported")
UPGRADE_NOT_SUPPORTED = Problem("upgrade-not-supported", 501, "Web sockets are not supported")
SERVICE_UNREACHABLE = Problem("service-unreachable", 502, "The service cannot be reached")
SERVICE_ANSWER_INVALID = Problem("service-answer-invalid", 502, "The service's answer could not be understood")
SERVICE_BUSY = Problem("service-busy", 503, "Too many requests are waiting for the service", retry_after=1)
SERVICE_TIMEOUT = Problem("service-timeout", 504, "The service did not answer in time")
VERSION_NOT_SUPPORTED = Problem("version-not-supported", 505, "Only HTTP/1.0 and HTTP/1.1 are supported")
