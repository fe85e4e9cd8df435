"""Functions on dates, times and durations. There is no `now()`: an expression gives the same answer on every replay."""

from __future__ import annotations

from decimal import Decimal

from svc_workflow.engine.feel.arithmetic import midnight
from svc_workflow.engine.feel.builtins.registry import builtin
from svc_workflow.engine.feel.literals import parse_date, parse_date_time, parse_duration, parse_time
from svc_workflow.engine.feel.numbers import whole
from svc_workflow.engine.feel.times import NANOS, Date, DateTime, Days, Months, Time, Zone, days_in_month, make_date
from svc_workflow.engine.feel.values import Value, equal

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@builtin("date", "from:string|date|moment")
def date(value: str | Date | DateTime) -> Date | None:
    if isinstance(value, str):
        return parse_date(value)
    return value.date if isinstance(value, DateTime) else value


@builtin("date", "year:number, month:number, day:number")
def date_from_parts(year: Decimal, month: Decimal, day: Decimal) -> Date | None:
    parts = [whole(part) for part in (year, month, day)]
    first, second, third = parts
    if first is None or second is None or third is None:
        return None
    return make_date(first, second, third)


@builtin("time", "from:string|time|date|moment")
def time(value: str | Time | Date | DateTime) -> Time | None:
    if isinstance(value, str):
        return parse_time(value)
    if isinstance(value, Date):
        return Time(0, Zone(0))
    return value.time if isinstance(value, DateTime) else value


@builtin("time", "hour:number, minute:number, second:number, offset?:days")
def time_from_parts(hour: Decimal, minute: Decimal, second: Decimal, offset: Days | None = None) -> Time | None:
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):
        return None
    nanos = (int(hour) * 60 + int(minute)) * 60 * NANOS + int(second * NANOS)
    return Time(nanos, None if offset is None else Zone(offset.nanos // NANOS))


@builtin("date and time", "from:string|date|moment")
def date_and_time(value: str | Date | DateTime) -> DateTime | None:
    if isinstance(value, str):
        return parse_date_time(value)
    return midnight(value) if isinstance(value, Date) else value


@builtin("date and time", "date:date|moment, time:time")
def date_with_time(day: Date | DateTime, clock: Time) -> DateTime:
    return DateTime(day.date if isinstance(day, DateTime) else day, clock)


@builtin("duration", "from:string|days|months")
def duration(value: str | Days | Months) -> Days | Months | None:
    return parse_duration(value) if isinstance(value, str) else value


@builtin("years and months duration", "from:date|moment, to:date|moment")
def years_and_months(start: Date | DateTime, end: Date | DateTime) -> Months:
    first = start.date if isinstance(start, DateTime) else start
    last = end.date if isinstance(end, DateTime) else end
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < min(first.day, days_in_month(last.year, last.month)):
        return Months(months - 1)
    return Months(months + 1 if months < 0 and last.day > first.day else months)


@builtin("day of week", "date:date|moment")
def day_of_week(value: Date | DateTime) -> str:
    return DAY_NAMES[_day(value).weekday - 1]


@builtin("day of year", "date:date|moment")
def day_of_year(value: Date | DateTime) -> Decimal:
    day = _day(value)
    return Decimal(day.ordinal - Date(day.year, 1, 1).ordinal + 1)


@builtin("month of year", "date:date|moment")
def month_of_year(value: Date | DateTime) -> str:
    return MONTH_NAMES[_day(value).month - 1]


@builtin("week of year", "date:date|moment")
def week_of_year(value: Date | DateTime) -> Decimal:
    """By ISO 8601: the week of the year's first Thursday is week 1."""
    day = _day(value)
    thursday = day.ordinal + 4 - day.weekday
    year = day.year + (1 if thursday >= Date(day.year + 1, 1, 1).ordinal else 0)
    year -= 1 if thursday < Date(year, 1, 1).ordinal else 0
    return Decimal((thursday - Date(year, 1, 1).ordinal) // 7 + 1)


@builtin("is", "value1?:any, value2?:any")
def same(left: Value = None, right: Value = None) -> bool:
    """Equal in every component: times with other offsets are not the same even at the same instant."""
    if type(left) is not type(right):
        return False
    if isinstance(left, (Time, DateTime)):
        return bool(left == right)
    return equal(left, right) is True


def _day(value: Date | DateTime) -> Date:
    return value.date if isinstance(value, DateTime) else value
