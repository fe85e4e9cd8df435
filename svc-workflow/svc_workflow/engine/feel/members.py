"""What stands behind a dot: the entries of a context and the properties of dates, durations and ranges."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from svc_workflow.engine.feel.times import DAY_NANOS, NANOS, Date, DateTime, Days, Months, Time
from svc_workflow.engine.feel.values import Range, Value


def member(value: Value, name: str) -> Value:
    kind = type(value)
    if kind is dict:
        return value.get(name)
    if kind is list:
        return [member(item, name) for item in value]
    reader = _MEMBERS.get((kind, name))
    return None if reader is None else reader(value)


def _number(read: Callable[[Any], int]) -> Callable[[Any], Value]:
    return lambda value: Decimal(read(value))


def _offset(value: Time | DateTime) -> Days | None:
    return None if value.offset is None else Days(value.offset * NANOS)


def _zone(time: Time) -> str | None:
    return None if time.zone is None else time.zone.name


def _part(size: int, count: int) -> Callable[[Any], Value]:
    def read(duration: Days) -> Decimal:
        part = abs(duration.nanos) // size % count
        return Decimal(-part if duration.nanos < 0 else part)

    return read


def _years(duration: Months) -> Decimal:
    years = abs(duration.count) // 12
    return Decimal(-years if duration.count < 0 else years)


def _months(duration: Months) -> Decimal:
    months = abs(duration.count) % 12
    return Decimal(-months if duration.count < 0 else months)


_MEMBERS: dict[tuple[type, str], Callable[[Any], Value]] = {
    (Date, "year"): _number(lambda value: value.year),
    (Date, "month"): _number(lambda value: value.month),
    (Date, "day"): _number(lambda value: value.day),
    (Date, "weekday"): _number(lambda value: value.weekday),
    (DateTime, "year"): _number(lambda value: value.date.year),
    (DateTime, "month"): _number(lambda value: value.date.month),
    (DateTime, "day"): _number(lambda value: value.date.day),
    (DateTime, "weekday"): _number(lambda value: value.date.weekday),
    (DateTime, "hour"): _number(lambda value: value.time.hour),
    (DateTime, "minute"): _number(lambda value: value.time.minute),
    (DateTime, "second"): _number(lambda value: value.time.second),
    (DateTime, "time offset"): _offset,
    (DateTime, "timezone"): lambda value: _zone(value.time),
    (Time, "hour"): _number(lambda value: value.hour),
    (Time, "minute"): _number(lambda value: value.minute),
    (Time, "second"): _number(lambda value: value.second),
    (Time, "time offset"): _offset,
    (Time, "timezone"): _zone,
    (Days, "days"): _part(DAY_NANOS, 10**12),
    (Days, "hours"): _part(3600 * NANOS, 24),
    (Days, "minutes"): _part(60 * NANOS, 60),
    (Days, "seconds"): _part(NANOS, 60),
    (Months, "years"): _years,
    (Months, "months"): _months,
    (Range, "start"): lambda value: value.start,
    (Range, "end"): lambda value: value.end,
    (Range, "start included"): lambda value: value.start_included,
    (Range, "end included"): lambda value: value.end_included,
}
