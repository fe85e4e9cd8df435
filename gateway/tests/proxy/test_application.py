"""What is not a proxied route goes to the ASGI application, under the same rules."""

import asyncio
import json

from gateway.proxy import Limits


async def echo(scope, receive, send):
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message["body"], message["more_body"]
    seen = {
        "path": scope["path"],
        "raw_path": scope["raw_path"].decode(),
        "client": scope["client"][0],
        "scheme": scope["scheme"],
        "headers": {n.decode(): v.decode() for n, v in scope["headers"]},
        "body": body.decode(),
    }
    answer = json.dumps(seen).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(answer))]})
    await send({"type": "http.response.body", "body": answer})


async def test_the_application_sees_a_cleaned_request(city):
    gateway = await city.gateway(app=echo)

    answer = await gateway.ask(
        b"POST /%E5%87%BA/%61?q=1 HTTP/1.1\r\nHost: onedoor.example\r\nX-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\n"
        b"Forwarded: for=6.6.6.6\r\nX-Request-Id: bad id\r\nConnection: x-secret\r\nX-Secret: 1\r\nCookie: a=1\r\n"
        b"Content-Length: 2\r\n\r\nhi"
    )

    seen = json.loads(answer.body)
    request_id = seen["headers"].pop("x-request-id")
    assert len(request_id) == 36
    assert seen == {
        "path": "/出/a",
        "raw_path": "/%E5%87%BA/a",
        "client": "127.0.0.1",
        "scheme": "http",
        "headers": {"cookie": "a=1", "host": "onedoor.example", "content-length": "2"},
        "body": "hi",
    }


async def test_a_trusted_peer_tells_the_application_who_asks(city):
    gateway = await city.gateway(app=echo, trusted_peers=["127.0.0.1/32"])

    answer = await gateway.ask(
        b"GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n\r\n"
    )

    seen = json.loads(answer.body)
    assert (seen["client"], seen["scheme"]) == ("203.0.113.9", "https")


async def test_the_limit_of_bodies_holds_for_the_application_too(city):
    gateway = await city.gateway(app=echo, limits=Limits(body=5))
    chunked = b"POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

    announced = await gateway.ask(b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nsecret")
    found_out = await gateway.ask(chunked + b"6\r\nsecret\r\n0\r\n\r\n")
    fits = await gateway.ask(chunked + b"5\r\nhello\r\n0\r\n\r\n")

    assert [answer.status for answer in (announced, found_out, fits)] == [413, 413, 200]
    assert announced["content-type"] == found_out["content-type"] == "application/problem+json"


async def test_a_broken_body_tells_the_application_that_the_client_is_gone(city):
    ended = asyncio.Event()

    async def reads(scope, receive, send):
        while (await receive())["type"] != "http.disconnect":
            pass
        ended.set()

    gateway = await city.gateway(app=reads)

    answer = await gateway.ask(b"POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n")

    assert answer.status == 400
    await asyncio.wait_for(ended.wait(), 20)


async def test_a_client_that_goes_away_is_noticed_by_the_application(city):
    begun, ended = asyncio.Event(), asyncio.Event()

    async def events(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        begun.set()
        while (await receive())["type"] != "http.disconnect":
            pass
        ended.set()

    wire = await (await city.gateway(app=events)).connect()

    await wire.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    await begun.wait()
    await wire.close()

    await asyncio.wait_for(ended.wait(), 20)


async def test_an_application_may_answer_before_it_has_read_the_body(city):
    async def no(scope, receive, send):
        await send({"type": "http.response.start", "status": 403, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    wire = await (await city.gateway(app=no)).connect()

    await wire.send(b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello")
    early = await wire.answer()
    await wire.send(b"world")
    again = await wire.ask(b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n")

    assert (early.status, again.status) == (403, 403)


async def test_an_application_that_fails_does_not_take_the_gateway_along(city):
    async def fails(scope, receive, send):
        raise RuntimeError("broken")

    gateway = await city.gateway(app=fails)

    answers = [await gateway.ask(b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n") for _ in range(2)]

    assert [answer.status for answer in answers] == [500, 500]


async def test_permission_to_send_is_given_when_the_application_reads(city):
    wire = await (await city.gateway(app=echo)).connect()

    await wire.send(b"POST /x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
    permission = await wire.head()
    answer = await wire.ask(b"ok")

    assert permission.status == 100
    assert json.loads(answer.body)["body"] == "ok"
