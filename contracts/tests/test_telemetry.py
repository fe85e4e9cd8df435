"""One trace through HTTP, events and jobs; what is kept of it, and what never is."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import time_ns
from typing import Any, ClassVar
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from chassis import context, telemetry
from chassis.bus import open_bus, prepare
from chassis.identifiers import new_id
from chassis.jobs import Jobs, Worker, enqueue
from chassis.logs import JsonFormatter
from chassis.runtime import Runtime
from chassis.settings import Settings
from chassis.telemetry import Sampler
from chassis.telemetry.exporters import FileExporter
from chassis.telemetry.sink import Sink
from chassis.testing import ServiceUnderTest, open_service
from contracts.event import Meta
from contracts.events.workflow import CaseWithdrawn

from .conftest import Call, NoteWritten, sample
from .test_events import lines

FOREIGN = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7"


def spans_in(folder: Path) -> list[dict[str, Any]]:
    """What was exported, attributes as a plain dictionary."""
    found = []
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text().splitlines():
            for resource in json.loads(line)["resourceSpans"]:
                for scope in resource["scopeSpans"]:
                    found += scope["spans"]
    for span in found:
        span["attributes"] = {one["key"]: next(iter(one["value"].values())) for one in span["attributes"]}
    return found


@pytest_asyncio.fixture
async def running(database_server, tmp_path) -> AsyncIterator[ServiceUnderTest]:
    """The sample with its workers, a bus of its own, and its traces in a folder."""
    name = f"t_bus_{new_id().hex[-12:]}"
    await prepare(database_server, database=name)
    bus = open_bus(database_server, database=name)
    async with open_service(sample, database_server, traces_dir=tmp_path, trace_ratio=0) as opened:
        opened.runtime.bus = bus
        async with sample.running(opened.runtime):
            yield opened
    await bus.close()


async def write(service: ServiceUnderTest, words: str, **headers: str) -> httpx.Response:
    writer = service.as_person(new_id(), "sample:note:write")
    return await writer.post("/notes", json={"words": words}, headers=headers)


async def until_kept(folder: Path, names: set[str]) -> list[dict[str, Any]]:
    async with asyncio.timeout(20):
        while not names <= {span["name"] for span in spans_in(folder)}:
            await asyncio.sleep(0.05)
    return spans_in(folder)


async def test_one_trace_runs_through_a_request_its_event_and_its_job(running, tmp_path):
    await write(running, "call home", traceparent=f"{FOREIGN}-01")

    wanted = {"POST /notes", "publish sample.note.written", "handle sample.note.written", "job sample.call"}
    found = await until_kept(tmp_path, wanted)

    request = next(span for span in found if span["name"] == "POST /notes")
    assert {span["traceId"] for span in found} == {FOREIGN[3:35]}
    assert {span["name"]: span.get("parentSpanId") for span in found} == {
        "POST /notes": FOREIGN[36:52], **dict.fromkeys(wanted - {"POST /notes"}, request["spanId"]),
    }  # fmt: skip
    assert {span["name"]: span["kind"] for span in found} == dict(zip(sorted(wanted), [2, 5, 5, 4], strict=True))
    assert len({span["spanId"] for span in found}) == len(found)
    assert all(int(span["startTimeUnixNano"]) <= int(span["endTimeUnixNano"]) for span in found)


async def test_what_is_not_sampled_is_handed_on_and_not_kept(running, tmp_path):
    await write(running, "one", traceparent=f"{FOREIGN}-00")
    async with asyncio.timeout(20):
        while await lines(running) != ["one"]:
            await asyncio.sleep(0.02)
    [event] = await running.published(NoteWritten)

    assert event.meta.traceparent[:35] == FOREIGN[:35]
    assert event.meta.traceparent[36:] != f"{FOREIGN[36:]}-00"
    assert event.meta.traceparent.endswith("-00")
    assert spans_in(tmp_path) == []


@pytest.mark.parametrize("bad", ["x", "00-0-0-01", f"00-{'0' * 32}-00f067aa0ba902b7-01", f"{FOREIGN}-01-more"])
async def test_a_malformed_trace_begins_anew(running, bad):
    await write(running, "one", traceparent=bad)
    [event] = await running.published(NoteWritten)

    assert telemetry.wellformed(event.meta.traceparent) is not None
    assert event.meta.traceparent[3:35] not in bad


async def test_spans_carry_nothing_that_people_wrote(database_server, tmp_path):
    secret = "440196202601010017"
    async with open_service(
        sample, database_server, traces_dir=tmp_path, trace_command_ratio=1, trace_ratio=1
    ) as service:
        await write(service, secret)
        await write(service, "break")
        await service.http.get(f"/{secret}?name={secret}")
        await service.http.get("/notes", params={"after": secret}, headers={"x-request-id": secret})
        await service.http.get("/notes", headers={"baggage": f"onedoor.case_id={secret}"})
        await service.receive(NoteWritten(note_id=new_id(), words=secret))
        await service.run_jobs()

    kept = {span["name"] for span in spans_in(tmp_path)}
    assert kept >= {"POST /notes", "GET unknown", "GET /notes", "handle sample.note.written"}
    assert secret not in "".join(file.read_text() for file in tmp_path.iterdir())


async def test_a_failure_is_told_by_its_type_and_reason_code(running, tmp_path):
    await write(running, "call never", traceparent=f"{FOREIGN}-01")
    found = await until_kept(tmp_path, {"job sample.call"})

    attempt = next(span for span in found if span["name"] == "job sample.call")
    assert attempt["status"] == {"code": 2}
    assert (attempt["attributes"]["error.type"], attempt["attributes"]["onedoor.reason"]) == (
        "Retry",
        "other-side-down",
    )
    assert attempt["attributes"]["onedoor.job.attempt"] == "1"


async def test_work_about_a_case_says_so(tmp_path):
    case = new_id()
    event = CaseWithdrawn(case_id=case, case_number="1", applicant_id=new_id())
    event.received(Meta(id=new_id(), time=datetime.now(UTC), source="tests", traceparent=f"{FOREIGN}-01"))
    async with telemetry.tracing("svc-sample", Settings(traces_dir=tmp_path)):
        with telemetry.handling(event):
            seen = log_line()
            with telemetry.span("advance") as advance:
                advance.note(onedoor__step="x")
    inner, outer = spans_in(tmp_path)

    assert (seen["case_id"], seen["event_id"]) == (str(case), str(event.meta.id))
    assert (seen["trace_id"], seen["span_id"]) == (FOREIGN[3:35], outer["spanId"])
    assert inner["parentSpanId"] == outer["spanId"]
    assert [span["attributes"]["onedoor.case_id"] for span in (inner, outer)] == [str(case)] * 2
    assert inner["attributes"]["onedoor.step"] == "x"
    assert context.case_id.get() is context.event_id.get() is context.traceparent.get() is None


async def test_a_job_knows_the_case_it_was_begun_for(service):
    case, seen = str(new_id()), []
    with context.at(case_id=case):
        async with service.session() as session:
            await enqueue(session, Call(words="home"))

    class Looking(Call):
        kind: ClassVar = Call.kind

        async def call(self, runtime: Runtime, plan: Call) -> str:
            seen.append(log_line())
            return plan.words

    await Worker(service.runtime, Jobs(Looking)).run_due()

    [line] = seen
    assert line["case_id"] == case
    assert line["job_id"]
    assert line["trace_id"]


def log_line() -> dict[str, Any]:
    record = logging.LogRecord("x", logging.INFO, "x", 1, "said", None, None)
    return json.loads(JsonFormatter("svc-sample").format(record))


@pytest.mark.parametrize(("method", "share"), [("GET", 0.0), ("POST", 1.0), ("DELETE", 1.0), ("HEAD", 0.0)])
def test_commands_have_a_share_of_their_own(method, share):
    sampler = Sampler(reads=0.0, commands=1.0)

    assert sampler.takes(method) is (share == 1.0)


def test_no_more_than_so_many_traces_begin_within_a_second():
    now = 7.0
    sampler = Sampler(reads=1.0, commands=1.0, limit=3, clock=lambda: now)

    first = [sampler.takes("POST") for _ in range(5)]
    now = 8.5

    assert first == [True, True, True, False, False]
    assert sampler.takes("GET")


async def test_a_trace_file_stays_small(tmp_path):
    sink = Sink("svc-sample", FileExporter(tmp_path / "svc-sample.jsonl", rotate_at=2_000))
    for _ in range(30):
        sink.take("x", "internal", telemetry.begin(True), None, time_ns(), time_ns(), {}, False, None)
        sink.processor.force_flush()
    sink.processor.shutdown()

    sizes = {file.name: file.stat().st_size for file in tmp_path.iterdir()}
    assert set(sizes) <= {"svc-sample.jsonl", "svc-sample.1.jsonl"}
    assert "svc-sample.1.jsonl" in sizes
    assert max(sizes.values()) < 3_000


class Collector:
    """A real server that takes OTLP, and says no as often as it is told to."""

    def __init__(self, refusals: int) -> None:
        self.taken: list[tuple[str, str, dict[str, Any]]] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                nonlocal refusals
                body = self.rfile.read(int(self.headers["content-length"]))
                refusals -= 1
                if refusals < 0:
                    collector.taken.append((self.path, self.headers["x-key"], json.loads(body)))
                self.send_response(503 if refusals >= 0 else 200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *words: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def collector(request):
    opened = Collector(request.param)
    yield opened
    opened.close()


@pytest.mark.parametrize("collector", [0, 1], indirect=True)
async def test_traces_go_to_a_collector_by_otlp(collector):
    case = uuid4()
    settings = Settings(otel_exporter_otlp_endpoint=collector.url, otel_exporter_otlp_headers="x-key=a%20b,x=y")
    async with telemetry.tracing("svc-sample", settings):
        with (
            context.at(traceparent=f"{FOREIGN}-01", case_id=str(case)),
            telemetry.span("advance", "internal", {"n": 1}),
        ):
            await asyncio.sleep(0)
        async with asyncio.timeout(20):
            while not collector.taken:
                await asyncio.sleep(0.02)

    [(path, key, sent)] = collector.taken
    [resource] = sent["resourceSpans"]
    [span] = resource["scopeSpans"][0]["spans"]
    assert (path, key) == ("/v1/traces", "a b")
    assert {"key": "service.name", "value": {"stringValue": "svc-sample"}} in resource["resource"]["attributes"]
    assert (span["traceId"], span["parentSpanId"]) == (FOREIGN[3:35], FOREIGN[36:52])
    assert span["attributes"] == [
        {"key": "n", "value": {"intValue": "1"}},
        {"key": "onedoor.case_id", "value": {"stringValue": str(case)}},
    ]


async def test_a_collector_that_is_away_holds_nobody_up():
    settings = Settings(otel_exporter_otlp_endpoint="http://127.0.0.1:9")
    async with asyncio.timeout(10), telemetry.tracing("svc-sample", settings):
        telemetry.record("x", "internal", telemetry.begin(True), None, time_ns(), {})
