"""How branches come out."""

from __future__ import annotations

from svc_workflow.engine import effects, events
from svc_workflow.engine.graph import Node
from svc_workflow.engine.machine.run import Run


def decide(run: Run, branch: str, outcome: str, scope: int, reason: str = "") -> None:
    """Notes a branch's outcome, readable as `<branch>.outcome` beside the branch's subprocess. What was stopped stays so."""
    if branch in run.state.stopped or run.state.outcomes.get(branch) == outcome:
        return
    run.emit(events.OutcomeReached(branch, outcome, _beside(run, branch, scope), reason))
    run.effect(effects.DecideBranch(branch, outcome, reason))
    if not _runs(run, branch):
        run.effect(effects.CloseBranch(branch, outcome))


def reach_outcome(run: Run, node: Node, scope: int) -> None:
    if node.outcome is not None:
        decide(run, node.outcome.branch, run.text(node.outcome.value, scope), scope, outcome_reason(run, node, scope))


def outcome_reason(run: Run, node: Node, scope: int) -> str:
    if node.outcome is None or node.outcome.reason is None:
        return ""
    return run.text(node.outcome.reason, scope, absent="")


def give_up(run: Run, node: Node, outcome: str, scope: int, reason: str = "") -> None:
    """Every branch in the subprocess that is not decided comes out so, also those that never started."""
    for branch in node.branches:
        if branch not in run.state.outcomes:
            decide(run, branch, outcome, scope, reason)


def close_branch(run: Run, node: Node, scope: int) -> None:
    """The subprocess of a branch has ended; without an outcome of its own it is `completed`."""
    if node.branch is None or not is_branch(run, node):
        return
    outcome = run.state.outcomes.get(node.branch)
    if outcome is None:
        run.emit(events.OutcomeReached(node.branch, "completed", scope))
        run.effect(effects.DecideBranch(node.branch, "completed"))
    run.effect(effects.CloseBranch(node.branch, outcome or "completed"))


def is_branch(run: Run, node: Node) -> bool:
    """A subprocess that is a branch itself and not only part of one."""
    return node.branch is not None and (node.parent < 0 or run.graph.nodes[node.parent].branch != node.branch)


def _beside(run: Run, branch: str, scope: int) -> int:
    here = scope
    while here:
        if run.node_of(here).branch == branch and is_branch(run, run.node_of(here)):
            return run.state.tokens[here].scope
        here = run.state.tokens[here].scope
    return scope


def _runs(run: Run, branch: str) -> bool:
    return any(
        run.graph.nodes[token.node].start >= 0 and run.graph.nodes[token.node].branch == branch
        for token in run.state.tokens.values()
    )
