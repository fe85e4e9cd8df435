"""Header fields: what a service may believe was written by the gateway."""

import re
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.proxy import AccessRecord, Forward, Route
from gateway.proxy.problems import Refused
from gateway.proxy.request import HOP_BY_HOP, OURS, Request

UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
TRACEPARENT = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]")


class Service:
    """Keeps the fields of the last request and answers with the fields it is told."""

    def __init__(self, *answer: bytes) -> None:
        self.answer = b"".join(line + b"\r\n" for line in answer)
        self.fields: list[tuple[str, str]] = []

    async def __call__(self, reader, writer):
        while True:
            lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")[1:-2]
            self.fields = [tuple(line.split(": ", 1)) for line in lines]
            writer.write(b"HTTP/1.1 200 OK\r\n" + self.answer + b"Content-Length: 0\r\n\r\n")

    def __getitem__(self, name: str) -> list[str]:
        return [value for known, value in self.fields if known == name]


@pytest.fixture
async def service():
    return Service()


@pytest.fixture
async def gateway(city, service):
    return await city.gateway(Route("/api/x", ("127.0.0.1", await city.raw_service(service))))


async def ask(city, service, *lines: bytes, **more):
    gateway = await city.gateway(Route("/api/x", ("127.0.0.1", await city.raw_service(service))), **more)
    fields = b"".join(line + b"\r\n" for line in lines)
    return await gateway.ask(b"GET /api/x HTTP/1.1\r\nHost: onedoor.example\r\n" + fields + b"\r\n")


async def test_what_the_inside_could_believe_is_replaced(city, service):
    await ask(
        city,
        service,
        b"X-Forwarded-For: 10.0.0.1",
        b"x-forwarded-proto: https",
        b"X-Forwarded-Host: evil.example",
        b"X-Forwarded-Prefix: /evil",
        b"X-Forwarded-User: mayor",
        b"Forwarded: for=10.0.0.1",
        b"X-Real-IP: 10.0.0.1",
        b"X-Original-URL: /admin",
        b"X-Rewrite-URL: /admin",
        b"Accept: text/plain",
    )

    assert service["x-forwarded-for"] == ["127.0.0.1"]
    assert service["x-forwarded-proto"] == ["http"]
    assert service["x-forwarded-host"] == ["onedoor.example"]
    assert service["x-forwarded-prefix"] == ["/api/x"]
    assert service["accept"] == ["text/plain"]
    assert {name for name, _ in service.fields} == {
        "host", "accept", "traceparent", "x-request-id", "x-forwarded-for", "x-forwarded-host", "x-forwarded-prefix", "x-forwarded-proto",
    }  # fmt: skip


async def test_fields_of_the_connection_and_those_it_names_stay_behind(city, service):
    await ask(
        city,
        service,
        b"Connection: close, X-Secret",
        b"Connection: x-other",
        b"X-Secret: 1",
        b"X-Other: 1",
        b"Keep-Alive: timeout=5",
        b"TE: trailers",
        b"Trailer: x",
        b"Proxy-Authorization: Basic x",
        b"Proxy-Connection: keep-alive",
    )

    assert not [name for name, _ in service.fields if name not in ("host", "traceparent") and not name.startswith("x-")]
    assert service["x-secret"] == service["x-other"] == []


@pytest.mark.parametrize(
    "given_id", [b"", b"short", b"with space in", b"x" * 65, b"-begins-badly", b"semi;colon-12", b"caf\xe9-caf\xe9"]
)
async def test_a_malformed_request_id_is_replaced(city, service, given_id):
    answer = await ask(city, service, b"X-Request-Id: " + given_id)

    assert UUID7.fullmatch(answer["x-request-id"])
    assert service["x-request-id"] == [answer["x-request-id"]]


async def test_a_well_formed_request_id_travels_both_ways(city, service):
    answer = await ask(city, service, b"X-Request-Id: 0192f0c1-aaaa-7bbb-8ccc-0123456789ab")

    assert answer["x-request-id"] == "0192f0c1-aaaa-7bbb-8ccc-0123456789ab"
    assert service["x-request-id"] == ["0192f0c1-aaaa-7bbb-8ccc-0123456789ab"]


async def test_two_request_ids_are_none(city, service):
    answer = await ask(city, service, b"X-Request-Id: abcdefgh", b"X-Request-Id: ijklmnop")

    assert UUID7.fullmatch(answer["x-request-id"])


@pytest.mark.parametrize(("sampled", "flags"), [(False, "00"), (True, "01")])
async def test_a_trace_begins_here_sampled_by_method(city, service, sampled, flags):
    asked: list[str] = []

    def samples(method: str) -> bool:
        asked.append(method)
        return sampled

    await ask(city, service, samples=samples)

    (traceparent,) = service["traceparent"]
    assert asked == ["GET"]
    assert TRACEPARENT.fullmatch(traceparent)
    assert traceparent.endswith(flags)


FOREIGN = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


