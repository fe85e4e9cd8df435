"""Calling functions, by position or by name. A call that fits no signature gives null."""

from __future__ import annotations

from svc_workflow.engine.feel.scope import Names
from svc_workflow.engine.feel.values import FunctionValue, Value


def call_positional(function: FunctionValue, arguments: list[Value], scope: Names) -> Value:
    if not function.accepts(len(arguments)):
        return None
    scope.budget.spend(
        function.cost + sum(len(argument) for argument in arguments if isinstance(argument, (list, dict)))
    )
    return function.invoke(*arguments)


def call_named(function: FunctionValue, names: tuple[str, ...], values: list[Value], scope: Names) -> Value:
    given = dict(zip(names, values, strict=True))
    for signature in function.signatures:
        arguments = _in_order(signature, given)
        if arguments is not None:
            return call_positional(function, arguments, scope)
    return None


def _in_order(signature: tuple[str, ...], given: dict[str, Value]) -> list[Value] | None:
    plain = [name.rstrip("?*") for name in signature]
    if not given.keys() <= set(plain):
        return None
    if any(name not in given for name in signature if not name.endswith(("?", "*"))):
        return None
    last = max((index for index, name in enumerate(plain) if name in given), default=-1)
    return [given.get(name) for name in plain[: last + 1]]
