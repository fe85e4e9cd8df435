"""The city's calendar as the process and the clocks need it, from the years that were loaded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from svc_workflow import limits, models
from svc_workflow.errors import CalendarMissing
from svc_workflow.limits import Calendar, Clock, Interval, OutsideCalendar, Unit
from svc_workflow.rules.cards import REMINDER_SHARE

_INSTANT = timedelta(microseconds=1)
_KNOWN = "city calendar"


@dataclass(frozen=True)
class CityCalendar:
    """Where a limit ends. Raises CalendarMissing when that is beyond the years that are loaded."""

    days: Calendar

    def due(self, start: datetime, amount: int, unit: str) -> datetime:
        """The moment from which it is late, for the process's timers."""
        return self._due(Clock(start), amount, unit).at

    def last_day(self, start: datetime, amount: int, unit: str) -> date:
        return self._due(Clock(start), amount, unit).day

    def deadline(
        self, start: datetime, limit: Mapping[str, Any] | None, excluded: Sequence[Interval] = ()
    ) -> datetime | None:
        """The last moment that is in time; None without a limit. Exclusions are over."""
        if limit is None:
            return None
        return self._due(Clock(start, tuple(excluded)), limit["amount"], limit["unit"]).at - _INSTANT

    def reminder_at(
        self, start: datetime, limit: Mapping[str, Any] | None, excluded: Sequence[Interval] = ()
    ) -> datetime | None:
        """The beginning of the day (for hours: the moment) that uses up the reminder's share of a limit."""
        if limit is None:
            return None
        amount = ceil(limit["amount"] * REMINDER_SHARE)
        due = self._due(Clock(start, tuple(excluded)), amount, limit["unit"])
        return due.at if limit["unit"] == Unit.HOURS else self.days.end_of(due.day - timedelta(days=1))

    def _due(self, clock: Clock, amount: int, unit: str) -> limits.Due:
        due = self._guarded(limits.due, limits.Limit(amount, Unit(unit)), clock)
        if due is None:
            raise ValueError("the clock stands still")
        return due  # type: ignore[no-any-return]

    def _guarded(self, count: Any, *arguments: Any) -> Any:
        try:
            return count(self.days, *arguments)
        except OutsideCalendar as outside:
            raise CalendarMissing(f"The calendar of {outside.day.year} is not loaded", year=outside.day.year) from None


async def load_calendar(session: AsyncSession) -> CityCalendar:
    """Read once a transaction, whatever the number of cases in it."""
    known = session.sync_session.info
    if _KNOWN not in known:
        years = (await session.execute(select(models.CalendarYear))).scalars()
        known[_KNOWN] = CityCalendar(Calendar(_year(year) for year in years))
    calendar: CityCalendar = known[_KNOWN]
    return calendar


def _year(row: models.CalendarYear) -> limits.CalendarYear:
    holidays, make_up_days = (frozenset(map(date.fromisoformat, days)) for days in (row.holidays, row.make_up_days))
    return limits.CalendarYear(row.year, holidays, make_up_days)
