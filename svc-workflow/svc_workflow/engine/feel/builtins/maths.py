"""Functions on numbers, and `not`."""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
    DecimalException,
)

from svc_workflow.engine.feel.builtins.registry import builtin
from svc_workflow.engine.feel.numbers import DECIMAL, calculate, number, whole
from svc_workflow.engine.feel.times import Days, Months
from svc_workflow.engine.feel.values import Value

MAX_SCALE = 6111


@builtin("not", "negand:any")
def negation(value: Value) -> bool | None:
    return not value if isinstance(value, bool) else None


@builtin("number", "from:string, grouping separator?:string, decimal separator?:string")
def parse_number(text: str, grouping: str | None = None, decimal: str | None = None) -> Decimal | None:
    if grouping not in (None, " ", ",", ".") or decimal not in (None, ",", ".") or (grouping and grouping == decimal):
        return None
    plain = text.replace(grouping, "") if grouping else text
    plain = plain.replace(decimal, ".") if decimal else plain
    if not plain or set(plain) - set("0123456789.+-eE"):
        return None
    try:
        return number(plain)
    except DecimalException:
        return None


def _rounded(value: Decimal, scale: Decimal, rounding: str) -> Decimal | None:
    places = whole(scale)
    if places is None or abs(places) > MAX_SCALE:
        return None
    try:
        return value.quantize(Decimal(1).scaleb(-places), rounding=rounding, context=DECIMAL)
    except DecimalException:
        return value if places > 0 else None


@builtin("decimal", "n:number, scale:number")
def decimal(value: Decimal, scale: Decimal) -> Decimal | None:
    return _rounded(value, scale, ROUND_HALF_EVEN)


@builtin("floor", "n:number, scale?:number")
def floor(value: Decimal, scale: Decimal | None = None) -> Decimal | None:
    return _rounded(value, scale or Decimal(0), ROUND_FLOOR)


@builtin("ceiling", "n:number, scale?:number")
def ceiling(value: Decimal, scale: Decimal | None = None) -> Decimal | None:
    return _rounded(value, scale or Decimal(0), ROUND_CEILING)


@builtin("round up", "n:number, scale:number")
def round_up(value: Decimal, scale: Decimal) -> Decimal | None:
    return _rounded(value, scale, ROUND_UP)


@builtin("round down", "n:number, scale:number")
def round_down(value: Decimal, scale: Decimal) -> Decimal | None:
    return _rounded(value, scale, ROUND_DOWN)


@builtin("round half up", "n:number, scale:number")
def round_half_up(value: Decimal, scale: Decimal) -> Decimal | None:
    return _rounded(value, scale, ROUND_HALF_UP)


@builtin("round half down", "n:number, scale:number")
def round_half_down(value: Decimal, scale: Decimal) -> Decimal | None:
    return _rounded(value, scale, ROUND_HALF_DOWN)


@builtin("abs", "n:number|days|months")
def absolute(value: Decimal | Days | Months) -> Value:
    if isinstance(value, Days):
        return Days(abs(value.nanos))
    return Months(abs(value.count)) if isinstance(value, Months) else DECIMAL.abs(value)


@builtin("modulo", "dividend:number, divisor:number")
def modulo(dividend: Decimal, divisor: Decimal) -> Decimal | None:
    """The remainder has the sign of the divisor."""
    try:
        remainder = DECIMAL.remainder(dividend, divisor)
    except DecimalException:
        return None
    return calculate("+", remainder, divisor) if remainder and (remainder < 0) != (divisor < 0) else remainder


@builtin("sqrt", "number:number")
def square_root(value: Decimal) -> Decimal | None:
    return DECIMAL.sqrt(value) if value >= 0 else None


@builtin("log", "number:number")
def logarithm(value: Decimal) -> Decimal | None:
    return DECIMAL.ln(value) if value > 0 else None


@builtin("exp", "number:number")
def exponential(value: Decimal) -> Decimal | None:
    try:
        return DECIMAL.exp(value)
    except DecimalException:
        return None


@builtin("odd", "number:number")
def odd(value: Decimal) -> bool | None:
    return value % 2 in (1, -1) if value.adjusted() < 28 else False


@builtin("even", "number:number")
def even(value: Decimal) -> bool | None:
    return value % 2 == 0 if value.adjusted() < 28 else True
