"""How much of a limit is used, what remains, and when it ends."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from svc_workflow.limits.calendar import Calendar
from svc_workflow.limits.clock import Clock, Convention, Due, Interval, Limit, Unit

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
USUAL = Convention()


def due(calendar: Calendar, limit: Limit, clock: Clock, convention: Convention = USUAL) -> Due | None:
    """None while the clock stands still: nobody knows yet. Raises `OutsideCalendar` if the end lies beyond the loaded years."""
    if clock.stands_still:
        return None
    if limit.unit is Unit.HOURS:
        at = _hours_later(clock, limit.amount * _HOUR)
        return Due(calendar.day_of(at), at)
    day = _last_day(calendar, limit, clock, convention)
    return Due(day, calendar.end_of(day))


def used(calendar: Calendar, unit: Unit, clock: Clock, now: datetime, convention: Convention = USUAL) -> float:
    """Days counted up to and with today, or hours run, in the unit."""
    if now <= clock.started:
        return 0
    if unit is Unit.HOURS:
        return (now - clock.started - _excluded(clock, now)) / _HOUR
    excluded = _excluded_days(calendar, clock.exclusions, now)
    today, day, count = calendar.day_of(now), _first_day(calendar, clock, convention), 0
    while day <= today:
        count += _counts(calendar, unit, day, excluded)
        day += _DAY
    return count


def remaining(calendar: Calendar, limit: Limit, clock: Clock, now: datetime, convention: Convention = USUAL) -> float:
    """In the limit's unit; negative by how much it is exceeded."""
    return limit.amount - used(calendar, limit.unit, clock, now, convention)


def _first_day(calendar: Calendar, clock: Clock, convention: Convention) -> date:
    started = calendar.day_of(clock.started)
    return started if convention.start_day_counts else started + _DAY


def _last_day(calendar: Calendar, limit: Limit, clock: Clock, convention: Convention) -> date:
    excluded = _excluded_days(calendar, clock.exclusions)
    day, left = _first_day(calendar, clock, convention) - _DAY, limit.amount
    while left:
        day += _DAY
        left -= _counts(calendar, limit.unit, day, excluded)
    day = max(day, calendar.day_of(clock.started))
    if limit.unit is Unit.NATURAL_DAYS and convention.last_day_moves:
        return calendar.next_working_day(day)
    return day


def _counts(calendar: Calendar, unit: Unit, day: date, excluded: frozenset[date]) -> bool:
    if day in excluded:
        return False
    return unit is Unit.NATURAL_DAYS or calendar.is_working_day(day)


def _excluded_days(
    calendar: Calendar, exclusions: tuple[Interval, ...], now: datetime | None = None
) -> frozenset[date]:
    """From the day after an exclusion begins to the day it ends; one that is going on, to today."""
    days = set()
    for exclusion in exclusions:
        end = exclusion.end or now
        if end is None:
            continue
        day, last = calendar.day_of(exclusion.start) + _DAY, calendar.day_of(end)
        while day <= last:
            days.add(day)
            day += _DAY
    return frozenset(days)


def _hours_later(clock: Clock, left: timedelta) -> datetime:
    at = clock.started
    for exclusion in _merged(clock):
        if exclusion.start >= at + left:
            break
        left -= max(exclusion.start - at, timedelta())
        at = max(at, exclusion.end or at)
    return at + left


def _excluded(clock: Clock, now: datetime) -> timedelta:
    """How long the clock has stood still up to now."""
    total = timedelta()
    for exclusion in _merged(clock):
        start, end = max(exclusion.start, clock.started), min(exclusion.end or now, now)
        total += max(end - start, timedelta())
    return total


def _merged(clock: Clock) -> list[Interval]:
    """The exclusions in order, those that touch made one."""
    merged: list[Interval] = []
    for exclusion in sorted(clock.exclusions, key=lambda each: each.start):
        last = merged[-1] if merged else None
        if last is None or (last.end is not None and last.end < exclusion.start):
            merged.append(exclusion)
        elif last.end is not None and (exclusion.end is None or exclusion.end > last.end):
            merged[-1] = Interval(last.start, exclusion.end)
    return merged
