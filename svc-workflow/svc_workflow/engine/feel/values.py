"""FEEL values, how they compare, and how they come from and go to JSON.

In memory a value is None, bool, Decimal, str, list, dict, a date or time of `times`, `Range` or `FunctionValue`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Any, TypeAlias

from svc_workflow.engine.feel import literals
from svc_workflow.engine.feel.numbers import DECIMAL, spelled
from svc_workflow.engine.feel.times import Date, DateTime, Days, Months, Time

Value: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class Range:
    """An interval. An end that is None is open to infinity."""

    start: Value
    end: Value
    start_included: bool
    end_included: bool

    def holds(self, value: Value) -> bool | None:
        after = True if self.start is None else compare(">=" if self.start_included else ">", value, self.start)
        before = True if self.end is None else compare("<=" if self.end_included else "<", value, self.end)
        return conjunction(after, before)


@dataclass(frozen=True, slots=True)
class FunctionValue:
    """A function; it takes its arguments by position. `signatures` are the ways its parameters may be named."""

    signatures: tuple[tuple[str, ...], ...]
    invoke: Callable[..., Value]
    cost: int = 1

    def accepts(self, count: int) -> bool:
        return any(_required(names) <= count <= _most(names) for names in self.signatures)


def _required(names: tuple[str, ...]) -> int:
    return sum(not name.endswith(("?", "*")) for name in names)


def _most(names: tuple[str, ...]) -> int:
    return 1_000 if names and names[-1].endswith("*") else len(names)


def conjunction(left: Value, right: Value) -> bool | None:
    if left is False or right is False:
        return False
    return True if left is True and right is True else None


def unlike(same: bool | None) -> bool | None:
    return None if same is None else not same


def equal(left: Value, right: Value) -> bool | None:
    """Null for values of different kinds, except that only null equals null."""
    if left is None or right is None:
        return left is right
    kind = type(left)
    if kind is not type(right):
        return None
    if kind is list:
        return len(left) == len(right) and all(equal(a, b) is True for a, b in zip(left, right, strict=True))
    if kind is dict:
        return left.keys() == right.keys() and all(equal(value, right[key]) is True for key, value in left.items())
    if kind in (DateTime, Time):
        return bool((left.offset is None) == (right.offset is None) and left.instant == right.instant)
    if kind is FunctionValue:
        return left is right
    return bool(left == right)


def compare(operator: str, left: Value, right: Value) -> bool | None:
    """`<`, `<=`, `>`, `>=`; null where the two cannot be ordered."""
    kind = type(left)
    if kind is not type(right) or (key := _ORDER.get(kind)) is None:
        return None
    if kind in (DateTime, Time) and (left.offset is None) != (right.offset is None):
        return None
    first, second = key(left), key(right)
    if operator == "<":
        return bool(first < second)
    if operator == "<=":
        return bool(first <= second)
    return bool(first > second) if operator == ">" else bool(first >= second)


_ORDER: dict[type, Callable[[Any], Any]] = {
    Decimal: lambda value: value,
    str: lambda value: value,
    Date: lambda value: (value.year, value.month, value.day),
    Time: lambda value: value.instant,
    DateTime: lambda value: value.instant,
    Days: lambda value: value.nanos,
    Months: lambda value: value.count,
}

_TEXTS: dict[type, Callable[[Any], str]] = {
    Decimal: spelled,
    Date: literals.date_text,
    Time: literals.time_text,
    DateTime: literals.date_time_text,
    Days: literals.days_text,
    Months: literals.months_text,
}


def text(value: Value, quoted: bool = False) -> str:
    """A value as FEEL's `string()` writes it; strings inside lists and contexts are quoted."""
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' if quoted else value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(text(item, True) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(name)}: {text(item, True)}" for name, item in value.items()) + "}"
    if isinstance(value, Range):
        start = ("[" if value.start_included else "(") + text(value.start, True)
        return f"{start}..{text(value.end, True)}" + ("]" if value.end_included else ")")
    writer = _TEXTS.get(type(value))
    return "function" if writer is None else writer(value)


def _key(name: str) -> str:
    return name if name.replace(" ", "").replace("_", "").isalnum() else text(name, True)


def from_json(value: Any) -> Value:
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return value
    if kind is int:
        return DECIMAL.create_decimal(value)
    if kind is float:
        return DECIMAL.create_decimal(repr(value))
    if kind is list or kind is tuple:
        return [from_json(item) for item in value]
    if kind is dict:
        return {name: from_json(item) for name, item in value.items()}
    return value


def _json_number(value: Decimal) -> int | float | None:
    if value.adjusted() < 15 and value == value.to_integral_value():
        return int(value)
    number = float(value)
    return number if isfinite(number) else None


def to_json(value: Value) -> Any:
    """Dates and durations become their text; what JSON cannot hold (a function, a range, 10**400) becomes null."""
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return value
    if kind is Decimal:
        return _json_number(value)
    if kind is list:
        return [to_json(item) for item in value]
    if kind is dict:
        return {name: to_json(item) for name, item in value.items()}
    if kind in _TEXTS:
        return _TEXTS[kind](value)
    return None
