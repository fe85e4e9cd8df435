"""One run of schemathesis: a document, an address, a bearer, and what did not agree."""

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import orjson
import schemathesis
from schemathesis import Case, HookContext, Response, SerializationContext
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.engine.run import PhaseName
from schemathesis.generation.meta import TestPhase
from schemathesis.hooks import HookDispatcher, HookScope

from chassis.routing import KEY_PATTERN

Known = Mapping[str, Sequence[str | int]]

EXAMPLES = int(os.environ.get("FUZZ", "8"))
"""Requests tried of each operation and role beside those that the document itself leads to."""
MOST_COVERED, THINNED = 6 * EXAMPLES, max(2, 120 // EXAMPLES)
"""Coverage of one operation beyond so many requests: only every so manieth of the rest."""
SEED = int(os.environ.get("FUZZ_SEED", "1"))


@dataclass(frozen=True)
class Disagreement:
    check: str
    operation: str
    status: int
    refused: frozenset[str]
    """What a problem pointed at, as `pointer code`; its type where it pointed at nothing."""
    what: str = field(compare=False)
    reproduce: str = field(compare=False)

    def __str__(self) -> str:
        refused = f" ({', '.join(sorted(self.refused))})" if self.refused else ""
        return f"{self.check} at {self.operation}: {self.status}{refused}: {self.what}\n    {self.reproduce}"


@dataclass
class Outcome:
    disagreements: list[Disagreement] = field(default_factory=list)
    statuses: dict[str, Counter[int]] = field(default_factory=dict)
    """By operation: how often it gave each status."""
    followed: Counter[str] = field(default_factory=Counter)
    """Links that led from one answer to the next request."""
    has_links: bool = False


def fuzz(
    document: Mapping[str, Any],
    url: str,
    *,
    bearer: str | None = None,
    session: str | None = None,
    known: Known | None = None,
    operations: set[str] | None = None,
    examples: int = EXAMPLES,
) -> Outcome:
    """Runs examples, coverage, fuzzing and links over the operations named, or all."""
    judged = {**only(strict(document), operations), "servers": [{"url": url}]}
    schema = schemathesis.openapi.from_dict(judged, config=_config(url, known or {}, examples, bearer, session))
    if operations is not None:
        schema = schema.include(lambda context: context.operation.definition.raw["operationId"] in operations)
    outcome = Outcome(has_links=has_links(judged))
    schema.config.phases.stateful.enabled = outcome.has_links
    schema.hooks = _hooks()
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError):
            outcome.disagreements.append(
                Disagreement("engine", event.label, 0, frozenset(), str(event.info.format()), "")
            )
        elif isinstance(event, events.FatalError):
            raise event.exception
        elif isinstance(event, events.ScenarioFinished):
            _record(event, outcome)
    return outcome


@schemathesis.serializer("application/x-ndjson")
def lines(context: SerializationContext, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


def strict(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document without `default` answers, which would document every status."""
    copied: dict[str, Any] = deepcopy(dict(document))
    for item in copied["paths"].values():
        for operation in item.values():
            operation["responses"].pop("default", None)
    return copied


def only(document: dict[str, Any], operations: set[str] | None) -> dict[str, Any]:
    """The document without links from or to others; which methods their paths have stays said."""
    if operations is None:
        return document
    for item in document["paths"].values():
        for operation in item.values():
            for response in operation["responses"].values():
                links = response.pop("links", {})
                kept = {name: link for name, link in links.items() if link["operationId"] in operations}
                if kept and operation["operationId"] in operations:
                    response["links"] = kept
    return document


def has_links(document: dict[str, Any]) -> bool:
    operations = [operation for item in document["paths"].values() for operation in item.values()]
    return any("links" in response for operation in operations for response in operation["responses"].values())


def _config(url: str, known: Known, examples: int, bearer: str | None, session: str | None) -> SchemathesisConfig:
    return SchemathesisConfig.from_dict(
        {
            "base-url": url,
            "seed": SEED,
            "continue-on-failure": True,
            "request-timeout": 60,
            "suppress-health-check": ["all"],
            "headers": {"Authorization": f"Bearer {bearer}"} if bearer else {},
            "auth": {"openapi": {"Session": {"api_key": session}}} if session else {},
            "generation": {"max-examples": examples, "deterministic": True, "database": "none", "no-shrink": True},
            "phases": {
                "coverage": {"generate-duplicate-query-parameters": True},
                "stateful": {"max-steps": 6, "generation": {"max-examples": examples}},
            },
            "dictionaries": {name: {"values": values} for name, values in known.items() if values},
            "parameters": {name: {"dictionary": name, "probability": 0.6} for name, values in known.items() if values},
        }
    )


def _record(event: events.ScenarioFinished, outcome: Outcome) -> None:
    recorder = event.recorder
    for case_id, interaction in recorder.interactions.items():
        node = recorder.cases.get(case_id)
        if node is None or interaction.response is None:
            continue
        label = node.value.operation.label
        outcome.statuses.setdefault(label, Counter())[interaction.response.status_code] += 1
        if event.phase is PhaseName.STATEFUL_TESTING and node.is_transition_applied and node.transition is not None:
            outcome.followed[node.transition.id] += 1
    outcome.disagreements += _failures(recorder)


def _hooks() -> HookDispatcher:
    """A fresh Idempotency-Key for most requests, since one key is for one body; and coverage thinned where it is endless."""
    hooks, seen, keys = HookDispatcher(scope=HookScope.SCHEMA), Counter[str](), count()

    @hooks.hook
    def filter_case(context: HookContext, case: Case) -> bool:
        if case.meta is None or case.meta.phase.name is not TestPhase.COVERAGE:
            return True
        seen[case.operation.label] += 1
        place = seen[case.operation.label]
        return place <= MOST_COVERED or place % THINNED == 0

    @hooks.hook
    def map_case(context: HookContext, case: Case) -> Case:
        given, number = (case.headers or {}).get("Idempotency-Key"), next(keys)
        if isinstance(given, str) and re.fullmatch(KEY_PATTERN, given) and number % 4:
            case.headers["Idempotency-Key"] = f"fuzz-{number}"
        return case

    return hooks


def _failures(recorder: ScenarioRecorder) -> Iterator[Disagreement]:
    for case_id, checks in recorder.checks.items():
        label = recorder.cases[case_id].value.operation.label if case_id in recorder.cases else recorder.label
        answered = recorder.interactions[case_id].response if case_id in recorder.interactions else None
        for check in checks:
            if check.status is Status.FAILURE and check.failure_info is not None:
                failure, sample = check.failure_info.failure, check.failure_info.code_sample
                status = answered.status_code if answered is not None else 0
                said = f"{failure.title}: {failure.message}"
                yield Disagreement(check.name, label, status, _refused(answered), said, sample)


def _refused(answered: Response | None) -> frozenset[str]:
    """By what a problem that was answered can be told from others."""
    try:
        problem = orjson.loads(answered.content) if answered is not None else {}
    except orjson.JSONDecodeError:
        return frozenset()
    if not isinstance(problem, dict):
        return frozenset()
    pointed = {f"{error['pointer']} {error['code']}" for error in problem.get("errors", [])}
    named = problem.get("type", problem.get("error"))  # RFC 6749 names its errors so
    return frozenset(pointed or ({str(named)} if named else set()))
