"""How each command is carried out: it sets tokens moving, or is ignored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from svc_workflow.engine import commands, events
from svc_workflow.engine.errors import DecisionNotOffered, TooManyMessages, UnknownElement, UnknownMessage
from svc_workflow.engine.graph import ROOT, Kind
from svc_workflow.engine.machine.entering import begin
from svc_workflow.engine.machine.leaving import leave
from svc_workflow.engine.machine.run import Run
from svc_workflow.engine.machine.scopes import cut_short, stop
from svc_workflow.engine.machine.throwing import catch_failure, fire
from svc_workflow.engine.state import Wait

MAX_KEPT = 32


def carry_out(run: Run, command: commands.Command) -> None:
    _ORDERS[type(command)](run, command)


def ignore(run: Run, command: commands.Command, reason: str) -> None:
    run.emit(events.Ignored(type(command).__name__, reason))


def _start(run: Run, command: commands.Start) -> None:
    if run.state.status != "new":
        ignore(run, command, "started-already")
        return
    run.emit(events.Started(dict(command.variables)))
    run.move(run.fresh_token(), run.graph.start, ROOT)


def _complete_task(run: Run, command: commands.CompleteTask) -> None:
    wait = run.waiting(command.task, "task")
    if wait is None:
        ignore(run, command, "not-open")
        return
    node = run.graph.nodes[wait.node]
    if node.task and node.task.decisions and command.variables.get("decision") not in node.task.decisions:
        raise DecisionNotOffered(f"{node.id} offers {', '.join(node.task.decisions)}")
    _finish(run, wait, command.variables)


def _answer_step(run: Run, command: commands.AnswerStep) -> None:
    wait = run.waiting(command.request, "step")
    if wait is None:
        ignore(run, command, "not-open")
    elif command.outcome == "done":
        _finish(run, wait, {**command.result, "request_id": wait.id})
    else:
        run.close(wait.id, command.outcome)
        reason = command.reason or str(command.result.get("reason") or "")
        answer = {**command.result, "outcome": command.outcome, "reason": reason}
        if command.outcome == "failed" or not catch_failure(run, wait.token, command.outcome, answer):
            run.incident(wait.token, reason or command.outcome, "enter")


def _finish(run: Run, wait: Wait, answer: commands.Variables) -> None:
    node = run.graph.nodes[wait.node]
    run.close(wait.id, "done")
    run.keep_results(run.state.tokens[wait.token].scope, node.results, answer)
    leave(run, wait.token)


def _message(run: Run, command: commands.Message) -> None:
    name, correlation, variables = command
    if name not in run.graph.messages:
        raise UnknownMessage(name)
    if deliver(run, name, correlation, variables):
        return
    if (name, correlation) in run.state.heard:
        ignore(run, command, "heard-already")
    elif any(kept[:2] == (name, correlation) for kept in run.state.kept):
        ignore(run, command, "kept-already")
    elif len(run.state.kept) >= MAX_KEPT:
        raise TooManyMessages(f"{MAX_KEPT} messages wait to be heard")
    else:
        run.emit(events.MessageKept(name, correlation, dict(variables)))


def deliver(run: Run, name: str, correlation: str, variables: commands.Variables) -> bool:
    """Gives the message to the wait that is open longest."""
    for wait in run.state.waits.values():
        if wait.kind == "message" and wait.key == name and wait.value == correlation:
            break
    else:
        return False
    run.emit(events.MessageHeard(name, correlation))
    node = run.graph.nodes[wait.node]
    if node.kind is Kind.BOUNDARY:
        run.keep_results(run.state.tokens[wait.token].scope, node.results, variables)
        fire(run, wait.token, node)
    else:
        _finish(run, wait, variables)
    return True


def deliver_kept(run: Run) -> bool:
    """Gives one message that came early to what has come to wait for it since."""
    return any(deliver(run, *message) for message in run.state.kept)


def _timer_fired(run: Run, command: commands.TimerFired) -> None:
    wait = run.waiting(command.timer, "timer")
    if wait is None:
        ignore(run, command, "not-open")
        return
    run.close(wait.id, "done")
    node = run.graph.nodes[wait.node]
    if node.kind is Kind.BOUNDARY:
        fire(run, wait.token, node)
    else:
        leave(run, wait.token)


def _cancel_scope(run: Run, command: commands.CancelScope) -> None:
    running = _running(run, command.scope)
    if not running:
        ignore(run, command, "not-running")
    for token in running:
        cut_short(run, token, command.reason)
        leave(run, token)


def _withdraw(run: Run, command: commands.Withdraw) -> None:
    for branch in command.branches:
        if branch not in run.graph.branches:
            raise UnknownElement(branch)
    undecided = [branch for branch in command.branches or run.graph.branches if branch not in run.state.outcomes]
    if not undecided:
        ignore(run, command, "decided-already")
    for branch in undecided:
        stop(run, branch, command.reason)


def _retry_step(run: Run, command: commands.RetryStep) -> None:
    wait = run.waiting(command.incident, "incident")
    if wait is None:
        ignore(run, command, "not-open")
        return
    run.close(wait.id, "retried")
    if wait.value == "leave":
        leave(run, wait.token)
    else:
        begin(run, wait.token)


def _set_variables(run: Run, command: commands.SetVariables) -> None:
    running = _running(run, command.scope) if command.scope else [ROOT]
    if not running:
        ignore(run, command, "not-running")
    for scope in running:
        run.emit(events.VariablesSet(scope, dict(command.variables)))


def _running(run: Run, element: str) -> list[int]:
    node = run.graph.by_id.get(element)
    if node is None or node.kind is not Kind.SUBPROCESS:
        raise UnknownElement(element)
    return [token.id for token in run.state.tokens.values() if token.node == node.index]


_ORDERS: dict[type, Callable[[Run, Any], None]] = {
    commands.Start: _start,
    commands.CompleteTask: _complete_task,
    commands.AnswerStep: _answer_step,
    commands.Message: _message,
    commands.TimerFired: _timer_fired,
    commands.CancelScope: _cancel_scope,
    commands.Withdraw: _withdraw,
    commands.RetryStep: _retry_step,
    commands.SetVariables: _set_variables,
}
