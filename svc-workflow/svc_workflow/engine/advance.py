"""One command, carried out."""

from __future__ import annotations

from typing import NamedTuple

from svc_workflow.engine.commands import Command, Start
from svc_workflow.engine.effects import Effect
from svc_workflow.engine.env import Env
from svc_workflow.engine.errors import AnswerUnusable, NotStarted
from svc_workflow.engine.events import Event
from svc_workflow.engine.graph import Graph
from svc_workflow.engine.machine.entering import arrive
from svc_workflow.engine.machine.joins import fire_inclusive
from svc_workflow.engine.machine.orders import carry_out, deliver_kept, ignore
from svc_workflow.engine.machine.run import Run, Stuck
from svc_workflow.engine.machine.scopes import finish_if_empty
from svc_workflow.engine.state import State


class Advance(NamedTuple):
    """The state after, what happened, what the host must do."""

    state: State
    events: list[Event]
    effects: list[Effect]


def advance(graph: Graph, state: State, command: Command, env: Env) -> Advance:
    """Pure: the given state stays as it was, and the same inputs give the same answer.

    Duplicates and commands that come too late give an `Ignored` event and nothing else. Raises `CommandRefused` for a
    command that can never make sense here, `RunawayProcess` for a process that would not come to rest.
    """
    run = Run(graph, state, env)
    if state.status == "ended":
        ignore(run, command, "ended")
    elif state.status == "new" and not isinstance(command, Start):
        raise NotStarted("the process has not started")
    else:
        try:
            carry_out(run, command)
        except Stuck as stuck:
            raise AnswerUnusable(str(stuck)) from None
        _settle(run)
    return Advance(run.state, run.events, run.effects)


def _settle(run: Run) -> None:
    """Until every token rests: first those under way, then messages kept for what waits now, joins, emptied scopes."""
    while True:
        while run.moves:
            arrive(run, run.moves.pop(0))
        if run.state.kept and deliver_kept(run):
            continue
        if run.graph.inclusive and fire_inclusive(run):
            continue
        if not run.emptied or run.state.status != "running":
            return
        scope = max(run.emptied)
        run.emptied.discard(scope)
        finish_if_empty(run, scope)
