"""The operators + - * / ** on every pair of kinds FEEL allows; any other pair gives null."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from svc_workflow.engine.feel.numbers import DECIMAL, calculate
from svc_workflow.engine.feel.times import DAY_NANOS, Date, DateTime, Days, Months, Time, add_months, date_of, shift
from svc_workflow.engine.feel.values import Value

MAX_TEXT = 10_000


def operate(operator: str, left: Value, right: Value) -> Value:
    if type(left) is Decimal and type(right) is Decimal:
        return calculate(operator, left, right)
    operation = _OPERATIONS.get((operator, type(left), type(right)))
    return None if operation is None else operation(left, right)


def negate(value: Value) -> Value:
    if type(value) is Decimal:
        return DECIMAL.minus(value)
    if type(value) is Days:
        return Days(-value.nanos)
    return Months(-value.count) if type(value) is Months else None


def midnight(date: Date) -> DateTime:
    return DateTime(date, Time(0))


def _join(left: str, right: str) -> str | None:
    return left + right if len(left) + len(right) <= MAX_TEXT else None


def _date_plus_days(date: Date, duration: Days) -> Date | None:
    return date_of(date.ordinal + duration.nanos // DAY_NANOS)


def _moment_plus_months(moment: DateTime, duration: Months) -> DateTime | None:
    date = add_months(moment.date, duration.count)
    return None if date is None else DateTime(date, moment.time)


def _between(left: DateTime, right: DateTime) -> Days | None:
    if (left.offset is None) != (right.offset is None):
        return None
    return Days(left.instant - right.instant)


def _between_times(left: Time, right: Time) -> Days | None:
    return None if (left.offset is None) != (right.offset is None) else Days(left.instant - right.instant)


def _scaled(amount: int, factor: Decimal) -> int | None:
    product = calculate("*", Decimal(amount), factor)
    return None if product is None else int(product)


def _days_times(duration: Days, factor: Decimal) -> Days | None:
    nanos = _scaled(duration.nanos, factor)
    return None if nanos is None else Days(nanos)


def _months_times(duration: Months, factor: Decimal) -> Months | None:
    count = _scaled(duration.count, factor)
    return None if count is None else Months(count)


def _days_over(duration: Days, divisor: Decimal) -> Days | None:
    nanos = calculate("/", Decimal(duration.nanos), divisor)
    return None if nanos is None else Days(int(nanos))


def _months_over(duration: Months, divisor: Decimal) -> Months | None:
    count = calculate("/", Decimal(duration.count), divisor)
    return None if count is None else Months(int(count))


_OPERATIONS: dict[tuple[str, type, type], Callable[..., Value]] = {
    ("+", str, str): _join,
    ("+", Days, Days): lambda left, right: Days(left.nanos + right.nanos),
    ("-", Days, Days): lambda left, right: Days(left.nanos - right.nanos),
    ("/", Days, Days): lambda left, right: calculate("/", Decimal(left.nanos), Decimal(right.nanos)),
    ("*", Days, Decimal): _days_times,
    ("*", Decimal, Days): lambda left, right: _days_times(right, left),
    ("/", Days, Decimal): _days_over,
    ("+", Months, Months): lambda left, right: Months(left.count + right.count),
    ("-", Months, Months): lambda left, right: Months(left.count - right.count),
    ("/", Months, Months): lambda left, right: calculate("/", Decimal(left.count), Decimal(right.count)),
    ("*", Months, Decimal): _months_times,
    ("*", Decimal, Months): lambda left, right: _months_times(right, left),
    ("/", Months, Decimal): _months_over,
    ("-", Date, Date): lambda left, right: _between(midnight(left), midnight(right)),
    ("-", DateTime, DateTime): _between,
    ("-", DateTime, Date): lambda left, right: _between(left, midnight(right)),
    ("-", Date, DateTime): lambda left, right: _between(midnight(left), right),
    ("-", Time, Time): _between_times,
    ("+", Date, Days): _date_plus_days,
    ("+", Days, Date): lambda left, right: _date_plus_days(right, left),
    ("-", Date, Days): lambda left, right: _date_plus_days(left, Days(-right.nanos)),
    ("+", Date, Months): lambda left, right: add_months(left, right.count),
    ("+", Months, Date): lambda left, right: add_months(right, left.count),
    ("-", Date, Months): lambda left, right: add_months(left, -right.count),
    ("+", DateTime, Days): lambda left, right: shift(left, right.nanos),
    ("+", Days, DateTime): lambda left, right: shift(right, left.nanos),
    ("-", DateTime, Days): lambda left, right: shift(left, -right.nanos),
    ("+", DateTime, Months): _moment_plus_months,
    ("+", Months, DateTime): lambda left, right: _moment_plus_months(right, left),
    ("-", DateTime, Months): lambda left, right: _moment_plus_months(left, Months(-right.count)),
    ("+", Time, Days): lambda left, right: Time((left.nanos + right.nanos) % DAY_NANOS, left.zone),
    ("+", Days, Time): lambda left, right: Time((right.nanos + left.nanos) % DAY_NANOS, right.zone),
    ("-", Time, Days): lambda left, right: Time((left.nanos - right.nanos) % DAY_NANOS, left.zone),
}
