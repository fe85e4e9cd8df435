"""A case's traces, read from the files in which the programs of the house keep them."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from launcher.errors import LauncherError

CASE = "onedoor.case_id"


@dataclass
class Span:
    """Times are nanoseconds since 1970. A root has no parent here: the first piece of a trace, or one whose parent is lost."""

    trace: str
    id: str
    parent: str | None
    service: str
    name: str
    started: int
    ended: int
    failed: bool
    facts: dict[str, Any]
    children: list["Span"] = field(default_factory=list)


def roots_of(folder: Path, case_id: str) -> list[Span]:
    """Every trace that has to do with the case, whole, by when it began."""
    traces: dict[str, dict[str, Span]] = defaultdict(dict)
    for span in _read(folder):
        traces[span.trace][span.id] = span
    ours = [spans for spans in traces.values() if any(span.facts.get(CASE) == case_id for span in spans.values())]
    return sorted((root for spans in ours for root in _tree(spans)), key=lambda root: root.started)


def some_roots_of(folder: Path, case_id: str) -> list[Span]:
    """The same; LauncherError says where else to look when there are none."""
    roots = roots_of(folder, case_id)
    if not roots:
        raise LauncherError(
            f"There are no traces of this case in {folder}. "
            f"If OTEL_EXPORTER_OTLP_ENDPOINT is set, your collector has them: look for {CASE} = {case_id}."
        )
    return roots


def _tree(spans: dict[str, Span]) -> list[Span]:
    roots: list[Span] = []
    for span in sorted(spans.values(), key=lambda span: span.started):
        parent = spans.get(span.parent or "")
        (roots if parent is None else parent.children).append(span)
    return roots


def _read(folder: Path) -> Iterator[Span]:
    for file in sorted(folder.glob("*.jsonl")):
        with file.open("rb") as lines:
            for line in lines:
                if line.endswith(b"\n"):  # the last one may still be on its way
                    yield from _spans(json.loads(line))


def _spans(request: dict[str, Any]) -> Iterator[Span]:
    for resource in request["resourceSpans"]:
        service = str(_facts(resource["resource"]["attributes"])["service.name"]).removeprefix("svc-")
        for scope in resource["scopeSpans"]:
            for span in scope["spans"]:
                yield Span(
                    span["traceId"], span["spanId"], span.get("parentSpanId"), service, span["name"],
                    int(span["startTimeUnixNano"]), int(span["endTimeUnixNano"]), "status" in span,
                    _facts(span["attributes"]),
                )  # fmt: skip


def _facts(attributes: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {one["key"]: next(iter(one["value"].values())) for one in attributes}
