"""Reads requests off one connection, strictly: what two programs could read in two ways is refused."""

import logging
from typing import Protocol

import httptools

from gateway.proxy.limits import Limits
from gateway.proxy.problems import (
    BODY_TOO_LARGE,
    HEAD_TOO_LARGE,
    INTERNAL_ERROR,
    MALFORMED_REQUEST,
    METHOD_NOT_SUPPORTED,
    TARGET_TOO_LONG,
    VERSION_NOT_SUPPORTED,
    Field,
    Refused,
)
from gateway.proxy.request import METHODS, Request

logger = logging.getLogger(__name__)


class Sink(Protocol):
    """Where requests go. `opened` returns the most bytes the body may have, or raises Refused."""

    def opened(self, request: Request) -> int: ...
    def received(self, data: bytes) -> None: ...
    def closed(self) -> None: ...


class Deaf(Exception):
    """Nothing more is wanted from this connection."""


class RequestReader:
    """`in_head` and `in_body` tell what has begun and not ended. A `deaf` reader finishes the body and ignores the rest."""

    __slots__ = (
        "_fields", "_limits", "_muted", "_parser", "_room", "_sink", "_size", "_target", "_unread", "_upgrading", "deaf",
        "in_body", "in_head", "last",
    )  # fmt: skip

    def __init__(self, sink: Sink, limits: Limits) -> None:
        self._sink = sink
        self._limits = limits
        self._parser = self._new_parser()
        self._muted = self._upgrading = False
        self._unread = self._size = self._room = 0
        self.deaf = self.in_head = self.in_body = False
        self.last: Request | None = None

    def feed(self, data: bytes) -> None:
        """Raises Refused; after that nothing may be fed again."""
        if self.ignoring:
            return
        self._unread += len(data)
        rest: bytes | None = data
        while rest is not None:
            rest = self._feed(rest)
        # Bytes that make no progress are held by the parser: an endless field, chunk extension or trailer.
        if self._unread > self._limits.head:
            raise Refused(HEAD_TOO_LARGE)

    @property
    def ignoring(self) -> bool:
        return self.deaf and not self.in_body

    def stop(self) -> None:
        """Whatever comes now is ignored, in the middle of a request too."""
        self.deaf = True
        self.in_head = self.in_body = False

    def _feed(self, data: bytes) -> bytes | None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._ignore_upgrade()
            return data[upgrade.args[0] :] or None
        except httptools.HttpParserError as error:
            self._explain(error)
        return None

    def _explain(self, error: httptools.HttpParserError) -> None:
        cause = error.__context__
        if isinstance(cause, Deaf):
            return
        if isinstance(cause, Refused):
            raise cause
        if isinstance(error, httptools.HttpParserCallbackError) and cause is not None:
            logger.error("reading a request failed", exc_info=cause)
            raise Refused(INTERNAL_ERROR) from cause
        raise Refused(MALFORMED_REQUEST) from error

    def _ignore_upgrade(self) -> None:
        """A server may ignore a wish to upgrade (RFC 9110, 7.8), but the parser has given up on the request's body: a
        fresh parser, told of the body's framing, goes on from there."""
        request = self.last
        assert request is not None  # noqa: S101 - an upgrade is only met after a request's head
        self._parser = self._new_parser()
        framing = (
            b"transfer-encoding: chunked" if request.chunked else b"content-length: %d" % (request.content_length or 0)
        )
        self._muted = True
        self._parser.feed_data(b"POST / HTTP/1.1\r\n" + framing + b"\r\n\r\n")
        self._muted = self._upgrading = False
        if not request.has_body:
            self.on_message_complete()

    def _new_parser(self) -> httptools.HttpRequestParser:
        parser = httptools.HttpRequestParser(self)
        # Without it, bytes after a `connection: close` request would spoil the answer to that request.
        parser.set_dangerous_leniencies(lenient_data_after_close=True)
        return parser

    def on_message_begin(self) -> None:
        if self._muted:
            return
        if self.deaf:
            raise Deaf
        self._fields: list[Field] = []
        self._target = b""
        self._size = 0
        self.in_head = True

    def on_url(self, data: bytes) -> None:
        if self._muted:
            return
        self._target += data
        if len(self._target) > self._limits.target:
            raise Refused(TARGET_TOO_LONG)

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._muted:
            return
        self._size += len(name) + len(value) + 4
        if self._size > self._limits.head or len(self._fields) >= self._limits.fields:
            raise Refused(HEAD_TOO_LARGE)
        if self.in_head:  # a trailer otherwise: dropped, but counted
            self._fields.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        if self._muted:
            return
        self._unread = 0
        parser = self._parser
        method, version = parser.get_method().decode(), parser.get_http_version()
        if method not in METHODS:
            raise Refused(METHOD_NOT_SUPPORTED)
        if version not in ("1.1", "1.0"):
            raise Refused(VERSION_NOT_SUPPORTED)
        request = Request(method, self._target, version, self._fields, parser.should_keep_alive())
        self._upgrading = parser.should_upgrade()
        self.last = request
        self.in_head, self.in_body = False, True
        self._room = self._sink.opened(request)
        self._size = 0

    def on_body(self, data: bytes) -> None:
        self._unread = 0
        self._room -= len(data)
        if self._room < 0:
            raise Refused(BODY_TOO_LARGE)
        self._sink.received(data)

    def on_message_complete(self) -> None:
        if self._muted or self._upgrading:
            return
        self._unread = 0
        self.in_body = False
        self._sink.closed()
