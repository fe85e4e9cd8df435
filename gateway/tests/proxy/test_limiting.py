"""Callers who ask too often, over real connections: refused in good form, each by their own bucket."""

import asyncio
import json

import pytest
from prometheus_client import CollectorRegistry

from gateway.proxy import IDENTIFIED, SESSION, Callers, Forward, Problem, Quota, Reject, Route

GET = b"GET /api HTTP/1.1\r\nHost: a\r\n%b\r\n"
PLAIN = GET % b""
LOCAL = b"GET /page HTTP/1.1\r\nHost: a\r\n%b\r\n"
POST = b"POST %b HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n"
TYPE = "https://onedoor.example/problems/too-many-requests"
UNAUTHENTICATED = Problem("unauthenticated", 401, "Sign in first")


async def ok(reader, writer):
    while await reader.readuntil(b"\r\n\r\n"):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


async def page(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
    await send({"type": "http.response.body", "body": b"page"})


def identify(request):
    kind, name = request.header(b"x-kind"), request.header(b"x-name")
    if kind is not None:
        request.caller = (kind.decode(), name)


def by_word(request):
    """Whoever says a name is believed; a bad one is refused."""
    identify(request)
    return Reject(UNAUTHENTICATED) if request.header(b"x-name") == b"bad" else Forward()


def said(kind, name):
    return GET % f"X-Kind: {kind}\r\nX-Name: {name}\r\n".encode()


@pytest.fixture
async def gateway(city, clock):
    callers = Callers(Quota(1, 3), Quota(1, 2), free=[b"/health/live"], clock=clock)
    route = Route("/api", ("127.0.0.1", await city.raw_service(ok)))
    return await city.gateway(
        route, app=page, authorise=by_word, identify=identify, callers=callers, trusted_peers=["127.0.0.1/32"]
    )


async def statuses(wire, request, times):
    return [(await wire.ask(request)).status for _ in range(times)]


@pytest.mark.parametrize("request_", [PLAIN, LOCAL % b""], ids=["proxied", "answered here"])
async def test_a_refusal_says_what_and_how_long_and_the_connection_lives_on(gateway, clock, request_):
    wire = await gateway.connect()

    answers = [await wire.ask(request_) for _ in range(3)]
    refused = answers[2]
    clock.now += int(refused["retry-after"])
    after = await wire.ask(request_)

    assert [answer.status for answer in (*answers, after)] == [200, 200, 429, 200]
    assert [answer["ratelimit"] for answer in answers] == [
        '"address";r=1;t=1',
        '"address";r=0;t=2',
        '"address";r=0;t=1',
    ]
    assert (refused["retry-after"], refused["ratelimit-policy"]) == ("1", '"address";q=2;w=2')
    assert (refused["content-type"], refused["cache-control"]) == ("application/problem+json", "no-store")
    assert json.loads(refused.body) == {
        "type": TYPE,
        "title": "Too many requests",
        "status": 429,
        "instance": refused["x-request-id"],
    }


@pytest.mark.parametrize("kind", [IDENTIFIED, SESSION])
async def test_two_people_behind_one_address_have_a_bucket_each(gateway, kind):
    wire = await gateway.connect()

    hasty = await statuses(wire, said(kind, "hasty"), 5)
    calm = await statuses(wire, said(kind, "calm"), 3)

    assert hasty == [200, 200, 200, 429, 429]
    assert calm == [200, 200, 200]


async def test_whoever_is_known_is_not_held_up_by_strangers_at_their_address(gateway):
    wire = await gateway.connect()

    assert await statuses(wire, PLAIN, 3) == [200, 200, 429]
    assert (await wire.ask(said(SESSION, "calm"))).status == 200


async def test_a_session_and_a_token_of_one_name_are_two_callers(gateway):
    wire = await gateway.connect()

    assert await statuses(wire, said(SESSION, "x"), 4) == [200, 200, 200, 429]
    assert (await wire.ask(said(IDENTIFIED, "x"))).status == 200


async def test_one_bucket_holds_for_services_and_for_what_is_answered_here(gateway):
    wire = await gateway.connect()

    assert await statuses(wire, LOCAL % b"", 1) + await statuses(wire, PLAIN, 2) == [200, 200, 429]


async def test_an_address_is_the_one_that_a_trusted_peer_names(gateway):
    wire = await gateway.connect()
    first, second = (GET % b"X-Forwarded-For: 203.0.113.%d\r\n" % number for number in (1, 2))

    assert await statuses(wire, first, 3) == [200, 200, 429]
    assert await statuses(wire, second, 1) == [200]


async def test_a_bad_token_counts_by_address(gateway):
    wire = await gateway.connect()
    bad = GET % b"X-Name: bad\r\n"

    assert await statuses(wire, bad, 3) == [401, 401, 429]
    assert (await wire.ask(PLAIN)).status == 429


async def test_nobody_is_asked_about_a_stranger_whose_bucket_is_empty(city, clock):
    looked_up = []

    async def look_up(request):
        looked_up.append(request.path)
        return Reject(UNAUTHENTICATED)

    gateway = await city.gateway(
        Route("/api", ("127.0.0.1", 9)), authorise=look_up, callers=Callers(address=Quota(1, 2), clock=clock)
    )
    wire = await gateway.connect()

    assert await statuses(wire, PLAIN, 5) == [401, 401, 429, 429, 429]
    assert len(looked_up) == 2


@pytest.mark.parametrize("path", [b"/api", b"/page"])
async def test_a_body_that_nobody_wants_ends_the_connection_after_the_answer(gateway, path):
    await statuses(await gateway.connect(), PLAIN, 2)
    wire = await gateway.connect()

    answer = await wire.ask(POST % path + b"x" * 400_000)

    assert (answer.status, answer["connection"]) == (429, "close")
    assert await wire.rest() == b""


async def test_a_body_that_came_with_its_head_leaves_the_connection_alone(gateway):
    wire = await gateway.connect()
    whole = b"POST /page HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"

    await wire.send(PLAIN + PLAIN + whole + said(SESSION, "calm"))
    answers = [await wire.answer() for _ in range(3)]

    assert [answer.status for answer in answers] == [200, 200, 429]


async def test_pipelined_requests_are_answered_in_turn(gateway):
    wire = await gateway.connect()

    await wire.send(LOCAL % b"" + PLAIN + LOCAL % b"" + PLAIN + said(SESSION, "calm"))
    answers = [await wire.answer() for _ in range(5)]

    assert [answer.status for answer in answers] == [200, 200, 429, 429, 200]


async def test_a_head_request_is_refused_without_a_body(gateway):
    wire = await gateway.connect()
    head = b"HEAD /page HTTP/1.1\r\nHost: a\r\n\r\n"

    assert await statuses(wire, head, 3) == [200, 200, 429]
    assert (await wire.ask(said(SESSION, "calm"))).status == 200


async def test_a_client_that_goes_while_it_is_refused_leaves_nothing_behind(gateway):
    await statuses(await gateway.connect(), PLAIN, 2)
    wire = await gateway.connect()

    await wire.send(POST % b"/page")
    await wire.close()

    await gateway.city.until(lambda: len(gateway.running.server.server_state.connections) == 1)


async def test_health_is_never_refused(gateway):
    wire = await gateway.connect()
    health = b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n"
    await statuses(wire, PLAIN, 3)

    answers = [await wire.ask(health) for _ in range(5)]

    assert [answer.status for answer in answers] == [200] * 5
    assert not any("ratelimit" in answer for answer in answers)


async def test_a_stream_counts_once_however_much_it_tells(city, clock):
    async def stream(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
        for _ in range(20):
            await send({"type": "http.response.body", "body": b"data: -\n\n", "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    gateway = await city.gateway(app=stream, callers=Callers(address=Quota(1, 9), clock=clock))
    wire = await gateway.connect()

    told = [(await wire.ask(LOCAL % b""))["ratelimit"] for _ in range(2)]

    assert told == ['"address";r=8;t=1', '"address";r=7;t=2']


async def test_without_limits_nothing_is_said(city):
    gateway = await city.gateway(Route("/api", ("127.0.0.1", await city.raw_service(ok))), app=page)
    wire = await gateway.connect()

    answers = [await wire.ask(request) for request in (PLAIN, LOCAL % b"") for _ in range(20)]

    assert {answer.status for answer in answers} == {200}
    assert not any("ratelimit" in answer for answer in answers)


async def test_what_fails_says_what_is_left_too(city, clock):
    gateway = await city.gateway(Route("/api", ("127.0.0.1", 9)), callers=Callers(address=Quota(1, 9), clock=clock))

    answer = await gateway.ask(PLAIN)

    assert (answer.status, answer["ratelimit"]) == (502, '"address";r=8;t=1')


async def test_a_person_is_shown_a_page(city, clock):
    def shown(request):
        return ([(b"content-type", b"text/html")], b"<p>wait</p>") if request.header(b"accept") else None

    callers = Callers(address=Quota(1, 1), clock=clock)
    gateway = await city.gateway(Route("/api", ("127.0.0.1", 9)), app=page, callers=callers, page=shown)
    wire = await gateway.connect()
    await wire.ask(LOCAL % b"")

    answers = [await wire.ask(one % b"Accept: text/html\r\n") for one in (LOCAL, GET)]
    problem = await wire.ask(LOCAL % b"")

    assert [(answer.status, answer["content-type"], answer.body) for answer in answers] == [
        (429, "text/html", b"<p>wait</p>")
    ] * 2
    assert {answer["retry-after"] for answer in (*answers, problem)} == {"1"}
    assert problem["content-type"] == "application/problem+json"


async def test_refusals_are_counted_by_kind(gateway):
    registry = CollectorRegistry()
    registry.register(gateway.proxy.collector)
    wires = [await gateway.connect() for _ in range(3)]
    requests = [PLAIN, said(SESSION, "a"), said(IDENTIFIED, "a")]

    await asyncio.gather(*[statuses(wire, request, 5) for wire, request in zip(wires, requests, strict=True)])

    counted = {
        kind: registry.get_sample_value("onedoor_gateway_limited_total", {"caller": kind})
        for kind in ("address", "session", "identified")
    }
    assert counted == {"address": 3, "session": 2, "identified": 2}
    assert gateway.proxy.table.destinations[0].counters.outcomes == {"too-many-requests": 7}


async def test_the_watch_forgets_full_buckets(gateway, clock):
    await gateway.ask(PLAIN)
    clock.now += 60

    await gateway.city.until(lambda: len(gateway.proxy.callers.buckets["address"]) == 0)
