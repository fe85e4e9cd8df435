"""FEEL numbers: decimals of 34 digits (IEEE 754 decimal128). Whatever cannot be computed is null."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal, DecimalException, DivisionByZero, InvalidOperation, Overflow
from typing import Any, TypeGuard

DECIMAL = Context(
    prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[InvalidOperation, DivisionByZero, Overflow]
)


def is_number(value: Any) -> TypeGuard[Decimal]:
    return type(value) is Decimal


def number(text: str) -> Decimal:
    return DECIMAL.create_decimal(text)


def calculate(operator: str, left: Decimal, right: Decimal) -> Decimal | None:
    try:
        return _OPERATIONS[operator](left, right)
    except DecimalException:
        return None


def whole(value: Any) -> int | None:
    """The integer a number is cut to, or None for anything that is no number."""
    if not is_number(value) or not value.is_finite() or value.adjusted() > 18:
        return None
    return int(value)


def spelled(value: Decimal) -> str:
    """A number as FEEL writes it: no exponent, no trailing zeros."""
    if value == 0:
        return "0"
    text = format(value, "f") if -40 < value.adjusted() < 40 else str(value)
    return text.rstrip("0").rstrip(".") if "." in text and "E" not in text else text


_OPERATIONS = {
    "+": DECIMAL.add,
    "-": DECIMAL.subtract,
    "*": DECIMAL.multiply,
    "/": DECIMAL.divide,
    "**": DECIMAL.power,
}
