"""Bodies flow through as they come, as fast as the slower side takes them, and a broken one never looks whole."""

import asyncio
import hashlib

import pytest

from gateway.proxy import Limits, Route, Timeouts

GET = b"GET /api HTTP/1.1\r\nHost: a\r\n\r\n"
MEGABYTE = 1024 * 1024


async def gateway_to(city, handler, **more):
    route = Route("/api", ("127.0.0.1", await city.raw_service(handler)))
    return await city.gateway(route, limits=Limits(body=256 * MEGABYTE), **more)


async def test_events_pass_one_by_one_while_the_stream_goes_on(city):
    heard = asyncio.Event()

    async def events(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        for number in range(3):
            event = b"data: %d\n\n" % number
            writer.write(b"%x\r\n%b\r\n" % (len(event), event))
            await heard.wait()
            heard.clear()
        writer.write(b"0\r\n\r\n")

    wire = await (await gateway_to(city, events)).connect()
    await wire.send(GET)
    head = await wire.head()

    chunks = []
    for _ in range(3):
        chunks.append(await wire.chunk())
        heard.set()

    assert head["content-type"] == "text/event-stream"
    assert chunks == [b"data: 0\n\n", b"data: 1\n\n", b"data: 2\n\n"]
    assert await wire.chunk() == b""


@pytest.mark.parametrize("framing", ["length", "chunked", "until-closed"])
async def test_a_large_download_arrives_whole(city, framing):
    piece = bytes(range(256)) * 256

    async def download(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        field = {"length": b"Content-Length: %d\r\n" % (len(piece) * 400), "chunked": b"Transfer-Encoding: chunked\r\n"}
        writer.write(b"HTTP/1.1 200 OK\r\n" + field.get(framing, b"") + b"\r\n")
        for _ in range(400):
            writer.write(b"%x\r\n%b\r\n" % (len(piece), piece) if framing == "chunked" else piece)
            await writer.drain()
        if framing == "chunked":
            writer.write(b"0\r\n\r\n")

    answer = await (await gateway_to(city, download)).ask(GET)

    assert answer.whole
    assert hashlib.sha256(answer.body).digest() == hashlib.sha256(piece * 400).digest()


@pytest.mark.parametrize("chunked", [True, False])
async def test_a_large_upload_arrives_whole(city, chunked):
    piece = bytes(range(256)) * 256

    async def count(scope, receive, send):
        digest = hashlib.sha256()
        more = True
        while more:
            message = await receive()
            digest.update(message["body"])
            more = message["more_body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": digest.hexdigest().encode()})

    route = Route("/api", ("127.0.0.1", await city.service(count)), body_limit=256 * MEGABYTE)
    wire = await (await city.gateway(route)).connect()
    field = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: %d" % (len(piece) * 300)

    await wire.send(b"PUT /api HTTP/1.1\r\nHost: a\r\n" + field + b"\r\n\r\n")
    for _ in range(300):
        await wire.send(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
    if chunked:
        await wire.send(b"0\r\n\r\n")

    assert (await wire.answer()).body == hashlib.sha256(piece * 300).hexdigest().encode()


async def test_a_service_is_not_read_faster_than_the_client_reads(city):
    passed, held_up, go_on = 0, asyncio.Event(), asyncio.Event()

    async def endless(reader, writer):
        nonlocal passed
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (200 * MEGABYTE))
        for _ in range(200):
            writer.write(b"x" * MEGABYTE)
            try:
                await asyncio.wait_for(asyncio.shield(writer.drain()), 0.3)
            except TimeoutError:
                held_up.set()
                await go_on.wait()
                await writer.drain()
            passed += 1

    wire = await (await gateway_to(city, endless)).connect()
    wire.writer.transport.pause_reading()
    await wire.send(GET)

    await asyncio.wait_for(held_up.wait(), 20)
    assert passed < 100
    go_on.set()
    wire.writer.transport.resume_reading()

    assert (await wire.head()).status == 200
    for _ in range(200):
        await wire.reader.readexactly(MEGABYTE)


async def test_a_client_is_not_read_faster_than_the_service_reads(city):
    go_on = asyncio.Event()

    async def slow_reader(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        await go_on.wait()
        left = 100 * MEGABYTE
        while left:
            left -= len(await reader.read(MEGABYTE))
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")

    wire = await (await gateway_to(city, slow_reader)).connect()
    held_up = False
    wire.writer.write(b"POST /api HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % (100 * MEGABYTE))
    for sent in range(100):
        wire.writer.write(b"x" * MEGABYTE)
        try:
            await asyncio.wait_for(asyncio.shield(wire.writer.drain()), 0.3 if not held_up else None)
        except TimeoutError:
            held_up = True
            assert sent < 60
            go_on.set()
            await wire.writer.drain()

    assert held_up
    assert (await wire.answer()).status == 204


BROKEN_MIDWAY = {
    "length": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
    "chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    "bad chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nnonsense\r\n",
}


@pytest.mark.parametrize("kind", BROKEN_MIDWAY)
@pytest.mark.parametrize("version", [b"1.1", b"1.0"])
async def test_an_answer_that_breaks_midway_never_looks_whole(city, kind, version):
    begun = asyncio.Event()

    async def dies(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        head, _, rest = BROKEN_MIDWAY[kind].partition(b"half")
        writer.write(head + b"half")
        await begun.wait()
        writer.write(rest)

    records = []
    wire = await (await gateway_to(city, dies, on_access=records.append)).connect()
    await wire.send(GET.replace(b"1.1", version))
    head = await wire.head()
    begun.set()

    with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
        await wire.body(head, "GET")
    assert [(record.status, record.outcome) for record in records] == [(200, "cut-off")]


async def test_an_answer_without_an_end_that_is_reset_never_looks_whole(city):
    begun = asyncio.Event()

    async def resets(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\nhalf")
        await begun.wait()
        writer.transport.get_extra_info("socket").setsockopt(1, 13, b"\1\0\0\0\0\0\0\0")
        writer.transport.abort()

    wire = await (await gateway_to(city, resets)).connect()
    await wire.send(GET)
    await wire.head()
    assert await wire.chunk() == b"half"
    begun.set()

    with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
        await wire.chunk()


async def test_a_client_that_goes_away_ends_the_service_s_work(city):
    gone = asyncio.Event()

    async def waits(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        await reader.read()
        gone.set()

    records = []
    gateway = await gateway_to(city, waits, on_access=records.append)
    wire = await gateway.connect()
    await wire.send(GET)
    await asyncio.sleep(0.05)
    await wire.close()

    await asyncio.wait_for(gone.wait(), 20)
    assert [(record.status, record.outcome) for record in records] == [(499, "client-gone")]


async def test_a_client_that_stops_reading_is_cut_off(city):
    gone = asyncio.Event()

    async def endless(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            while True:
                writer.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")
                await writer.drain()
        except ConnectionError:
            gone.set()

    gateway = await gateway_to(city, endless, timeouts=Timeouts(idle=0.3))
    wire = await gateway.connect()
    wire.writer.transport.pause_reading()
    await wire.send(GET)

    await asyncio.wait_for(gone.wait(), 20)
    assert gateway.proxy.table.destinations[0].counters.in_flight == 0


async def test_an_early_answer_is_passed_on_and_the_rest_of_the_body_dropped(city):
    async def impatient(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")
        await reader.read()

    wire = await (await gateway_to(city, impatient)).connect()

    await wire.send(b"POST /api HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello")
    early = await wire.answer()
    await wire.send(b"world")
    again = await wire.ask(b"GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n")

    assert (early.status, early.body) == (403, b"no")
    assert again.status == 404


async def test_an_early_answer_to_one_who_waits_for_permission_ends_the_connection(city):
    async def refuses(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")
        await reader.read()

    wire = await (await gateway_to(city, refuses)).connect()

    answer = await wire.ask(b"POST /api HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n")

    assert (answer.status, answer["connection"], answer.interim) == (403, "close", [])
    assert await wire.rest() == b""


async def test_early_hints_pass_and_unasked_permission_does_not(city):
    async def hints(reader, writer):
        while await reader.readuntil(b"\r\n\r\n"):
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    gateway = await gateway_to(city, hints)

    answer = await gateway.ask(GET)
    old = await gateway.ask(GET.replace(b"1.1", b"1.0"))

    assert (answer.interim, answer.body) == ([103], b"ok")
    assert (old.interim, old.body) == ([], b"ok")
