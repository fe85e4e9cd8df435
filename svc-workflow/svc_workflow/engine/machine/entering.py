"""What a node does with a token that reaches it."""

from __future__ import annotations

from collections.abc import Callable

from svc_workflow.engine import effects
from svc_workflow.engine.graph import Kind, Node
from svc_workflow.engine.machine import joins, scopes, throwing
from svc_workflow.engine.machine.branches import is_branch, reach_outcome
from svc_workflow.engine.machine.leaving import leave
from svc_workflow.engine.machine.run import Move, Run, Stuck
from svc_workflow.engine.machine.timers import due, limit


def arrive(run: Run, move: Move) -> None:
    run.enter(move)
    begin(run, move.token)


def begin(run: Run, token: int) -> None:
    """Does the node's work for the token standing on it; what cannot be done becomes an incident and may be tried again."""
    node = run.node_of(token)
    try:
        if node.kind is Kind.SUBPROCESS and node.branch in run.state.stopped and is_branch(run, node):
            leave(run, token)
            return
        for boundary in node.boundaries:
            _arm(run, token, run.graph.nodes[boundary])
        _BEGIN[node.kind](run, token, node)
    except Stuck as stuck:
        run.incident(token, str(stuck), "enter")


def _arm(run: Run, token: int, boundary: Node) -> None:
    if any(wait.token == token and wait.node == boundary.index for wait in run.state.waits.values()):
        return
    if boundary.awaited is not None:
        _message(run, token, boundary)
    elif boundary.timer is not None:
        _timer(run, token, boundary)


def _pass(run: Run, token: int, node: Node) -> None:
    reach_outcome(run, node, run.state.tokens[token].scope)
    leave(run, token)


def _straight_on(run: Run, token: int, node: Node) -> None:
    leave(run, token)


def _end(run: Run, token: int, node: Node) -> None:
    reach_outcome(run, node, run.state.tokens[token].scope)
    run.remove(token)


def _terminate(run: Run, token: int, node: Node) -> None:
    scope = run.state.tokens[token].scope
    reach_outcome(run, node, scope)
    scopes.clear(run, scope, "terminated")


def _escalate(run: Run, token: int, node: Node) -> None:
    scope = run.state.tokens[token].scope
    reach_outcome(run, node, scope)
    throwing.escalate(run, scope, node.code)
    if token not in run.state.tokens:
        return
    if node.outgoing:
        leave(run, token)
    else:
        run.remove(token)


def _error(run: Run, token: int, node: Node) -> None:
    scope = run.state.tokens[token].scope
    reach_outcome(run, node, scope)
    if not throwing.catch_error(run, scope, node.code or ""):
        raise Stuck(f"nothing catches the error {node.code}")


def _task(run: Run, token: int, node: Node) -> None:
    task, scope = node.task, run.state.tokens[token].scope
    assert task is not None  # noqa: S101 - the reader gives every user task one
    department = None if task.department is None else run.text(task.department, scope)
    post = run.text(task.post, scope)
    allowed = None if task.limit is None else limit(run, task.limit, scope)
    arguments = run.arguments(task.arguments, scope)
    run.effect(
        effects.OpenTask(
            id=run.wait("task", token, node),
            element=node.id,
            name=node.name,
            branch=node.branch,
            action=task.action,
            department=department,
            post=post,
            decisions=task.decisions,
            clock=task.clock,
            limit=allowed,
            arguments=arguments,
        )
    )


def _step(run: Run, token: int, node: Node) -> None:
    step = node.step
    assert step is not None  # noqa: S101 - the reader gives every service task one
    arguments = run.arguments(step.arguments, run.state.tokens[token].scope)
    request = run.wait("step", token, node)
    run.effect(effects.RequestStep(request, node.id, node.branch, step.capability, arguments))


def _message(run: Run, token: int, node: Node) -> None:
    awaited = node.awaited
    assert awaited is not None  # noqa: S101 - the reader gives every message event one
    correlation = "" if awaited.correlation is None else run.text(awaited.correlation, run.state.tokens[token].scope)
    subscription = run.wait("message", token, node, awaited.name, correlation)
    run.effect(effects.Subscribe(subscription, node.id, awaited.name, correlation))


def _timer(run: Run, token: int, node: Node) -> None:
    assert node.timer is not None  # noqa: S101 - the reader gives every timer event one
    moment = due(run, node.timer, run.state.tokens[token].scope)
    timer = run.wait("timer", token, node, moment)
    run.effect(effects.ScheduleTimer(timer, node.id, moment))


_BEGIN: dict[Kind, Callable[[Run, int, Node], None]] = {
    Kind.START: _straight_on,
    Kind.END: _end,
    Kind.TERMINATE: _terminate,
    Kind.THROW: _pass,
    Kind.ESCALATE: _escalate,
    Kind.ERROR: _error,
    Kind.EXCLUSIVE: _straight_on,
    Kind.PARALLEL: joins.parallel,
    Kind.INCLUSIVE: joins.inclusive,
    Kind.TASK: _task,
    Kind.STEP: _step,
    Kind.MESSAGE: _message,
    Kind.TIMER: _timer,
    Kind.SUBPROCESS: scopes.start,
    Kind.BOUNDARY: _straight_on,
}
