"""Services that are down, slow, broken or overrun; clients that are slow. Each failure has its name."""

import asyncio
import json
import socket

import pytest

from gateway.proxy import PoolLimits, Route, Timeouts

GET = b"GET /api HTTP/1.1\r\nHost: a\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def named(answer):
    problem = json.loads(answer.body)
    assert answer["content-type"] == "application/problem+json"
    assert (problem["status"], problem["instance"]) == (answer.status, answer["x-request-id"])
    return answer.status, problem["type"].removeprefix("https://onedoor.example/problems/")


async def gateway_to(city, handler, **more):
    return await city.gateway(Route("/api", ("127.0.0.1", await city.raw_service(handler))), **more)


async def test_a_service_that_is_down(city):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    gateway = await city.gateway(Route("/api", ("127.0.0.1", port)))
    wire = await gateway.connect()

    assert named(await wire.ask(GET)) == (502, "service-unreachable")
    head = await wire.ask(b"HEAD" + GET[3:])
    assert (head.status, head.body, int(head["content-length"]) > 0) == (502, b"", True)
    assert named(await wire.ask(GET)) == (502, "service-unreachable")


async def test_a_service_that_does_not_accept(city):
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        callers = [socket.socket() for _ in range(4)]
        for caller in callers:
            caller.setblocking(False)
            caller.connect_ex(address)
        gateway = await city.gateway(Route("/api", address), timeouts=Timeouts(connect=0.2))

        answer = await gateway.ask(GET)

        for caller in callers:
            caller.close()
    assert named(answer) == (504, "service-timeout")


async def test_a_service_that_does_not_answer(city):
    async def silent(reader, writer):
        await reader.read()

    gateway = await gateway_to(city, silent, timeouts=Timeouts(first_byte=0.1))

    assert named(await gateway.ask(GET)) == (504, "service-timeout")


async def test_a_service_that_keeps_saying_wait_does_not_answer_either(city):
    async def busy(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"HTTP/1.1 102 Processing\r\n\r\n")
            await writer.drain()
            await asyncio.sleep(0.02)

    gateway = await gateway_to(city, busy, timeouts=Timeouts(first_byte=0.2))
    answer = await gateway.ask(GET)

    assert set(answer.interim) == {102}
    assert named(answer) == (504, "service-timeout")


async def test_a_service_that_does_not_take_the_body(city):
    async def deaf(reader, writer):
        writer.transport.pause_reading()
        await asyncio.Event().wait()

    gateway = await gateway_to(city, deaf, timeouts=Timeouts(body=0.2))
    wire = await gateway.connect()
    writing = asyncio.create_task(
        wire.send(b"POST /api HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n" + b"x" * 10_000_000)
    )

    answer = await wire.answer()
    await asyncio.gather(writing, return_exceptions=True)

    assert named(answer) == (504, "service-timeout")


