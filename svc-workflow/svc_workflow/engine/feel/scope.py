"""Where names are looked up while an expression runs, and how much it may still cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from svc_workflow.engine.feel.errors import TooCostly
from svc_workflow.engine.feel.members import member
from svc_workflow.engine.feel.values import Value, from_json

MAX_STEPS = 50_000
MAX_CALLS = 40


class Budget:
    __slots__ = ("calls", "steps")

    def __init__(self) -> None:
        self.steps = MAX_STEPS
        self.calls = MAX_CALLS

    def spend(self, steps: int = 1) -> None:
        self.steps -= steps
        if self.steps < 0:
            raise TooCostly(f"more than {MAX_STEPS} steps")


class Variables:
    """The outermost names: layers of JSON values, innermost first. Most expressions are done before a budget is needed."""

    __slots__ = ("_budget", "layers")

    def __init__(self, layers: Sequence[Mapping[str, Any]]) -> None:
        self.layers = layers
        self._budget: Budget | None = None

    def find(self, name: str) -> Value:
        for layer in self.layers:
            if name in layer:
                return from_json(layer[name])
        return None

    def find_path(self, name: str, members: tuple[str, ...]) -> Value:
        """`name.member.member`, of which only the end becomes a FEEL value."""
        for layer in self.layers:
            if name in layer:
                value = layer[name]
                for position, step in enumerate(members):
                    if type(value) is not dict:
                        return member_of(from_json(value), members[position:])
                    value = value.get(step)
                return from_json(value)
        return None

    @property
    def budget(self) -> Budget:
        if self._budget is None:
            self._budget = Budget()
        return self._budget


class Scope:
    """Names of an expression's own over those around it."""

    __slots__ = ("outer", "values", "variables")

    def __init__(self, values: Mapping[str, Value], outer: Scope | Variables) -> None:
        self.values = values
        self.outer = outer
        self.variables: Variables = outer if isinstance(outer, Variables) else outer.variables

    def find(self, name: str) -> Value:
        scope: Scope | Variables = self
        while isinstance(scope, Scope):
            if name in scope.values:
                return scope.values[name]
            scope = scope.outer
        return scope.find(name)

    def find_path(self, name: str, members: tuple[str, ...]) -> Value:
        scope: Scope | Variables = self
        while isinstance(scope, Scope):
            if name in scope.values:
                return member_of(scope.values[name], members)
            scope = scope.outer
        return scope.find_path(name, members)

    @property
    def budget(self) -> Budget:
        return self.variables.budget


def member_of(value: Value, members: tuple[str, ...]) -> Value:
    for name in members:
        value = member(value, name)
    return value


Names = Scope | Variables
