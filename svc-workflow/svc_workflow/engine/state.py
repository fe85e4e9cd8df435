"""Where a running process stands: small, and packed as JSON into one row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from svc_workflow.engine.errors import StateUnreadable
from svc_workflow.engine.graph import ROOT

SCHEMA = 1


class Token(NamedTuple):
    """Where one thread of the process stands. A scope is named by the token on its subprocess; 0 is the process."""

    id: int
    node: int
    scope: int
    flow: int


class Wait(NamedTuple):
    id: str
    kind: str
    token: int
    node: int
    key: str
    value: str


@dataclass(slots=True)
class State:
    """Never changed in place by callers: `advance` gives a new one."""

    status: str = "new"  # new, running, ended
    next_token: int = 1
    tokens: dict[int, Token] = field(default_factory=dict)
    waits: dict[str, Wait] = field(default_factory=dict)
    variables: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)
    stopped: dict[str, str] = field(default_factory=dict)
    kept: tuple[tuple[str, str, Mapping[str, Any]], ...] = ()
    heard: tuple[tuple[str, str], ...] = ()

    def copy(self) -> State:
        return State(
            self.status,
            self.next_token,
            self.tokens.copy(),
            self.waits.copy(),
            self.variables.copy(),
            self.outcomes.copy(),
            self.stopped.copy(),
            self.kept,
            self.heard,
        )

    def enclosing(self, scope: int) -> int:
        """The scope around a scope."""
        return ROOT if scope == ROOT else self.tokens[scope].scope

    def layers(self, scope: int) -> list[Mapping[str, Any]]:
        """The variables seen from a scope, innermost first."""
        found = []
        while True:
            if scope in self.variables:
                found.append(self.variables[scope])
            if scope == ROOT:
                return found
            scope = self.tokens[scope].scope


def pack(state: State) -> bytes:
    return orjson.dumps(
        [
            SCHEMA,
            state.status,
            state.next_token,
            [[*token] for token in state.tokens.values()],
            [[*wait] for wait in state.waits.values()],
            [[scope, values] for scope, values in state.variables.items()],
            state.outcomes,
            state.stopped,
            state.kept,
            state.heard,
        ]
    )


def unpack(packed: bytes | str) -> State:
    """Raises `StateUnreadable` for another schema version."""
    schema, status, next_token, tokens, waits, variables, outcomes, stopped, kept, heard = _fields(packed)
    if schema != SCHEMA:
        raise StateUnreadable(f"schema {schema!r}; this engine reads {SCHEMA}")
    return State(
        status,
        next_token,
        {row[0]: Token._make(row) for row in tokens},
        {row[0]: Wait._make(row) for row in waits},
        dict(variables),
        outcomes,
        stopped,
        tuple((name, correlation, values) for name, correlation, values in kept),
        tuple((name, correlation) for name, correlation in heard),
    )


def _fields(packed: bytes | str) -> list[Any]:
    fields = orjson.loads(packed)
    if not isinstance(fields, list) or len(fields) != 10:
        raise StateUnreadable("not a packed state")
    return fields