async def test_a_service_that_falls_silent_midway(city):
    async def falls_silent(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        await reader.read()

    gateway = await gateway_to(city, falls_silent, timeouts=Timeouts(idle=0.1))
    answer = await gateway.ask(GET)

    assert not answer.whole


BROKEN = [
    b"nonsense\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nok",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nok",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nX\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\nok",
    b"HTTP/1.1 200 OK\r\nX: a\rb\r\nContent-Length: 2\r\n\r\nok",
    b"HTTP/1.1 200 OK\r\nX: a\x00b\r\nContent-Length: 2\r\n\r\nok",
    b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
    b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
    b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
    b"HTTP/1.1 99 Low\r\n\r\n",
    b"HTTP/1.1 999 High\r\nContent-Length: 2\r\n\r\nok",
    b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000,
    b"HTTP/1.1 200 OK\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Le",
]


async def test_answers_that_cannot_be_understood(city):
    said = iter(BROKEN)

    async def broken(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(next(said))

    gateway = await gateway_to(city, broken)
    wire = await gateway.connect()

    outcomes = [named(await wire.ask(b"POST /api HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")) for _ in BROKEN]

    assert outcomes == [(502, "service-answer-invalid")] * len(BROKEN)
    assert gateway.proxy.table.destinations[0].counters.outcomes == {"service-answer-invalid": len(BROKEN)}


async def test_a_connection_that_says_more_than_it_was_asked_is_not_used_again(city):
    connections = []

    async def talkative(reader, writer):
        connections.append(writer)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(OK + OK.replace(b"ok", b"no"))
        await reader.read()

    gateway = await gateway_to(city, talkative)
    wire = await gateway.connect()

    bodies = [(await wire.ask(GET)).body for _ in range(3)]

    assert bodies == [b"ok", b"ok", b"ok"]
    assert len(connections) == 3


@pytest.mark.parametrize("extra", [b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong", b"x"])
async def test_what_a_service_says_unasked_is_nobody_s_answer(city, extra):
    connections = []

    async def talkative(reader, writer):
        connections.append(writer)
        while await reader.readuntil(b"\r\n\r\n"):
            writer.write(OK)
            await asyncio.sleep(0.02)
            writer.write(extra)

    gateway = await gateway_to(city, talkative)
    wire = await gateway.connect()

    first = await wire.ask(GET)
    await asyncio.sleep(0.1)
    second = await wire.ask(GET)

    assert (first.body, second.body) == (b"ok", b"ok")
    assert len(connections) == 2


async def test_a_body_where_none_belongs_does_not_spoil_the_next_answer(city):
    async def wrong(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        status = b"HTTP/1.1 204 No Content\r\n" if b"/204" in head else b"HTTP/1.1 200 OK\r\n"
        writer.write(status + b"Content-Length: 5\r\n\r\nwrong")
        await reader.read()

    wire = await (await gateway_to(city, wrong)).connect()

    head = await wire.ask(b"HEAD /api HTTP/1.1\r\nHost: a\r\n\r\n")
    empty = await wire.ask(b"GET /api/204 HTTP/1.1\r\nHost: a\r\n\r\n")
    full = await wire.ask(GET)

    assert (head.status, head["content-length"]) == (200, "5")
    assert (empty.status, "content-length" in empty) == (204, False)
    assert full.body == b"wrong"


# A kept connection that the service has just closed.


class ClosesAfterOne:
    """Answers the first request on each connection; the second one finds the door closing. `dies`: also the first on the
    second connection."""

    def __init__(self, after: bytes = b"") -> None:
        self.after = after
        self.heads: list[bytes] = []

    async def __call__(self, reader, writer):
        self.heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(OK)
        self.heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(self.after)


@pytest.mark.parametrize(
    "second",
    [
        b"GET /api HTTP/1.1\r\nHost: a\r\n\r\n",
        b"PUT /api HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok",
        b"DELETE /api HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        b"POST /api HTTP/1.1\r\nHost: a\r\nIdempotency-Key: k1\r\nContent-Length: 2\r\n\r\nok",
    ],
)
async def test_a_request_that_may_be_repeated_is_sent_again_on_a_fresh_connection(city, second):
    service = ClosesAfterOne()
    gateway = await gateway_to(city, service)
    wire = await gateway.connect()

    await wire.ask(GET)
    answer = await wire.ask(second)

    assert (answer.status, answer.body) == (200, b"ok")
    assert service.heads[1] == service.heads[2]
    assert gateway.proxy.table.destinations[0].counters.retries == 1


@pytest.mark.parametrize("method", [b"POST", b"PATCH"])
async def test_a_request_that_may_not_be_repeated_is_sent_once(city, method):
    service = ClosesAfterOne()
    wire = await (await gateway_to(city, service)).connect()

    await wire.ask(GET)
    answer = await wire.ask(method + b" /api HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok")

    assert named(answer) == (502, "service-unreachable")
    assert len(service.heads) == 2


async def test_a_request_that_was_begun_to_be_answered_is_sent_once(city):
    service = ClosesAfterOne(after=b"HTTP/1.1 200")
    wire = await (await gateway_to(city, service)).connect()

    await wire.ask(GET)
    answer = await wire.ask(GET)

    assert named(answer) == (502, "service-answer-invalid")
    assert len(service.heads) == 2


async def test_a_request_is_repeated_only_once(city):
    heads = []

    async def dies(reader, writer):
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        if len(heads) == 1:
            writer.write(OK)
            heads.append(await reader.readuntil(b"\r\n\r\n"))

    wire = await (await gateway_to(city, dies)).connect()

    await wire.ask(GET)
    answer = await wire.ask(GET)

    assert named(answer) == (502, "service-unreachable")
    assert len(heads) == 3


async def test_idle_connections_are_closed_in_time(city):
    closed = asyncio.Event()

    async def waits(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(OK)
        assert await reader.read() == b""
        closed.set()

    gateway = await gateway_to(city, waits, pool=PoolLimits(idle=0.1))

    assert (await gateway.ask(GET)).status == 200
    await asyncio.wait_for(closed.wait(), 20)
    pool = gateway.proxy.table.destinations[0].pool
    assert (pool.figures.open, pool.figures.idle) == (0, 0)


async def test_an_old_connection_is_not_used_again(city):
    connections = []

    async def answers(reader, writer):
        connections.append(writer)
        while await reader.readuntil(b"\r\n\r\n"):
            writer.write(OK)

    wire = await (await gateway_to(city, answers, pool=PoolLimits(lifetime=0))).connect()

    assert [(await wire.ask(GET)).status for _ in range(3)] == [200, 200, 200]
    assert len(connections) == 3


# Too many at once.


class Gate:
    """Answers when opened."""

    def __init__(self) -> None:
        self.opened = asyncio.Event()
        self.waiting = 0

    async def __call__(self, reader, writer):
        while await reader.readuntil(b"\r\n\r\n"):
            self.waiting += 1
            await self.opened.wait()
            writer.write(OK)


async def test_beyond_the_pool_requests_wait_and_beyond_that_they_are_told_to_come_back(city):
    gate = Gate()
    gateway = await gateway_to(city, gate, pool=PoolLimits(connections=2, waiting=1))
    pool = gateway.proxy.table.destinations[0].pool
    served = [await gateway.connect() for _ in range(3)]

    for wire in served:
        await wire.send(GET)
    await city.until(lambda: gate.waiting == 2 and pool.figures.waiting == 1)
    refused = await gateway.ask(GET)
    gate.opened.set()
    answers = [await wire.answer() for wire in served]

    assert named(refused) == (503, "service-busy")
    assert refused["retry-after"] == "1"
    assert [answer.status for answer in answers] == [200, 200, 200]
    assert pool.figures.open == 2


async def test_waiting_for_the_pool_has_an_end(city):
    gate = Gate()
    gateway = await gateway_to(city, gate, pool=PoolLimits(connections=1), timeouts=Timeouts(queue=0.1))
    wire = await gateway.connect()

    await wire.send(GET)
    await city.until(lambda: gate.waiting == 1)
    refused = await gateway.ask(GET)
    gate.opened.set()

    assert named(refused) == (503, "service-busy")
    assert (await wire.answer()).status == 200


async def test_a_place_in_the_pool_is_freed_when_its_connection_breaks(city):
    async def dies(reader, writer):
        await reader.readuntil(b"\r\n\r\n")

    gateway = await gateway_to(city, dies, pool=PoolLimits(connections=1))
    wires = [await gateway.connect() for _ in range(4)]

    for wire in wires:
        await wire.send(GET)

    assert [named(await wire.answer()) for wire in wires] == [(502, "service-unreachable")] * 4


# Slow clients.


@pytest.mark.parametrize("begun", [b"G", b"GET /api HTTP/1.1\r\nHost: a\r\nX-Slow: "])
async def test_a_head_that_does_not_arrive_in_time(city, begun):
    gateway = await city.gateway(timeouts=Timeouts(head=0.2))
    wire = await gateway.connect()

    await wire.send(begun)
    for _ in range(3):
        await asyncio.sleep(0.05)
        await wire.send(b"x" if begun != b"G" else b"")

    assert named(await wire.answer()) == (408, "request-timeout")
    assert await wire.rest() == b""


async def test_a_head_that_does_not_arrive_in_time_after_another_request(city):
    gateway = await city.gateway(timeouts=Timeouts(head=0.1))
    wire = await gateway.connect()

    assert (await wire.ask(GET)).status == 404
    await wire.send(b"GET /again")

    assert named(await wire.answer()) == (408, "request-timeout")


@pytest.mark.parametrize("said", [b"", GET])
async def test_a_connection_without_requests_is_closed_quietly(city, said):
    gateway = await city.gateway(timeouts=Timeouts(head=0.1, keep_alive=0.1))
    wire = await gateway.connect()

    if said:
        assert (await wire.ask(said)).status == 404

    assert await wire.rest() == b""


@pytest.mark.parametrize("path", [b"/api", b"/portal"])
async def test_a_body_that_does_not_arrive(city, path):
    async def reads(scope, receive, send):
        while (await receive())["type"] != "http.disconnect":
            pass

    route = Route("/api", ("127.0.0.1", await city.service(reads)))
    gateway = await city.gateway(route, app=reads, timeouts=Timeouts(body=0.1))

    answer = await gateway.ask(b"POST " + path + b" HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf")

    assert named(answer) == (408, "request-timeout")
    assert answer["connection"] == "close"
