"""What operators see: counters for Prometheus, one record for each proxied request."""

import asyncio

import pytest
from prometheus_client import CollectorRegistry

from gateway.proxy import AccessRecord, Problem, ProxyTable, Reject, Route, allow_all


async def ok(reader, writer):
    while await reader.readuntil(b"\r\n\r\n"):
        writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\nhello")


async def test_each_request_is_counted_and_recorded_once(city):
    records: list[AccessRecord] = []
    route = Route("/api/case", ("127.0.0.1", await city.raw_service(ok)), name="workflow")
    gateway = await city.gateway(route, on_access=records.append)
    registry = CollectorRegistry()
    registry.register(gateway.proxy.collector)

    await gateway.ask(
        b"POST /api/case/1?id=secret HTTP/1.1\r\nHost: a\r\nX-Request-Id: 12345678\r\nContent-Length: 3\r\n\r\nabc"
    )
    await gateway.ask(b"GET /api/../x HTTP/1.1\r\nHost: a\r\n\r\n")

    (record,) = records
    assert (record.method, record.path, record.route, record.status, record.outcome) == (
        "POST", "/api/case/1", "workflow", 201, "answered",
    )  # fmt: skip
    assert (record.request_id, record.client, record.received, record.sent) == ("12345678", "127.0.0.1", 3, 5)
    assert record.traceparent is not None
    assert "secret" not in repr(record)
    assert registry.get_sample_value("onedoor_gateway_requests_total", {"route": "workflow", "status": "201"}) == 1
    assert registry.get_sample_value("onedoor_gateway_request_seconds_count", {"route": "workflow"}) == 1
    assert registry.get_sample_value("onedoor_gateway_request_seconds_bucket", {"route": "workflow", "le": "+Inf"}) == 1
    assert registry.get_sample_value("onedoor_gateway_in_flight", {"route": "workflow"}) == 0
    assert registry.get_sample_value("onedoor_gateway_bytes_total", {"route": "workflow", "direction": "in"}) == 3
    assert registry.get_sample_value("onedoor_gateway_bytes_total", {"route": "workflow", "direction": "out"}) == 5
    assert registry.get_sample_value("onedoor_gateway_refused_total", {"problem": "malformed-target"}) == 1
    pool = {"service": route.upstream[0] + f":{route.upstream[1]}"}
    assert registry.get_sample_value("onedoor_gateway_connections", pool | {"state": "idle"}) == 1
    assert registry.get_sample_value("onedoor_gateway_connections", pool | {"state": "busy"}) == 0
    assert registry.get_sample_value("onedoor_gateway_waiting", pool) == 0


async def test_what_is_rejected_or_fails_is_counted_by_its_problem(city):
    def only_get(request):
        return allow_all(request) if request.method == "GET" else Reject(Problem("forbidden", 403, "No"))

    records: list[AccessRecord] = []
    gateway = await city.gateway(Route("/api", ("127.0.0.1", 9)), authorise=only_get, on_access=records.append)

    await gateway.ask(b"DELETE /api HTTP/1.1\r\nHost: a\r\n\r\n")
    await gateway.ask(b"GET /api HTTP/1.1\r\nHost: a\r\n\r\n")

    assert [(record.status, record.outcome) for record in records] == [(403, "forbidden"), (502, "service-unreachable")]
    assert gateway.proxy.table.destinations[0].counters.outcomes == {"forbidden": 1, "service-unreachable": 1}


async def test_a_record_that_cannot_be_kept_does_not_cost_the_answer(city):
    def full(record):
        raise OSError("no space left")

    gateway = await city.gateway(Route("/api", ("127.0.0.1", await city.raw_service(ok))), on_access=full)
    wire = await gateway.connect()

    assert [(await wire.ask(b"GET /api HTTP/1.1\r\nHost: a\r\n\r\n")).status for _ in range(2)] == [201, 201]


async def test_what_goes_wrong_leaves_nothing_in_flight(city):
    async def dies_sometimes(reader, writer):
        while head := await reader.readuntil(b"\r\n\r\n"):
            if b"/die" in head:
                return
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n" + (b"half" if b"/half" in head else b"whole one")
            )
            if b"/half" in head:
                return

    gateway = await city.gateway(Route("/api", ("127.0.0.1", await city.raw_service(dies_sometimes))))
    wires = [await gateway.connect() for _ in range(30)]
    for number, wire in enumerate(wires):
        await wire.send(b"GET /api/%b HTTP/1.1\r\nHost: a\r\n\r\n" % (b"ok", b"die", b"half")[number % 3])
    answers = await asyncio.gather(*[wire.answer() for wire in wires[:20]])
    for wire in wires[20:]:
        await wire.close()

    (destination,) = gateway.proxy.table.destinations
    await city.until(lambda: destination.counters.in_flight == 0)
    assert sum(destination.counters.statuses.values()) == 30
    assert {answer.status for answer in answers} == {200, 502}
    figures = destination.pool.figures
    assert (figures.open - figures.idle, figures.waiting) == (0, 0)


@pytest.mark.parametrize("prefix", ["", "/", "api", "/api/", "/a b", "/a//b", "/%61"])
def test_a_prefix_is_whole_plain_segments(prefix):
    with pytest.raises(ValueError, match="not a prefix"):
        ProxyTable([Route(prefix, ("127.0.0.1", 1))])


@pytest.mark.parametrize("upstream", ["https://a", "a:80", "http://", "http://u@a", "http://a?b"])
def test_an_upstream_is_a_plain_http_address(upstream):
    with pytest.raises(ValueError, match="not a plain http address"):
        ProxyTable([Route("/api", upstream)])
