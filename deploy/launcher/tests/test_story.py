"""A case's path: which traces belong to it, and how they are told."""

import json
from pathlib import Path

import pytest

from launcher.errors import LauncherError
from launcher.story import Story, wait_of
from launcher.traces import Span, roots_of, some_roots_of

CASE = "01a21ade-4946-731b-bdd5-6d542f057c9a"
NAMES = {"8116": "carrier"}


def write(folder: Path, service: str, *spans: dict) -> None:
    folder.mkdir(exist_ok=True)
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": f"svc-{service}"}}]}
    line = {"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": list(spans)}]}]}
    with (folder / f"svc-{service}.jsonl").open("a") as file:
        file.write(json.dumps(line) + "\n")


def span(name: str, trace: str, own: str, parent: str | None, at: float, took: float, **facts: str) -> dict:
    told = {
        "traceId": trace, "spanId": own, "name": name, "startTimeUnixNano": str(int(at * 1e9)),
        "endTimeUnixNano": str(int((at + took) * 1e9)),
        "attributes": [{"key": k.replace("__", "."), "value": {"stringValue": v}} for k, v in facts.items()],
    }  # fmt: skip
    return told | ({"parentSpanId": parent} if parent else {})


def told(roots: list[Span], *waits: dict, whole: bool = False) -> list[str]:
    return [line.rstrip() for line in Story(roots, [wait_of(wait) for wait in waits], NAMES, whole=whole).lines()][2:]


def test_a_trace_belongs_to_a_case_when_a_piece_of_it_says_so(tmp_path):
    write(tmp_path, "gateway", span("POST workflow", "t1", "a", None, 1, 0.5))
    write(tmp_path, "gateway", span("POST workflow", "t2", "x", None, 1, 0.5))
    write(tmp_path, "workflow", span("POST /cases", "t1", "b", "a", 1.1, 0.3, onedoor__case_id=CASE))
    (tmp_path / "svc-on-its-way.jsonl").write_text('{"resourceSp')

    [root] = roots_of(tmp_path, CASE)

    assert (root.service, root.name, [child.service for child in root.children]) == (
        "gateway",
        "POST workflow",
        ["workflow"],
    )


def test_where_there_are_no_traces_it_is_said_where_else_they_may_be(tmp_path):
    write(tmp_path, "gateway", span("POST workflow", "t1", "a", None, 1, 0.5))

    with pytest.raises(LauncherError, match=f"your collector has them: look for onedoor.case_id = {CASE}"):
        some_roots_of(tmp_path, CASE)


def test_a_piece_whose_parent_is_lost_begins_a_tree_of_its_own(tmp_path):
    write(tmp_path, "workflow", span("handle x", "t1", "b", "gone", 1, 0.3, onedoor__case_id=CASE))

    assert [root.id for root in roots_of(tmp_path, CASE)] == ["b"]


def test_the_path_is_told_in_order_with_offsets_durations_and_waits(tmp_path):
    write(tmp_path, "gateway", span("POST workflow", "t1", "a", None, 100, 0.05, http__response__status_code="200"))
    write(
        tmp_path, "logistics",
        span("job waybill", "t1", "b", "a", 100.1, 0.2, onedoor__case_id=CASE, onedoor__job__attempt="2"),
        span("POST 127.0.0.1", "t1", "c", "b", 100.15, 0.01, server__port="8116", http__response__status_code="201"),
    )  # fmt: skip
    write(tmp_path, "workflow", span("handle y", "t2", "d", None, 107.5, 3.25, onedoor__case_id=CASE))
    clerk = {"since": "1970-01-01T00:01:41.5+00:00", "until": "1970-01-01T00:01:47.5+00:00", "who": "police/window",
             "what": "decide", "branch": "birth"}  # fmt: skip
    payer = {"since": "1970-01-01T00:03:20+00:00", "until": None, "who": "applicant", "what": "pay", "branch": None}

    assert told(roots_of(tmp_path, CASE), clerk, payer) == [
        "   0.000 s    50.0 ms  gateway     POST workflow → 200  [t1]",
        "   0.100 s   200.0 ms  logistics     job waybill attempt 2",
        "   0.150 s    10.0 ms  logistics       POST carrier → 201",
        "   1.500 s     6.00 s  . . .       waits for police/window: decide (birth)",
        "   7.500 s     3.25 s  workflow    handle y  [t2]",
        " 100.000 s    goes on  . . .       waits for applicant: pay",
    ]


def test_what_nothing_followed_from_is_told_only_when_asked_for(tmp_path):
    write(tmp_path, "workflow", span("POST /cases", "t1", "a", None, 1, 0.1, onedoor__case_id=CASE))
    write(tmp_path, "workflow", span("publish x", "t1", "b", "a", 1, 0.1, messaging__message__id="1"))
    write(
        tmp_path,
        "workflow",
        *[span("publish y", "t1", f"b{n}", "a", 1.01, 0.1, messaging__message__id=f"y{n}") for n in "123"],
    )
    write(tmp_path, "profile", span("handle x", "t1", "c", "a", 1.2, 0.0001, messaging__message__id="1"))
    roots = roots_of(tmp_path, CASE)

    assert [line.split("  ")[-2:] for line in told(roots)][1] == ["publish y", "×3"]
    assert len(told(roots)) == 2
    assert len(told(roots, whole=True)) == 6
