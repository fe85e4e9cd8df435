"""Which way a token goes on from a node."""

from __future__ import annotations

from svc_workflow.engine.feel import FeelError
from svc_workflow.engine.graph import Flow, Kind, Node
from svc_workflow.engine.machine.run import Run, Stuck


def leave(run: Run, token: int) -> None:
    """Sends the token on along its node's flows; an incident if no flow may be taken."""
    standing = run.state.tokens[token]
    node = run.graph.nodes[standing.node]
    run.close_all(token, "done")
    try:
        flows = _chosen(run, node, standing.scope)
    except Stuck as stuck:
        run.incident(token, str(stuck), "leave")
        return
    run.remove(token)
    for position, flow in enumerate(flows):
        mover = token if position == 0 else run.fresh_token()
        run.move(mover, run.graph.flows[flow].target, standing.scope, flow)


def _chosen(run: Run, node: Node, scope: int) -> tuple[int, ...]:
    flows = node.outgoing
    if node.kind is Kind.EXCLUSIVE:
        return (_first(run, node, scope),)
    if node.kind is Kind.PARALLEL or (len(flows) == 1 and run.graph.flows[flows[0]].condition is None):
        return flows
    conditional = [flow for flow in flows if run.graph.flows[flow].condition is not None]
    held = [flow for flow in conditional if _holds(run, run.graph.flows[flow], scope)]
    passed = set(conditional).difference(held)
    if held and node.default >= 0:
        passed.add(node.default)
    taken = tuple(flow for flow in flows if flow not in passed)
    if not taken:
        raise Stuck("no flow's condition holds and there is no default flow")
    return taken


def _first(run: Run, node: Node, scope: int) -> int:
    for flow in node.outgoing:
        if flow != node.default and _holds(run, run.graph.flows[flow], scope):
            return flow
    if node.default < 0:
        raise Stuck("no flow's condition holds and there is no default flow")
    return node.default


def _holds(run: Run, flow: Flow, scope: int) -> bool:
    if flow.condition is None:
        return True
    try:
        value = flow.condition(*run.state.layers(scope))
    except FeelError as error:
        raise Stuck(f"{flow.id}: {flow.condition.text}: {error}") from None
    if not isinstance(value, bool):
        raise Stuck(f"{flow.id}: {flow.condition.text}: gave {value!r}, neither true nor false")
    return value
