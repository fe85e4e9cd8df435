"""Subprocesses: starting, ending, being cut short."""

from __future__ import annotations

from svc_workflow.engine import effects, events
from svc_workflow.engine.graph import ROOT, Node
from svc_workflow.engine.machine.branches import close_branch, decide, give_up, is_branch
from svc_workflow.engine.machine.leaving import leave
from svc_workflow.engine.machine.run import Run


def start(run: Run, token: int, node: Node) -> None:
    """The token stays on the subprocess; a new one starts inside."""
    if node.branch is not None and is_branch(run, node):
        run.effect(effects.OpenBranch(node.branch))
    run.move(run.fresh_token(), node.start, token)


def finish_if_empty(run: Run, scope: int) -> None:
    """A scope in which no token is left has ended; the process goes on after it."""
    if scope != ROOT and scope not in run.state.tokens:
        return
    if any(token.scope == scope for token in run.state.tokens.values()):
        return
    if scope == ROOT:
        run.emit(events.Ended())
        run.effect(effects.EndInstance(dict(run.state.outcomes)))
        return
    _close(run, scope)
    leave(run, scope)


def cut_short(run: Run, scope: int, outcome: str, reason: str = "") -> None:
    """Everything in the scope stops; its token still stands on the subprocess."""
    give_up(run, run.node_of(scope), outcome, run.state.tokens[scope].scope, reason)
    clear(run, scope, outcome)
    _close(run, scope)
    run.close_all(scope, outcome)


def clear(run: Run, scope: int, reason: str) -> None:
    """Every token in the scope goes, and what it waited for with it."""
    run.moves = [move for move in run.moves if move.scope != scope]
    for token in [token for token in run.state.tokens.values() if token.scope == scope]:
        run.close_all(token.id, reason)
        if run.graph.nodes[token.node].start >= 0:
            give_up(run, run.graph.nodes[token.node], reason, scope)
            clear(run, token.id, reason)
            _close(run, token.id)
        run.remove(token.id)


def stop(run: Run, branch: str, reason: str) -> None:
    """The branch comes out as `reason` now, and will not start if it has not."""
    outer = [node for node in run.graph.nodes if node.start >= 0 and node.branch == branch and is_branch(run, node)]
    standing = [token for node in outer for token in run.state.tokens.values() if token.node == node.index]
    home = standing[0].scope if standing else _home(run, outer)
    decide(run, branch, reason, home)
    run.emit(events.BranchStopped(branch, reason))
    for token in standing:
        cut_short(run, token.id, reason)
        leave(run, token.id)


def _home(run: Run, outer: list[Node]) -> int:
    """The scope a branch would start in, if that runs; else the process."""
    parents = {node.parent for node in outer}
    return next((token.id for token in run.state.tokens.values() if token.node in parents), ROOT)


def _close(run: Run, scope: int) -> None:
    node, around = run.node_of(scope), run.state.tokens[scope].scope
    run.emit(events.ScopeClosed(scope, around, node.id))
    run.emptied.discard(scope)
    close_branch(run, node, around)
