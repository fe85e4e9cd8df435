"""Gateways that wait for several tokens."""

from __future__ import annotations

from svc_workflow.engine.graph import Node
from svc_workflow.engine.machine.leaving import leave
from svc_workflow.engine.machine.run import Run
from svc_workflow.engine.state import Token


def parallel(run: Run, token: int, node: Node) -> None:
    """Goes on when a token stands on every incoming flow."""
    here = run.state.tokens[token]
    first = _first_per_flow(run, node, here.scope)
    if len(first) < len(node.incoming):
        return
    first[here.flow] = here
    _merge(run, list(first.values()), here)


def inclusive(run: Run, token: int, node: Node) -> None:
    """A join waits until everything else has come to rest; see `fire_inclusive`."""
    if not node.upstream:
        leave(run, token)


def fire_inclusive(run: Run) -> bool:
    """Lets one inclusive join go on, if there is one that nothing more can reach (BPMN 2.0.2, 13.4.3)."""
    waiting = [token for token in run.state.tokens.values() if token.node in run.graph.inclusive]
    for token in waiting:
        node = run.graph.nodes[token.node]
        first = _first_per_flow(run, node, token.scope)
        if first and not _more_to_come(run, node, token.scope, set(first)):
            tokens = list(first.values())
            _merge(run, tokens, tokens[0])
            return True
    return False


def _more_to_come(run: Run, node: Node, scope: int, arrived: set[int]) -> bool:
    missing = [flow for flow in node.incoming if flow not in arrived]
    return any(
        any(token.node in node.upstream[flow] for flow in missing)
        and not any(token.node in node.upstream[flow] for flow in arrived)
        for token in run.state.tokens.values()
        if token.scope == scope and token.node != node.index
    )


def _first_per_flow(run: Run, node: Node, scope: int) -> dict[int, Token]:
    """The oldest token on each incoming flow; one that is stuck on leaving has been merged already."""
    stuck = {wait.token for wait in run.state.waits.values() if wait.kind == "incident"}
    first: dict[int, Token] = {}
    for token in run.state.tokens.values():
        if token.node == node.index and token.scope == scope and token.id not in stuck:
            first.setdefault(token.flow, token)
    return first


def _merge(run: Run, tokens: list[Token], survivor: Token) -> None:
    for token in tokens:
        if token.id != survivor.id:
            run.remove(token.id)
    leave(run, survivor.id)
