"""Boundary events: what reaches them, and what they do to what they stand on."""

from __future__ import annotations

from svc_workflow.engine.graph import ROOT, Node
from svc_workflow.engine.machine.run import Run
from svc_workflow.engine.machine.scopes import cut_short


def fire(run: Run, token: int, boundary: Node) -> None:
    """The boundary event has happened to the activity on which `token` stands."""
    scope = run.state.tokens[token].scope
    if boundary.trigger is None or not boundary.trigger.interrupting:
        run.move(run.fresh_token(), boundary.index, scope)
        return
    reason = boundary.id if boundary.outcome is None else run.text(boundary.outcome.value, scope)
    if run.node_of(token).start >= 0:
        cut_short(run, token, reason)
    run.close_all(token, reason)
    run.remove(token)
    run.move(token, boundary.index, scope)


def escalate(run: Run, scope: int, code: str | None) -> bool:
    """Goes outwards until a boundary event takes it; if none does, nothing happens."""
    return _outwards(run, scope, "escalation", code)


def catch_error(run: Run, scope: int, code: str) -> bool:
    return _outwards(run, scope, "error", code)


def catch_failure(run: Run, token: int, code: str) -> bool:
    """A failed step: a boundary event on it takes the error, or one further out."""
    boundary = _catching(run, token, "error", code)
    if boundary is not None:
        fire(run, token, boundary)
        return True
    return catch_error(run, run.state.tokens[token].scope, code)


def _outwards(run: Run, scope: int, kind: str, code: str | None) -> bool:
    while scope != ROOT:
        boundary = _catching(run, scope, kind, code)
        if boundary is not None:
            fire(run, scope, boundary)
            return True
        scope = run.state.tokens[scope].scope
    return False


def _catching(run: Run, token: int, kind: str, code: str | None) -> Node | None:
    """A boundary event that names the code, or else one that takes any."""
    boundaries = [run.graph.nodes[index] for index in run.node_of(token).boundaries]
    for wanted in (code, None):
        for boundary in boundaries:
            if boundary.trigger and boundary.trigger.kind == kind and boundary.trigger.code == wanted:
                return boundary
    return None
