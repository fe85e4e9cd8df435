"""What two programs could read in two ways never reaches a service."""

import json

import pytest

from gateway.proxy import Limits, Route

HOST = b"Host: onedoor.example\r\n"
SMUGGLED = b"GET /api/smuggled HTTP/1.1\r\n" + HOST + b"\r\n"


class Recorder:
    """A service that answers each request's head at once, and keeps every byte it was sent."""

    def __init__(self) -> None:
        self.seen = b""

    async def __call__(self, reader, writer):
        while data := await reader.read(65536):
            self.seen += data
            for _ in range(data.count(b" HTTP/1.1\r\n")):
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


@pytest.fixture
async def recorded(city):
    recorder = Recorder()
    port = await city.raw_service(recorder)
    gateway = await city.gateway(Route("/api", ("127.0.0.1", port)), limits=Limits(target=2000, head=8000, body=1000))
    return gateway, recorder


def problem_of(answer):
    assert answer["content-type"] == "application/problem+json"
    problem = json.loads(answer.body)
    assert problem["status"] == answer.status
    assert problem["instance"] == answer["x-request-id"]
    assert problem["title"]
    return problem["type"].removeprefix("https://onedoor.example/problems/")


def post(*lines: bytes, body: bytes = b"") -> bytes:
    return b"POST /api/x HTTP/1.1\r\n" + HOST + b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body


CHUNKED = b"Transfer-Encoding: chunked"
MALFORMED = [
    post(b"Content-Length: 4", CHUNKED, body=b"0\r\n\r\n"),
    post(CHUNKED, b"Content-Length: 4", body=b"0\r\n\r\n"),
    post(b"Content-Length: 3", b"Content-Length: 3", body=b"abc"),
    post(b"Content-Length: 3", b"Content-Length: 30", body=b"abc"),
    post(b"Content-Length: 3, 3", body=b"abc"),
    post(b"Content-Length: +3", body=b"abc"),
    post(b"Content-Length: -3", body=b"abc"),
    post(b"Content-Length: 0x3", body=b"abc"),
    post(b"Content-Length: 3 3", body=b"abc"),
    post(b"Content-Length:", body=b"abc"),
    post(b"Content-Length: 18446744073709551620", body=b"abc"),
    post(b"Content-Length : 3", body=b"abc"),
    post(b"Transfer-Encoding: gzip, chunked", body=b"0\r\n\r\n"),
    post(b"Transfer-Encoding: gzip", body=b"abc"),
    post(b"Transfer-Encoding: identity", b"Content-Length: 3", body=b"abc"),
    post(b"Transfer-Encoding: xchunked", body=b"0\r\n\r\n"),
    post(b"Transfer-Encoding: chunked, identity", body=b"0\r\n\r\n"),
    post(b"Transfer-Encoding: \x0bchunked", body=b"0\r\n\r\n"),
    post(b"Transfer-Encoding:\r\n chunked", body=b"0\r\n\r\n"),
    post(b"Transfer-Encoding : chunked", body=b"0\r\n\r\n"),
    post(CHUNKED, CHUNKED, body=b"0\r\n\r\n"),
    b"POST /api/x HTTP/1.0\r\n" + HOST + CHUNKED + b"\r\n\r\n0\r\n\r\n",
    post(b"X-Folded: a\r\n b"),
    post(b" X-Led: a"),
    post(b"X-Null: a\x00b"),
    post(b"X-Return: a\rb"),
    post(b"X-Bell: a\x07b"),
    post(b"X-Delete: a\x7fb"),
    post(b"X Space: a"),
    post(b"X(Paren): a"),
    post(b": nameless"),
    post(b"nocolon"),
    b"POST /api/x HTTP/1.1\nHost: a\n\n",
    b"POST /api/x HTTP/1.1\r\nHost: a\n\r\n",
    b"POST /api/x HTTP/1.1\r\n\r\n",
    b"GET /api/x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    b"GET /api/x HTTP/1.1\r\nHost: a/b\r\n\r\n",
    b"GET /api/x HTTP/1.1\r\nHost: a, b\r\n\r\n",
    b"GET /api/x HTTP/1.1\r\nHost:\r\n\r\n",
    b"GET /api/x HTTP/1.1\r\n" + HOST + b"Authorization: a\r\nAuthorization: b\r\n\r\n",
    b"GET /api/x y HTTP/1.1\r\n" + HOST + b"\r\n",
    b"get /api/x HTTP/1.1\r\n" + HOST + b"\r\n",
    b"NONSENSE /api/x HTTP/1.1\r\n" + HOST + b"\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
]


