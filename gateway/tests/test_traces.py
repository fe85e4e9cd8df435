"""The first piece of a trace, made of what the hot path recorded."""

import json

from chassis import telemetry
from chassis.settings import Settings
from gateway.proxy import AccessRecord
from gateway.traces import trace

OURS = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
THEIRS = "00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-01"


def record(status: int, outcome: str = "answered", theirs: str | None = None) -> AccessRecord:
    return AccessRecord(
        "1", OURS, theirs, "127.0.0.1", "POST", "/api/x/secret", "workflow", status, outcome, 0.25, 0, 0
    )


async def kept(tmp_path, *records: AccessRecord) -> list[dict]:
    async with telemetry.tracing("svc-gateway", Settings(traces_dir=tmp_path)):
        for one in records:
            trace(one)
    [line] = (tmp_path / "svc-gateway.jsonl").read_text().splitlines()
    return json.loads(line)["resourceSpans"][0]["scopeSpans"][0]["spans"]


async def test_it_begins_the_trace_and_lasts_as_long_as_the_request(tmp_path):
    [span] = await kept(tmp_path, record(200, theirs=THEIRS))

    assert (span["traceId"], span["spanId"]) == (OURS[3:35], OURS[36:52])
    assert "parentSpanId" not in span
    assert span["links"] == [{"traceId": THEIRS[3:35], "spanId": THEIRS[36:52]}]
    assert abs(int(span["endTimeUnixNano"]) - int(span["startTimeUnixNano"]) - 250_000_000) < 1_000
    assert "secret" not in str(span)


async def test_only_what_is_our_failure_is_a_failure(tmp_path):
    spans = await kept(
        tmp_path, record(404), record(499, "client-gone"), record(502, "service-unreachable"), record(200, "cut-off")
    )

    assert ["status" in span for span in spans] == [False, False, True, True]
