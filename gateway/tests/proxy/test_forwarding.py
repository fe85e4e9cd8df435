"""The ordinary way: a request goes to its service, the answer comes back."""

import asyncio
import json

import pytest
from fastapi import FastAPI

from chassis.methods import Head
from gateway.proxy import Route


async def echo(scope, receive, send):
    """Answers with what arrived."""
    body = b""
    while (message := await receive())["type"] == "http.request":
        body += message["body"]
        if not message["more_body"]:
            break
    seen = {
        "method": scope["method"],
        "path": scope["raw_path"].decode(),
        "query": scope["query_string"].decode(),
        "headers": [[n.decode("latin-1"), v.decode("latin-1")] for n, v in scope["headers"]],
        "body": body.decode("latin-1"),
    }
    answer = json.dumps(seen).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(answer))]})
    await send({"type": "http.response.body", "body": answer})


async def test_a_request_reaches_its_service_without_the_prefix(city):
    gateway = await city.gateway(Route("/api/catalog/v1", ("127.0.0.1", await city.service(echo))))

    answer = await gateway.ask(b"GET /api/catalog/v1/items?q=%E5%87%BA HTTP/1.1\r\nHost: onedoor.example\r\n\r\n")

    seen = json.loads(answer.body)
    assert answer.status == 200
    assert (seen["method"], seen["path"], seen["query"]) == ("GET", "/items", "q=%E5%87%BA")


async def test_the_longest_prefix_wins(city):
    port = await city.service(echo)
    gateway = await city.gateway(
        Route("/api", f"http://127.0.0.1:{port}/short"),
        Route("/api/catalog", f"http://127.0.0.1:{port}/long", strip_prefix=False),
    )

    paths = [
        json.loads((await gateway.ask(b"GET %b HTTP/1.1\r\nHost: a\r\n\r\n" % path)).body)["path"]
        for path in (b"/api", b"/api/catalogue/1", b"/api/catalog", b"/api/catalog/1")
    ]

    assert paths == ["/short", "/short/catalogue/1", "/long/api/catalog", "/long/api/catalog/1"]


@pytest.mark.parametrize(
    "framed",
    [
        b"Content-Length: 11\r\n\r\nhello world",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nT: v\r\n\r\n",
    ],
)
async def test_bodies_arrive_whole_in_either_framing(city, framed):
    gateway = await city.gateway(Route("/api", ("127.0.0.1", await city.service(echo))))

    answer = await gateway.ask(b"POST /api HTTP/1.1\r\nHost: a\r\n" + framed)

    seen = json.loads(answer.body)
    assert seen["body"] == "hello world"
    assert not [name for name, _ in seen["headers"] if name in ("t", "trailer")]


async def test_a_connection_serves_many_requests_and_so_does_the_one_behind_it(city):
    ports = set()

    async def who(scope, receive, send):
        ports.add(scope["client"][1])
        await echo(scope, receive, send)

    gateway = await city.gateway(Route("/api", ("127.0.0.1", await city.service(who))))
    wire = await gateway.connect()

    for number in range(20):
        answer = await wire.ask(b"POST /api/%d HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx" % number)
        assert json.loads(answer.body)["path"] == f"/{number}"

    assert len(ports) == 1


async def test_pipelined_requests_are_answered_in_order_also_between_services_and_the_application(city):
    async def slow_first(scope, receive, send):
        await asyncio.sleep(0.05 if scope["path"] == "/0" else 0)
        await echo(scope, receive, send)

    port = await city.service(slow_first)
    gateway = await city.gateway(Route("/api", ("127.0.0.1", port)), app=echo)
    wire = await gateway.connect()
    asked = [b"/api/0", b"/portal/1", b"/api/2", b"/portal/3", b"/api/4"]

    await wire.send(
        b"".join(
            b"POST %b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n%d\r\n0\r\n\r\n" % (path, number)
            for number, path in enumerate(asked)
        )
    )
    seen = [json.loads((await wire.answer()).body) for _ in asked]

    assert [one["path"] for one in seen] == ["/0", "/portal/1", "/2", "/portal/3", "/4"]
    assert [one["body"] for one in seen] == ["0", "1", "2", "3", "4"]


async def test_answers_without_a_body_leave_the_connection_usable(city):
    async def bodyless(scope, receive, send):
        status = int(scope["path"].strip("/"))
        fields = [(b"content-length", b"5")] if scope["method"] == "HEAD" else []
        await send({"type": "http.response.start", "status": status, "headers": fields})
        await send({"type": "http.response.body", "body": b"hello" if scope["method"] == "HEAD" else b""})

    gateway = await city.gateway(Route("/api", ("127.0.0.1", await city.service(bodyless))))
    wire = await gateway.connect()

    for method, status in [("HEAD", 200), ("GET", 204), ("GET", 304), ("HEAD", 404), ("DELETE", 204), ("GET", 304)]:
        answer = await wire.ask(f"{method} /api/{status} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        assert answer.status == status
        assert ("content-length" in answer) == (method == "HEAD")


async def test_a_service_answers_head_through_the_proxy_as_it_does_get(city):
    app = FastAPI()
    app.add_middleware(Head)

    @app.get("/things")
    async def list_things() -> dict[str, list[str]]:
        return {"items": ["one", "two"]}

    gateway = await city.gateway(Route("/api", ("127.0.0.1", await city.service(app))))
    wire = await gateway.connect()

    get, head, again = [
        await wire.ask(f"{method} /api/things HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        for method in ("GET", "HEAD", "GET")
    ]

    assert (head.status, head["content-length"], head["content-type"]) == (
        200,
        str(len(get.body)),
        get["content-type"],
    )
    assert again.body == get.body


async def test_http_1_0_gets_an_unframed_answer_and_a_closed_connection(city):
    async def streamed(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"one", "more_body": True})
        await send({"type": "http.response.body", "body": b"two"})

    gateway = await city.gateway(Route("/api", ("127.0.0.1", await city.service(streamed))))

    answer = await gateway.ask(b"GET /api HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")

    assert "transfer-encoding" not in answer
    assert answer["connection"] == "close"
    assert answer.body == b"onetwo"


async def test_the_wish_to_continue_is_passed_on_and_so_is_the_permission(city):
    gateway = await city.gateway(Route("/api", ("127.0.0.1", await city.service(echo))))
    wire = await gateway.connect()

    await wire.send(b"POST /api HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
    permission = await wire.head()
    await wire.send(b"ok")
    answer = await wire.answer()

    assert permission.status == 100
    assert json.loads(answer.body)["body"] == "ok"


async def test_an_upgrade_to_http_2_is_ignored_and_the_body_is_not_taken_for_a_request(city):
    gateway = await city.gateway(Route("/api", ("127.0.0.1", await city.service(echo))))
    wire = await gateway.connect()
    upgrade = b"Host: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"

    await wire.send(
        b"POST /api/1 HTTP/1.1\r\n" + upgrade + b"Content-Length: 5\r\n\r\nhello"
        b"POST /api/2 HTTP/1.1\r\n" + upgrade + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
        b"GET /api/3 HTTP/1.1\r\n" + upgrade + b"\r\nGET /api/4 HTTP/1.1\r\nHost: a\r\n\r\n"
    )
    seen = [json.loads((await wire.answer()).body) for _ in range(4)]

    assert [(one["path"], one["body"]) for one in seen] == [("/1", "hello"), ("/2", "abc"), ("/3", ""), ("/4", "")]
    assert not [
        name for one in seen for name, _ in one["headers"] if name in ("upgrade", "http2-settings", "connection")
    ]