async def outcome(gateway, *pieces: bytes):
    """Status and problem of the one answer, and what came after it on the connection."""
    wire = await gateway.connect()
    for piece in pieces:
        await wire.send(piece)
    answer = await wire.answer()
    assert answer["connection"] == "close"
    return answer.status, problem_of(answer), await wire.rest()


async def test_what_is_malformed_is_refused_and_nothing_of_it_goes_on(recorded):
    gateway, recorder = recorded

    outcomes = {raw: await outcome(gateway, raw + SMUGGLED) for raw in MALFORMED}

    assert outcomes == dict.fromkeys(MALFORMED, (400, "malformed-request", b""))
    assert recorder.seen == b""


BAD_CHUNKS = [
    b"3\nabc\r\n0\r\n\r\n",
    b"3 \r\nabc\r\n0\r\n\r\n",
    b"0x3\r\nabc\r\n0\r\n\r\n",
    b"+3\r\nabc\r\n0\r\n\r\n",
    b"-1\r\nabc\r\n0\r\n\r\n",
    b"3;a\nb\r\nabc\r\n0\r\n\r\n",
    b"3\r\nabcX\r\n0\r\n\r\n",
    b"3\r\nabc\n0\r\n\r\n",
    b"3\r\nabc0\r\n\r\n",
    b"3\rabc\r\n0\r\n\r\n",
    b"FFFFFFFFFFFFFFFFF\r\nabc\r\n0\r\n\r\n",
    b"\r\nabc\r\n0\r\n\r\n",
    b"G\r\nabc\r\n0\r\n\r\n",
    b"3\r\nabc\r\n0\r\n\n",
    b"3\r\nabc\r\n0\r\nTrailer : x\r\n\r\n",
]


async def test_a_bad_chunk_ends_the_exchange_without_an_end_for_the_service(city):
    bodies = []

    async def keeps_reading(reader, writer):
        bodies.append(await reader.read())

    gateway = await city.gateway(Route("/api", ("127.0.0.1", await city.raw_service(keeps_reading))))

    outcomes = {chunks: await outcome(gateway, post(CHUNKED), chunks + SMUGGLED) for chunks in BAD_CHUNKS}

    assert outcomes == dict.fromkeys(BAD_CHUNKS, (400, "malformed-request", b""))
    assert not [body for body in bodies if b"0\r\n\r\n" in body or b"smuggled" in body]


OTHERS = [
    (b"CONNECT onedoor.example:443 HTTP/1.1\r\n" + HOST + b"\r\n", 501, "method-not-supported"),
    (b"TRACE /api/x HTTP/1.1\r\n" + HOST + b"\r\n", 501, "method-not-supported"),
    (b"PROPFIND /api/x HTTP/1.1\r\n" + HOST + b"\r\n", 501, "method-not-supported"),
    (b"GET /api/x\r\n\r\n", 505, "version-not-supported"),
    (b"GET /api/x HTTP/2.0\r\n" + HOST + b"\r\n", 505, "version-not-supported"),
    (post(b"Expect: 200-ok"), 417, "expectation-failed"),
    (
        b"GET /api/x HTTP/1.1\r\n" + HOST + b"Connection: upgrade\r\nUpgrade: websocket\r\n\r\n",
        501,
        "upgrade-not-supported",
    ),
    (b"GET /api/" + b"x" * 3000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414, "target-too-long"),
    (b"GET /api/" + b"x" * 300_000, 414, "target-too-long"),
    (post(b"X-Long: " + b"x" * 9000), 431, "head-too-large"),
    (post(b"X-Long: " + b"x" * 300_000), 431, "head-too-large"),
    (post(*[b"X-%d: x" % number for number in range(101)]), 431, "head-too-large"),
    (post(*[b"X-%d: %b" % (number, b"x" * 200) for number in range(50)]), 431, "head-too-large"),
    (post(b"Content-Length: 1001", body=b"x" * 1001), 413, "body-too-large"),
    (post(b"Content-Length: 100000000000"), 413, "body-too-large"),
    (post(b"Expect: 100-continue", b"Content-Length: 1001"), 413, "body-too-large"),
]


