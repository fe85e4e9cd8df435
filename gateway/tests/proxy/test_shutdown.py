"""A gateway that stops: what is under way is finished, nothing new is begun."""

import asyncio

import pytest

from gateway.proxy import Route

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
GET = b"GET /api HTTP/1.1\r\nHost: a\r\n\r\n"


async def test_a_request_under_way_is_finished_and_its_connection_closed(city):
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def slow(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        arrived.set()
        await go_on.wait()
        writer.write(OK)

    gateway = await city.gateway(Route("/api", ("127.0.0.1", await city.raw_service(slow))))
    busy, idle = await gateway.connect(), await gateway.connect()
    await busy.send(GET)
    await arrived.wait()

    stopping = asyncio.create_task(gateway.running.stop())
    assert await idle.rest() == b""
    await busy.send(GET)
    go_on.set()
    answer = await busy.answer()

    assert (answer.body, answer["connection"]) == (b"ok", "close")
    assert await busy.rest() == b""
    await stopping
    with pytest.raises(OSError, match=r"refused|Connect call failed"):
        await gateway.connect()


async def test_a_download_and_an_upload_under_way_are_finished(city):
    middle, go_on = asyncio.Event(), asyncio.Event()

    async def download(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
        middle.set()
        await go_on.wait()
        writer.write(b"world")

    async def upload(scope, receive, send):
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message["body"], message["more_body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})

    gateway = await city.gateway(
        Route("/api", ("127.0.0.1", await city.raw_service(download))),
        Route("/up", ("127.0.0.1", await city.service(upload))),
    )
    down, up = await gateway.connect(), await gateway.connect()
    await down.send(GET)
    await up.send(b"POST /up HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello")
    await middle.wait()
    await city.until(lambda: sum(d.counters.in_flight for d in gateway.proxy.table.destinations) == 2)

    stopping = asyncio.create_task(gateway.running.stop())
    await city.until(lambda: gateway.running.server.should_exit)
    go_on.set()
    downloaded = await down.answer()
    await up.send(b"world")
    uploaded = await up.answer()

    assert (downloaded.whole, downloaded.body) == (True, b"helloworld")
    assert (uploaded.whole, uploaded.body) == (True, b"helloworld")
    await stopping


async def test_closing_the_proxy_closes_its_connections_to_services(city):
    closed = asyncio.Event()

    async def waits(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(OK)
        await reader.read()
        closed.set()

    gateway = await city.gateway(Route("/api", ("127.0.0.1", await city.raw_service(waits))))
    assert (await gateway.ask(GET)).status == 200

    gateway.proxy.close()

    await asyncio.wait_for(closed.wait(), 20)