async def test_nobody_outside_decides_what_is_traced_or_joins_a_trace(city, service):
    given = (b"traceparent: " + FOREIGN.encode(), b"tracestate: a=b", b"baggage: onedoor.case_id=1")
    await ask(city, service, *given, samples=lambda method: False)

    (traceparent,) = service["traceparent"]
    assert traceparent.endswith("-00")
    assert traceparent[3:35] not in FOREIGN
    assert service["tracestate"] == service["baggage"] == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (FOREIGN, FOREIGN), ("00-0-0-01", None), ("x", None), (f"00-{'0' * 32}-00f067aa0ba902b7-01", None),
        (f"01-{'a' * 32}-{'b' * 16}-01", None),
    ],
)  # fmt: skip
async def test_a_traced_request_is_told_of_once_with_the_trace_of_the_client(city, service, given, kept):
    told: list[AccessRecord] = []
    trace = f"traceparent: {given}".encode()
    await ask(city, service, trace, samples=lambda method: True, on_traced=told.append)

    assert [(record.traceparent, record.foreign_trace) for record in told] == [(service["traceparent"][0], kept)]


async def test_a_request_that_is_not_traced_is_not_told_of(city, service):
    told: list[AccessRecord] = []
    await ask(city, service, on_traced=told.append)

    assert told == []


async def test_only_a_trusted_peer_says_for_whom_it_speaks(city, service):
    forwarded = (b"X-Forwarded-For: 6.6.6.6, 203.0.113.9, 127.0.0.2", b"X-Forwarded-Proto: https")

    await ask(city, service, *forwarded, trusted_peers=["127.0.0.0/8"])
    trusted = service["x-forwarded-for"], service["x-forwarded-proto"]
    await ask(city, service, *forwarded, trusted_peers=["10.0.0.0/8"])
    untrusted = service["x-forwarded-for"], service["x-forwarded-proto"]

    assert trusted == (["203.0.113.9"], ["https"])
    assert untrusted == (["127.0.0.1"], ["http"])


async def test_an_answer_leaves_behind_what_belongs_to_the_service_s_connection(city):
    service = Service(
        b"Connection: keep-alive, X-Inner", b"Keep-Alive: timeout=5", b"X-Inner: 1", b"Server: inner", b"X-Request-Id: inner",
        b"Set-Cookie: a=1", b"Set-Cookie: b=2", b"ETag: W/\"1\"",
    )  # fmt: skip

    answer = await ask(city, service)

    names = [name for name, _ in answer.headers]
    assert sorted(names) == ["content-length", "date", "etag", "set-cookie", "set-cookie", "x-request-id"]
    assert answer["x-request-id"] != "inner"


async def test_the_service_s_date_stands(city):
    answer = await ask(city, Service(b"Date: Mon, 01 Jan 2024 00:00:00 GMT"))

    assert answer["date"] == "Mon, 01 Jan 2024 00:00:00 GMT"


TOKEN = st.text(string.ascii_letters + string.digits + "!#$%&'*+-.^_`|~", min_size=1, max_size=12)
KNOWN = st.sampled_from(
    sorted(name.decode() for name in HOP_BY_HOP | OURS | {b"authorization", b"x-forwarded-anything", b"cookie"})
)
VALUE = st.text(string.printable.strip() + " ", max_size=20).map(str.strip)
FIELDS = st.lists(st.tuples(st.one_of(TOKEN, KNOWN), VALUE), max_size=12)


@given(fields=FIELDS)
def test_whatever_is_sent_only_plain_end_to_end_fields_are_kept(fields):
    try:
        request = Request("GET", b"/a", "1.1", [(n.lower().encode(), v.encode()) for n, v in fields], keep_alive=True)
    except (Refused, ValueError):
        return

    named = {t.strip().lower() for n, v in fields if n.lower() == "connection" for t in v.split(",")}
    kept = {name.decode() for name, _ in request.fields}
    assert not kept & {name.decode() for name in HOP_BY_HOP | OURS}
    assert not [name for name in kept if name.startswith("x-forwarded-")]
    assert not kept & named


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(st.binary(max_size=24), max_size=5))
async def test_no_line_of_a_client_becomes_two_for_the_service(gateway, service, lines):
    fields = b"".join(b"x-1: %b\r\n" % line for line in lines)

    answer = await gateway.ask(b"GET /api/x HTTP/1.1\r\nHost: a\r\n" + fields + b"\r\n")

    assert answer.status in (200, 400)
    if answer.status == 200:
        assert {name for name, _ in service.fields} <= {
            "host", "x-1", "traceparent", "x-request-id", "x-forwarded-for", "x-forwarded-host", "x-forwarded-prefix", "x-forwarded-proto",
        }  # fmt: skip
        assert len(service["x-1"]) <= len(lines)


@pytest.mark.parametrize(
    "field",
    [
        (b"x-a", b"b\r\nx-c: d"),
        (b"x-a", b"b\n"),
        (b"x-a\r\n", b"b"),
        (b"X-A", b"b"),
        (b"", b"b"),
        (b"host", b"b"),
        (b"content-length", b"1"),
    ],
)
def test_what_an_authoriser_adds_must_be_one_plain_field(field):
    with pytest.raises(ValueError, match="not a header field"):
        Forward(add=[field])
    with pytest.raises(ValueError, match="not a header field"):
        Forward(answer=[field])
