"""What the gateway's owner decides, at once or after asking around."""

import asyncio
import json

import pytest

from gateway.proxy import SAFE, Forward, Problem, Reject, Route, Timeouts

UNAUTHENTICATED = Problem("unauthenticated", 401, "Sign in first")
FORGED = Problem("cross-site-request", 403, "This request did not come from our pages", "Send the token of the page.")


async def echo(reader, writer):
    while True:
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(head), head))


def by_session(request):
    """A browser's back end in small: the cookie stands for a token that the browser never sees."""
    if request.header(b"cookie") != b"session=s1":
        return Reject(UNAUTHENTICATED, [(b"www-authenticate", b"Bearer"), (b"set-cookie", b"session=; Max-Age=0")])
    if request.method not in SAFE and request.header(b"x-csrf-token") != b"c1":
        return Reject(FORGED)
    return Forward(
        add=[(b"authorization", b"Bearer t1")],
        remove=[b"cookie", b"x-csrf-token"],
        answer=[(b"set-cookie", b"session=s1; HttpOnly")],
    )


async def by_session_slowly(request):
    await asyncio.sleep(0.01)
    return by_session(request)


@pytest.fixture(params=[by_session, by_session_slowly])
async def gateway(city, request):
    return await city.gateway(Route("/api", ("127.0.0.1", await city.raw_service(echo))), authorise=request.param)


async def test_a_session_becomes_a_token_that_the_browser_cannot_choose(gateway):
    answer = await gateway.ask(
        b"GET /api HTTP/1.1\r\nHost: a\r\nCookie: session=s1\r\nAuthorization: Bearer mine\r\n\r\n"
    )

    assert b"authorization: Bearer t1\r\n" in answer.body
    assert b"mine" not in answer.body
    assert b"session=" not in answer.body
    assert answer["set-cookie"] == "session=s1; HttpOnly"


async def test_a_rejected_request_is_answered_with_its_problem_and_the_connection_lives_on(gateway):
    wire = await gateway.connect()

    refused = await wire.ask(b"GET /api HTTP/1.1\r\nHost: a\r\nX-Request-Id: 12345678\r\n\r\n")
    accepted = await wire.ask(b"GET /api HTTP/1.1\r\nHost: a\r\nCookie: session=s1\r\n\r\n")

    assert (refused.status, refused["www-authenticate"], refused["set-cookie"]) == (
        401,
        "Bearer",
        "session=; Max-Age=0",
    )
    assert json.loads(refused.body) == {
        "type": "https://onedoor.example/problems/unauthenticated",
        "title": "Sign in first",
        "status": 401,
        "instance": "12345678",
    }
    assert accepted.status == 200


async def test_a_change_without_the_page_s_token_is_refused(gateway):
    posted = b"POST /api HTTP/1.1\r\nHost: a\r\nCookie: session=s1\r\n%bContent-Length: 0\r\n\r\n"

    forged = await gateway.ask(posted % b"")
    meant = await gateway.ask(posted % b"X-CSRF-Token: c1\r\n")

    assert (forged.status, json.loads(forged.body)["detail"]) == (403, "Send the token of the page.")
    assert meant.status == 200
    assert b"csrf" not in meant.body


async def test_a_connection_field_cannot_take_the_token_away(gateway):
    answer = await gateway.ask(
        b"GET /api HTTP/1.1\r\nHost: a\r\nConnection: authorization\r\nCookie: session=s1\r\n\r\n"
    )

    assert b"authorization: Bearer t1\r\n" in answer.body


async def test_a_body_that_nobody_waits_for_ends_the_connection_after_the_answer(gateway):
    wire = await gateway.connect()

    answer = await wire.ask(b"POST /api HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n" + b"x" * 400000)

    assert (answer.status, answer["connection"]) == (401, "close")
    assert await wire.rest() == b""


async def test_a_body_that_comes_before_the_decision_is_kept(city):
    decided = asyncio.Event()
    seen = asyncio.get_running_loop().create_future()

    async def later(request):
        await decided.wait()
        return Forward()

    async def service(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        seen.set_result(await reader.readexactly(500_000))
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")

    gateway = await city.gateway(Route("/api", ("127.0.0.1", await city.raw_service(service))), authorise=later)
    wire = await gateway.connect()

    sending = asyncio.create_task(
        wire.send(b"POST /api HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n" + b"x" * 500_000)
    )
    await asyncio.sleep(0.05)
    decided.set()
    await sending

    assert (await wire.answer()).status == 204
    assert await seen == b"x" * 500_000


async def broken(request):
    raise RuntimeError("session store is away")


def broken_at_once(request):
    raise RuntimeError("session store is away")


@pytest.mark.parametrize("authorise", [broken, broken_at_once])
async def test_a_broken_authoriser_lets_nobody_through(city, authorise):
    async def never(reader, writer):
        raise AssertionError("must not be reached")

    gateway = await city.gateway(Route("/api", ("127.0.0.1", await city.raw_service(never))), authorise=authorise)

    answer = await gateway.ask(b"GET /api HTTP/1.1\r\nHost: a\r\n\r\n")

    assert answer.status == 500
    assert b"session store" not in answer.body


async def test_an_authoriser_that_hangs_is_given_up_when_time_or_client_are_gone(city):
    given_up = []

    async def hangs(request):
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            given_up.append(request.path)
            raise

    gateway = await city.gateway(
        Route("/api", ("127.0.0.1", 9), timeouts=Timeouts(authorise=0.1)),
        Route("/slow", ("127.0.0.1", 9)),
        authorise=hangs,
    )
    wire = await gateway.connect()

    await wire.send(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
    await asyncio.sleep(0.05)
    await wire.close()
    answer = await gateway.ask(b"GET /api HTTP/1.1\r\nHost: a\r\n\r\n")

    assert answer.status == 504
    assert given_up == [b"/slow", b"/api"]
