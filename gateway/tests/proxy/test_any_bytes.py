"""Whatever bytes arrive, however they are cut: every answer is well-formed, and a service sees only whole plain requests."""

import re
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.proxy import Limits, Route, Timeouts

LIGHTLY = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
HEAD = re.compile(
    rb"(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) /[!-~]* HTTP/1\.1\r\n(?:[!-9;-~]+: [\t -~\x80-\xff]*\r\n)+\r\n"
)


class Strict:
    """A service that answers with the body it was sent, and notes whatever is not a plain request."""

    def __init__(self) -> None:
        self.wrong: list[bytes] = []

    async def __call__(self, reader, writer):
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            if not HEAD.fullmatch(head):
                self.wrong.append(head)
            body = await self.body(reader, head)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))

    async def body(self, reader, head):
        if b"\r\ntransfer-encoding: chunked\r\n" not in head:
            length = re.search(rb"\r\ncontent-length: (\d+)\r\n", head)
            return await reader.readexactly(int(length[1])) if length else b""
        body = b""
        while size := int(await reader.readuntil(b"\r\n"), 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readexactly(2)
        return body


@pytest.fixture
async def service():
    return Strict()


@pytest.fixture
async def gateway(city, service):
    route = Route("/api", ("127.0.0.1", await city.raw_service(service)))
    return await city.gateway(
        route, limits=Limits(head=2000, body=2000), timeouts=Timeouts(head=0.1, body=0.1, keep_alive=0.1)
    )


def request(path: bytes, body: bytes, sizes: list[int]) -> bytes:
    if not sizes:
        return b"POST /api/%b HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%b" % (path, len(body), body)
    chunks = []
    for size in sizes:
        chunk, body = body[:size], body[size:]
        chunks += [chunk] if chunk else []
    chunks += [body] if body else []
    framed = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
    return b"POST /api/%b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n%b0\r\n\r\n" % (path, framed)


BODIES = st.tuples(st.binary(max_size=60), st.lists(st.integers(1, 20), max_size=4))


@LIGHTLY
@given(bodies=st.lists(BODIES, min_size=1, max_size=5), cuts=st.lists(st.integers(1, 400), max_size=8))
async def test_requests_mean_the_same_wherever_the_stream_is_cut(gateway, service, bodies, cuts):
    stream = b"".join(request(b"%d" % number, body, sizes) for number, (body, sizes) in enumerate(bodies))
    places = [0, *sorted({cut for cut in cuts if cut < len(stream)}), len(stream)]
    wire = await gateway.connect()

    for start, end in pairwise(places):
        await wire.send(stream[start:end])
    answers = [await wire.answer() for _ in bodies]
    await wire.close()

    assert [answer.body for answer in answers] == [body for body, _ in bodies]
    assert service.wrong == []


SAMPLE = (
    request(b"a", b"hello", [])
    + request(b"b", b"hello world", [3, 4])
    + b"GET /api/c?d=e HTTP/1.1\r\nHost: a\r\nX-Y: z\r\n\r\n"
)
PIECES = st.one_of(
    st.binary(min_size=1, max_size=4),
    st.sampled_from([
        b"\r\n", b"\n", b"\r", b" ", b"\t", b":", b"\x00", b"0\r\n\r\n", b"Transfer-Encoding: chunked\r\n", b"Content-Length: 5\r\n",
        b"Connection: close\r\n", b"Connection: host, content-length\r\n", b"Host: b\r\n", b"GET /api/x HTTP/1.1\r\n", b"../", b"%2e",
        b"Upgrade: h2c\r\nConnection: upgrade\r\n", b"Expect: 100-continue\r\n", b"HTTP/1.0",
    ]),
)  # fmt: skip
CHANGES = st.lists(st.tuples(st.integers(0, len(SAMPLE)), st.integers(0, 6), PIECES), min_size=1, max_size=4)


@LIGHTLY
@given(changes=CHANGES)
async def test_a_damaged_stream_gives_well_formed_answers_and_plain_requests(gateway, service, changes):
    stream = SAMPLE
    for place, removed, piece in changes:
        stream = stream[:place] + piece + stream[place + removed :]
    wire = await gateway.connect()

    await wire.send(stream)
    rest = await wire.rest()
    await wire.close()

    while rest:
        head, _, rest = rest.partition(b"\r\n\r\n")
        status = re.match(rb"HTTP/1\.1 (\d{3}) ", head)
        assert status, head
        if int(status[1]) >= 200:
            length = re.search(rb"\r\ncontent-length: (\d+)(\r\n|$)", head)
            rest = rest[int(length[1]) :] if length else rest
    assert service.wrong == []
