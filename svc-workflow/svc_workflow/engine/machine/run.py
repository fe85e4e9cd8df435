"""One advance under way: the state being made, what happened, what the host must do, and the tokens still moving."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from svc_workflow.engine import effects, events
from svc_workflow.engine.env import Env
from svc_workflow.engine.errors import AnswerUnusable, RunawayProcess
from svc_workflow.engine.feel import FeelError
from svc_workflow.engine.graph import ROOT, Graph, Node, Result, Text
from svc_workflow.engine.history import APPLY
from svc_workflow.engine.state import State, Wait

MAX_STEPS = 10_000
_CLOSINGS: dict[str, Callable[[str, str], effects.Effect]] = {
    "task": effects.CloseTask,
    "step": effects.CloseStep,
    "timer": effects.CancelTimer,
    "message": effects.Unsubscribe,
    "incident": effects.ClearIncident,
}


class Stuck(Exception):
    """The process cannot go on at a node; becomes an incident there."""


class Move(NamedTuple):
    token: int
    node: int
    scope: int
    flow: int


class Run:
    __slots__ = ("effects", "emptied", "env", "events", "graph", "moves", "next_token", "state", "steps")

    def __init__(self, graph: Graph, state: State, env: Env) -> None:
        self.graph = graph
        self.state = state.copy()
        self.env = env
        self.events: list[events.Event] = []
        self.effects: list[effects.Effect] = []
        self.moves: list[Move] = []
        self.emptied: set[int] = set()
        self.next_token = state.next_token
        self.steps = 0

    def emit(self, event: events.Event) -> None:
        APPLY[type(event)](self.state, event)
        self.events.append(event)

    def effect(self, effect: effects.Effect) -> None:
        self.effects.append(effect)

    # -- tokens ----------------------------------------------------------------------------------------------------

    def move(self, token: int, node: int, scope: int, flow: int = -1) -> None:
        self.moves.append(Move(token, node, scope, flow))

    def fresh_token(self) -> int:
        self.next_token += 1
        return self.next_token - 1

    def enter(self, move: Move) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise RunawayProcess(f"more than {MAX_STEPS} steps in one advance")
        self.emit(events.Entered(*move))

    def remove(self, token: int) -> None:
        """The token is used up; its scope may be empty now."""
        standing = self.state.tokens[token]
        self.emit(events.Left(token, standing.node))
        self.emptied.add(standing.scope)

    def node_of(self, token: int) -> Node:
        return self.graph.nodes[self.state.tokens[token].node]

    # -- waits -----------------------------------------------------------------------------------------------------

    def wait(self, kind: str, token: int, node: Node, key: str = "", value: str = "") -> str:
        wait_id = self.env.new_id()
        self.emit(events.Waiting(wait_id, kind, token, node.index, key, value))
        return wait_id

    def close(self, wait_id: str, how: str) -> None:
        kind = self.state.waits[wait_id].kind
        self.emit(events.Closed(wait_id, how))
        self.effect(_CLOSINGS[kind](wait_id, how))

    def close_all(self, token: int, how: str) -> None:
        for wait_id in [wait.id for wait in self.state.waits.values() if wait.token == token]:
            self.close(wait_id, how)

    def waiting(self, wait_id: str, kind: str) -> Wait | None:
        wait = self.state.waits.get(wait_id)
        return wait if wait is not None and wait.kind == kind else None

    def incident(self, token: int, reason: str, phase: str) -> None:
        node = self.node_of(token)
        wait_id = self.wait("incident", token, node, reason, phase)
        self.effect(effects.RaiseIncident(wait_id, node.id, node.branch, reason))

    # -- variables and expressions -----------------------------------------------------------------------------------

    def text(self, value: Text, scope: int, absent: str | None = None) -> str:
        """`absent` stands for null where null is allowed."""
        if isinstance(value, str):
            return value
        try:
            found = value(*self.state.layers(scope))
        except FeelError as error:
            raise Stuck(f"{value.text}: {error}") from None
        if found is None and absent is not None:
            return absent
        if not isinstance(found, str):
            raise Stuck(f"{value.text}: gave {found!r}, not a text")
        return found

    def arguments(self, given: Iterable[tuple[str, Any]], scope: int) -> dict[str, Any]:
        layers = self.state.layers(scope)
        try:
            return {name: value(*layers) for name, value in given}
        except FeelError as error:
            raise Stuck(str(error)) from None

    def keep_results(self, scope: int, results: tuple[Result, ...], answer: Mapping[str, Any]) -> None:
        if results:
            layers = self.state.layers(scope)
            try:
                kept = {result.name: result.source(answer, *layers) for result in results}
            except FeelError as error:
                raise AnswerUnusable(str(error)) from None
            self.assign(scope, kept)

    def assign(self, scope: int, values: Mapping[str, Any]) -> None:
        """A variable is set where it is known already, otherwise in the given scope."""
        owners: dict[int, dict[str, Any]] = {}
        for name, value in values.items():
            owners.setdefault(self.owner(scope, name), {})[name] = value
        for owner, owned in owners.items():
            self.emit(events.VariablesSet(owner, owned))

    def owner(self, scope: int, name: str) -> int:
        here = scope
        while name not in self.state.variables.get(here, {}):
            if here == ROOT:
                return scope
            here = self.state.enclosing(here)
        return here
