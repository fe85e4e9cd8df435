"""A request as the gateway has understood it: what it may mean to the inside, and nothing else."""

from typing import TYPE_CHECKING

from gateway.proxy.problems import EXPECTATION_FAILED, MALFORMED_REQUEST, UPGRADE_NOT_SUPPORTED, Field, Refused
from gateway.proxy.targets import split_target
from gateway.proxy.tracing import TRACEPARENT, request_id_from

if TYPE_CHECKING:
    from gateway.proxy.routes import Route

METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
SAFE = frozenset(("GET", "HEAD", "OPTIONS"))
IDEMPOTENT = SAFE | {"PUT", "DELETE"}

# Fields that speak of one connection only (RFC 9110, 7.6.1).
HOP_BY_HOP = frozenset((
    b"connection", b"http2-settings", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"proxy-connection",
    b"te", b"trailer", b"transfer-encoding", b"upgrade",
))  # fmt: skip
# Fields that the inside could believe: read here, never passed on as they came.
OURS = frozenset((
    b"baggage", b"content-length", b"expect", b"forwarded", b"host", b"traceparent", b"tracestate", b"x-client-ip", b"x-original-host",
    b"x-original-url", b"x-real-ip", b"x-request-id", b"x-rewrite-url",
))  # fmt: skip
SINGLE = frozenset((b"authorization", b"expect", b"host"))
NOTED = HOP_BY_HOP | OURS | SINGLE


class Request:
    """`fields` have lower-case names and lack what belongs to the connection or is set by the gateway. `path` is
    authorised and forwarded in one spelling; `query` is as sent, None without a question mark. `traceparent` is ours, None
    until it is forwarded; `foreign_trace` is the client's own, to which ours is linked. `caller` is a kind and a key (see
    `callers`), None for somebody of whom only the address is known; `quota` what its answer says is left, empty until counted."""

    __slots__ = (
        "caller", "chunked", "client", "content_length", "expects_continue", "fields", "foreign_trace", "forwarded_for",
        "forwarded_proto", "host", "keep_alive", "method", "path", "query", "quota", "request_id", "route", "secure",
        "traceparent", "version",
    )  # fmt: skip

    caller: tuple[str, str | bytes] | None
    client: str
    traceparent: bytes | None
    secure: bool
    route: "Route | None"

    def __init__(self, method: str, target: bytes, version: str, fields: list[Field], keep_alive: bool) -> None:
        self.method = method
        self.version = version
        self.keep_alive = keep_alive and version == "1.1"
        self.path, self.query = split_target(target)
        self.route = self.traceparent = self.caller = None
        self.quota = b""
        self._read(fields)

    def header(self, name: bytes) -> bytes | None:
        """The last value of that name (lower case), None when absent."""
        for known, value in reversed(self.fields):
            if known == name:
                return value
        return None

    @property
    def has_body(self) -> bool:
        return self.chunked or bool(self.content_length)

    @property
    def target(self) -> bytes:
        return self.path if self.query is None else self.path + b"?" + self.query

    def _read(self, fields: list[Field]) -> None:
        kept: list[Field] = []
        noted: dict[bytes, bytes] = {}
        for field in fields:
            name, value = field
            if name in NOTED:
                self._note(noted, name, value)
                if name not in SINGLE or name in OURS:
                    continue
            elif name.startswith(b"x-forwarded-"):
                noted[name] = noted[name] + b"," + value if name in noted else value
                continue
            kept.append(field)
        named = noted.get(b"connection")
        if named is not None and named.lower() not in (b"close", b"keep-alive"):
            tokens = {token.strip().lower() for token in named.split(b",")}
            kept = [field for field in kept if field[0] not in tokens]
        self.fields = kept
        self._interpret(noted)

    def _note(self, noted: dict[bytes, bytes], name: bytes, value: bytes) -> None:
        if name not in noted:
            noted[name] = value
        elif name in SINGLE:
            raise Refused(MALFORMED_REQUEST)
        else:
            noted[name] += b"," + value

    def _interpret(self, noted: dict[bytes, bytes]) -> None:
        host = noted.get(b"host")
        if host is None:
            if self.version == "1.1":
                raise Refused(MALFORMED_REQUEST)
            host = b""
        elif not _is_authority(host):
            raise Refused(MALFORMED_REQUEST)
        self.host = host
        self.forwarded_for = noted.get(b"x-forwarded-for", b"")
        self.forwarded_proto = noted.get(b"x-forwarded-proto", b"")
        self._interpret_body(noted)
        if b"upgrade" in noted and b"websocket" in noted[b"upgrade"].lower():
            raise Refused(UPGRADE_NOT_SUPPORTED)
        self.request_id = request_id_from(noted.get(b"x-request-id"))
        given = noted.get(b"traceparent")
        self.foreign_trace = given if given is not None and TRACEPARENT.fullmatch(given) else None

    def _interpret_body(self, noted: dict[bytes, bytes]) -> None:
        length, encoding = noted.get(b"content-length"), noted.get(b"transfer-encoding")
        self.content_length = None if length is None else int(length)
        self.chunked = encoding is not None
        if encoding is not None and (encoding.lower() != b"chunked" or length is not None or self.version != "1.1"):
            raise Refused(MALFORMED_REQUEST)
        expected = noted.get(b"expect")
        if expected is not None and expected.lower() != b"100-continue":
            raise Refused(EXPECTATION_FAILED)
        self.expects_continue = expected is not None and self.version == "1.1" and self.has_body


def _is_authority(host: bytes) -> bool:
    return 0 < len(host) <= 255 and not host.translate(None, AUTHORITY)


AUTHORITY = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:[]"
