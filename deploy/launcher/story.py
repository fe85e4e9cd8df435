"""A case's path as a page: its traces as trees, with offsets and durations, and between them what it waited for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from launcher.traces import Span

IDLE = 1_000_000
"""Nanoseconds. A handler that needed less and began nothing was not concerned."""


@dataclass(frozen=True)
class Wait:
    """For somebody outside: a clerk, the applicant, a courier. `until` is None while it lasts."""

    since: int
    until: int | None
    who: str
    what: str
    branch: str | None


def wait_of(line: Mapping[str, str | None]) -> Wait:
    """As svc-workflow tells of it."""
    until = line["until"]
    return Wait(
        _nanoseconds(str(line["since"])), None if until is None else _nanoseconds(until),
        str(line["who"]), str(line["what"]), line["branch"],
    )  # fmt: skip


def _nanoseconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp() * 1_000_000) * 1000


class Story:
    """`names` are the programs of the house by port. `whole`: also events nobody reacted to, and handlers that did nothing."""

    def __init__(self, roots: Sequence[Span], waits: Sequence[Wait], names: Mapping[str, str], *, whole: bool) -> None:
        self._roots, self._waits, self._names, self._whole = roots, waits, names, whole
        self._begin = min([root.started for root in roots], default=0)
        self._handled = {
            span.facts.get("messaging.message.id") for span in self._all() if span.name.startswith("handle ")
        }

    def lines(self) -> Iterator[str]:
        spans = list(self._all())
        if not spans:
            return
        last = max(span.ended for span in spans)
        services = len({span.service for span in spans})
        traces = len({span.trace for span in spans})
        yield f"{traces} traces, {len(spans)} spans in {services} services, {_long(last - self._begin)} from first to last"
        yield f"{'at':>10}  {'took':>9}  {'service':<10}  "
        parts: list[Span | Wait] = [*self._roots, *self._waits]
        for part in sorted(parts, key=lambda part: part.since if isinstance(part, Wait) else part.started):
            if isinstance(part, Wait):
                yield self._waiting(part)
            else:
                yield from self._tree(part, 0, f"  [{part.trace}]")

    def _waiting(self, wait: Wait) -> str:
        branch = f" ({wait.branch})" if wait.branch else ""
        took = "goes on" if wait.until is None else _long(wait.until - wait.since)
        return f"{self._at(wait.since):>10}  {took:>9}  {'. . .':<10}  waits for {wait.who}: {wait.what}{branch}"

    def _tree(self, span: Span, depth: int, more: str = "") -> Iterator[str]:
        took = _long(span.ended - span.started)
        yield f"{self._at(span.started):>10}  {took:>9}  {span.service:<10}  {'  ' * depth}{self._label(span)}{more}"
        for _, alike in groupby(self._shown(span.children), key=self._kind):
            first, *others = alike
            yield from self._tree(first, depth + 1, f"  ×{len(others) + 1}" if others else "")

    def _shown(self, children: Sequence[Span]) -> Iterator[Span]:
        return (child for child in children if self._whole or self._matters(child))

    def _matters(self, span: Span) -> bool:
        if span.name.startswith("publish "):
            return span.facts.get("messaging.message.id") not in self._handled
        return (
            not span.name.startswith("handle ")
            or span.failed
            or bool(span.children)
            or span.ended - span.started > IDLE
        )

    def _kind(self, span: Span) -> object:
        """Neighbours of one kind share a line, unless something followed from them."""
        return span.id if span.children or self._whole else (span.service, self._label(span, brief=True))

    def _label(self, span: Span, *, brief: bool = False) -> str:
        facts, said = span.facts, [span.name]
        if name := self._names.get(str(facts.get("server.port"))):
            said = [f"{span.name.partition(' ')[0]} {name}"]
        if status := facts.get("http.response.status_code"):
            said.append(f"→ {status}")
        if facts.get("onedoor.job.attempt", "1") != "1":
            said.append(f"attempt {facts['onedoor.job.attempt']}")
        if command := facts.get("onedoor.command"):
            said.append(command)
        if "onedoor.waited_ms" in facts and not brief:
            said.append(f"after {facts['onedoor.waited_ms']} ms")
        if span.failed:
            said.append(f"failed: {facts.get('onedoor.reason') or facts.get('error.type')}")
        return " ".join(said)

    def _at(self, moment: int) -> str:
        return f"{(moment - self._begin) / 1e9:.3f} s"

    def _all(self) -> Iterator[Span]:
        waiting = list(self._roots)
        while waiting:
            span = waiting.pop()
            waiting += span.children
            yield span


def _long(nanoseconds: int) -> str:
    seconds = nanoseconds / 1e9
    if seconds < 1:
        return f"{seconds * 1000:.1f} ms"
    if seconds < 120:
        return f"{seconds:.2f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
