"""Where names are looked up while an expression runs, and how much it may still cost."""

from __future__ import annotations

from collections.abc import Mapping

from svc_workflow.engine.feel.errors import TooCostly
from svc_workflow.engine.feel.values import Value, from_json

MAX_STEPS = 100_000
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


class Scope:
    """One layer of names over another. A `raw` layer holds JSON values, which become FEEL values when found."""

    __slots__ = ("budget", "outer", "raw", "values")

    def __init__(self, values: Mapping[str, Value], outer: Scope | None = None, raw: bool = False) -> None:
        self.values = values
        self.outer = outer
        self.raw = raw
        self.budget: Budget = Budget() if outer is None else outer.budget

    def find(self, name: str) -> Value:
        scope: Scope | None = self
        while scope is not None:
            if name in scope.values:
                value = scope.values[name]
                return from_json(value) if scope.raw else value
            scope = scope.outer
        return None