async def test_what_is_too_much_or_not_offered_is_refused_by_name(recorded):
    gateway, recorder = recorded

    outcomes = [await outcome(gateway, raw) for raw, _, _ in OTHERS]

    assert outcomes == [(status, slug, b"") for _, status, slug in OTHERS]
    assert recorder.seen == b""
    assert sum(gateway.proxy.refused.values()) == len(OTHERS)


@pytest.mark.parametrize(
    "endless",
    [
        post(CHUNKED, body=b"3;" + b"x" * 600_000),
        post(CHUNKED, body=b"3\r\nabc\r\n0\r\nTrailer: " + b"x" * 600_000),
        post(CHUNKED, body=b"3\r\nabc\r\n0\r\n" + b"Trailer: x\r\n" * 2000),
    ],
)
async def test_what_a_chunk_carries_beside_its_data_is_bounded(city, endless):
    async def silent(reader, writer):
        await reader.read()

    gateway = await city.gateway(Route("/api", ("127.0.0.1", await city.raw_service(silent))), limits=Limits(head=8000))

    answer = await gateway.ask(endless)

    assert (answer.status, problem_of(answer)) == (431, "head-too-large")


async def test_a_chunked_body_is_counted_and_cut_off_at_the_limit(city):
    async def silent(reader, writer):
        await reader.read()

    route = Route("/api", ("127.0.0.1", await city.raw_service(silent)), body_limit=10)
    gateway = await city.gateway(route)

    answer = await gateway.ask(post(CHUNKED, body=b"6\r\nabcdef\r\n5\r\nabcde\r\n0\r\n\r\n"))

    assert (answer.status, problem_of(answer)) == (413, "body-too-large")


async def test_a_refusal_waits_for_the_answers_before_it(recorded):
    gateway, _ = recorded
    wire = await gateway.connect()

    await wire.send(
        b"GET /api/1 HTTP/1.1\r\n" + HOST + b"\r\n" + b"GET /api/../2 HTTP/1.1\r\n" + HOST + b"\r\n" + SMUGGLED
    )
    first, second = await wire.answer(), await wire.answer()

    assert (first.status, first.body) == (200, b"ok")
    assert (second.status, problem_of(second)) == (400, "malformed-target")
    assert await wire.rest() == b""


async def test_what_follows_the_last_request_of_a_connection_is_ignored(recorded):
    gateway, recorder = recorded
    wire = await gateway.connect()

    answer = await wire.ask(b"GET /api/last HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n" + SMUGGLED)

    assert (answer.status, answer["connection"]) == (200, "close")
    assert await wire.rest() == b""
    assert b"smuggled" not in recorder.seen


async def test_a_flood_of_pipelined_requests_is_cut_off(city):
    async def never(scope, receive, send):
        while (await receive())["type"] != "http.disconnect":
            pass

    gateway = await city.gateway(app=never, limits=Limits(pipelined=5))
    wire = await gateway.connect()

    await wire.send(b"GET /portal HTTP/1.1\r\nHost: a\r\n\r\n" * 100)
    await wire.close()

    assert (await gateway.ask(b"GET /api/../ HTTP/1.1\r\nHost: a\r\n\r\n")).status == 400
    assert gateway.proxy.refused["service-busy"] == 1
