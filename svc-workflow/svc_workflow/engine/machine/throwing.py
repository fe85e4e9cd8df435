"""Boundary events: what reaches them, and what they do to what they stand on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from svc_workflow.engine import events
from svc_workflow.engine.commands import NOTHING
from svc_workflow.engine.graph import ROOT, Node
from svc_workflow.engine.machine.branches import outcome_reason
from svc_workflow.engine.machine.run import Run
from svc_workflow.engine.machine.scopes import cut_short


def fire(run: Run, token: int, boundary: Node) -> None:
    """The boundary event has happened to the activity on which `token` stands."""
    scope = run.state.tokens[token].scope
    if boundary.trigger is None or not boundary.trigger.interrupting:
        run.move(run.fresh_token(), boundary.index, scope)
        return
    outcome = boundary.id if boundary.outcome is None else run.text(boundary.outcome.value, scope)
    if run.node_of(token).start >= 0:
        cut_short(run, token, outcome, outcome_reason(run, boundary, scope))
    run.close_all(token, outcome)
    run.remove(token)
    run.move(token, boundary.index, scope)


def escalate(run: Run, scope: int, code: str | None) -> bool:
    """Goes outwards until a boundary event takes it; if none does, nothing happens."""
    return _outwards(run, scope, "escalation", code, NOTHING)


def catch_error(run: Run, scope: int, code: str, answer: Mapping[str, Any] = NOTHING) -> bool:
    return _outwards(run, scope, "error", code, answer)


def catch_failure(run: Run, token: int, code: str, answer: Mapping[str, Any]) -> bool:
    """A step that came out badly: a boundary event on it takes the error, or one further out."""
    boundary = _catching(run, token, "error", code)
    if boundary is not None:
        run.keep_results(run.state.tokens[token].scope, boundary.results, answer)
        fire(run, token, boundary)
        return True
    return catch_error(run, run.state.tokens[token].scope, code, answer)


def _outwards(run: Run, scope: int, kind: str, code: str | None, answer: Mapping[str, Any]) -> bool:
    while scope != ROOT:
        boundary = _catching(run, scope, kind, code)
        if boundary is not None:
            _publish(run, scope)
            run.keep_results(run.state.tokens[scope].scope, boundary.results, answer)
            fire(run, scope, boundary)
            return True
        scope = run.state.tokens[scope].scope
    return False


def _publish(run: Run, scope: int) -> None:
    """Whoever catches may read what the scope knows so far, under the subprocess's id."""
    around, name = run.state.tokens[scope].scope, run.node_of(scope).id
    known = run.state.variables.get(around, {}).get(name)
    own = run.state.variables.get(scope, {})
    run.emit(events.VariablesSet(around, {name: {**own, **(known if isinstance(known, dict) else {})}}))


def _catching(run: Run, token: int, kind: str, code: str | None) -> Node | None:
    """A boundary event that names the code, or else one that takes any."""
    boundaries = [run.graph.nodes[index] for index in run.node_of(token).boundaries]
    for wanted in (code, None):
        for boundary in boundaries:
            if boundary.trigger and boundary.trigger.kind == kind and boundary.trigger.code == wanted:
                return boundary
    return None
