"""How a Python function becomes a FEEL function: named and typed parameters, several forms under one name.

    @builtin("substring", "string:string, start position:number, length?:number")

A call spends `cost` of its expression's steps and tries the forms in turn; it gives null when none fits. `?` marks a
parameter that may be left out or null, `*` a last one that repeats; kinds may be joined with `|`. As FEEL says, a single
value serves as a list of one, and a list of one as its value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from svc_workflow.engine.feel.times import Date, DateTime, Days, Months, Time
from svc_workflow.engine.feel.values import FunctionValue, Range, Value

_KINDS: dict[str, type] = {
    "number": Decimal, "string": str, "boolean": bool, "list": list, "context": dict, "range": Range,
    "function": FunctionValue, "date": Date, "time": Time, "moment": DateTime, "days": Days, "months": Months,
}  # fmt: skip


class Parameter(NamedTuple):
    name: str
    kinds: frozenset[type]
    optional: bool
    repeats: bool


class Form(NamedTuple):
    parameters: tuple[Parameter, ...]
    function: Callable[..., Value]
    cost: int


class Misfit(Exception):
    """An argument is not of the parameter's kind."""


_FORMS: dict[str, list[Form]] = {}


def builtin(name: str, signature: str, cost: int = 1) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    parameters = tuple(_parameter(each.strip()) for each in signature.split(",") if each.strip())

    def register(function: Callable[..., Value]) -> Callable[..., Value]:
        _FORMS.setdefault(name, []).append(Form(parameters, function, cost))
        return function

    return register


def functions() -> dict[str, FunctionValue]:
    return {name: _function(forms) for name, forms in _FORMS.items()}


def _parameter(text: str) -> Parameter:
    name, _, kinds = text.partition(":")
    wanted = frozenset(_KINDS[kind] for kind in kinds.split("|") if kind != "any")
    return Parameter(name.rstrip("?*"), wanted, name.endswith("?"), name.endswith("*"))


def _function(forms: Sequence[Form]) -> FunctionValue:
    signatures = tuple(tuple(_marked(each) for each in form.parameters) for form in forms)
    return FunctionValue(signatures, partial(_invoke, forms), max(form.cost for form in forms))


def _marked(parameter: Parameter) -> str:
    return parameter.name + ("?" if parameter.optional else "*" if parameter.repeats else "")


def _invoke(forms: Sequence[Form], *arguments: Value) -> Value:
    for form in forms:
        try:
            return form.function(*_fitted(form.parameters, arguments))
        except Misfit:
            continue
    return None


def _fitted(parameters: tuple[Parameter, ...], arguments: tuple[Value, ...]) -> list[Any]:
    if parameters and parameters[-1].repeats:
        parameters = parameters[:-1] + (parameters[-1],) * (len(arguments) - len(parameters) + 1)
    if len(arguments) > len(parameters) or any(not rest.optional for rest in parameters[len(arguments) :]):
        raise Misfit
    return [_converted(parameter, value) for parameter, value in zip(parameters, arguments, strict=False)]


def _converted(parameter: Parameter, value: Value) -> Value:
    if not parameter.kinds or type(value) in parameter.kinds:
        return value
    if value is None:
        if parameter.optional:
            return None
        raise Misfit
    if list in parameter.kinds:
        return [value]
    if type(value) is list and len(value) == 1 and type(value[0]) in parameter.kinds:
        return value[0]
    raise Misfit
