"""Events make the state: nothing else changes one. And how events are packed for keeping."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson

from svc_workflow.engine import events
from svc_workflow.engine.graph import ROOT
from svc_workflow.engine.state import State, Token, Wait

MAX_HEARD = 64


def apply(state: State, event: events.Event) -> None:
    APPLY[type(event)](state, event)


def replay(history: Iterable[events.Event]) -> State:
    state = State()
    for event in history:
        apply(state, event)
    return state


def pack_events(happened: Iterable[events.Event]) -> bytes:
    return orjson.dumps([[_CODES[type(event)], *event] for event in happened])


def unpack_events(packed: bytes | str) -> list[events.Event]:
    return [_TYPES[code](*fields) for code, *fields in orjson.loads(packed)]


def _started(state: State, event: events.Started) -> None:
    state.status = "running"
    state.variables[ROOT] = event.variables


def _entered(state: State, event: events.Entered) -> None:
    state.tokens[event.token] = Token(*event)
    if event.token >= state.next_token:
        state.next_token = event.token + 1


def _left(state: State, event: events.Left) -> None:
    del state.tokens[event.token]


def _waiting(state: State, event: events.Waiting) -> None:
    state.waits[event.id] = Wait(*event)


def _closed(state: State, event: events.Closed) -> None:
    del state.waits[event.id]


def _variables_set(state: State, event: events.VariablesSet) -> None:
    state.variables[event.scope] = {**state.variables.get(event.scope, {}), **event.values}


def _scope_closed(state: State, event: events.ScopeClosed) -> None:
    around = state.variables.get(event.parent, {})
    context = {**_context(around, event.name), **state.variables.pop(event.scope, {})}
    if "outcome" in _context(around, event.name):
        context["outcome"] = _context(around, event.name)["outcome"]
    state.variables[event.parent] = {**around, event.name: context}


def _outcome_reached(state: State, event: events.OutcomeReached) -> None:
    state.outcomes[event.branch] = event.outcome
    around = state.variables.get(event.scope, {})
    context = {**_context(around, event.branch), "outcome": event.outcome}
    state.variables[event.scope] = {**around, event.branch: context}


def _context(variables: Mapping[str, Any], name: str) -> dict[str, Any]:
    known = variables.get(name)
    return known if isinstance(known, dict) else {}


def _branch_stopped(state: State, event: events.BranchStopped) -> None:
    state.stopped[event.branch] = event.reason


def _message_kept(state: State, event: events.MessageKept) -> None:
    state.kept += ((event.name, event.correlation, event.variables),)


def _message_heard(state: State, event: events.MessageHeard) -> None:
    heard = (event.name, event.correlation)
    state.kept = tuple(message for message in state.kept if message[:2] != heard)
    state.heard = (*(each for each in state.heard if each != heard), heard)[-MAX_HEARD:]


def _ignored(state: State, event: events.Ignored) -> None:
    pass


def _ended(state: State, event: events.Ended) -> None:
    state.status = "ended"
    state.kept = ()


APPLY: dict[type, Callable[[State, Any], None]] = {
    events.Started: _started,
    events.Entered: _entered,
    events.Left: _left,
    events.Waiting: _waiting,
    events.Closed: _closed,
    events.VariablesSet: _variables_set,
    events.ScopeClosed: _scope_closed,
    events.OutcomeReached: _outcome_reached,
    events.BranchStopped: _branch_stopped,
    events.MessageKept: _message_kept,
    events.MessageHeard: _message_heard,
    events.Ignored: _ignored,
    events.Ended: _ended,
}
_TYPES: tuple[type[Any], ...] = tuple(APPLY)
"""An event is packed under its place in this order: only ever append."""
_CODES = {kind: code for code, kind in enumerate(_TYPES)}
