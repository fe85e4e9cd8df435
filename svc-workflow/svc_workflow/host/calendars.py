"""The city's calendar as the process and the clocks need it, from the years that were loaded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

from sqlalchemy import String, func, literal_column, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from svc_workflow import limits, models
from svc_workflow.errors import CalendarMissing
from svc_workflow.limits import Calendar, Clock, Interval, OutsideCalendar, Unit
from svc_workflow.rules.cards import REMINDER_SHARE

_INSTANT = timedelta(microseconds=1)
_KNOWN = "city calendar"
_YEAR = models.CalendarYear
_TEXT = func.concat_ws(" ", _YEAR.year, _YEAR.holidays.cast(String), _YEAR.make_up_days.cast(String))
_TEXTS = func.coalesce(func.string_agg(_TEXT, aggregate_order_by(literal_column("' / '"), _YEAR.year)), "")
CALENDARS = select(func.sha256(func.convert_to(_TEXTS, "UTF8"))).scalar_subquery().label("calendars")
"""The digest of all that is loaded, for a statement that is made anyway."""
_DIGEST = select(CALENDARS)
_READ = select(_YEAR, CALENDARS)


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


_remembered: dict[bytes, CityCalendar] = {}
"""One, by the digest of its text: it is right for every database, and wrong as soon as a year is put."""


async def load_calendar(session: AsyncSession) -> CityCalendar:
    """One calendar a transaction, whatever the number of cases in it."""
    known = session.sync_session.info
    if _KNOWN not in known:
        await calendar_of(session, (await session.execute(_DIGEST)).scalar_one())
    calendar: CityCalendar = known[_KNOWN]
    return calendar


async def calendar_of(session: AsyncSession, digest: bytes) -> CityCalendar:
    """The same for who has just read the digest (CALENDARS). The years are read when they are not those last read here."""
    known = session.sync_session.info
    if _KNOWN not in known:
        known[_KNOWN] = _remembered.get(digest) or await _read(session)
    calendar: CityCalendar = known[_KNOWN]
    return calendar


async def _read(session: AsyncSession) -> CityCalendar:
    rows = (await session.execute(_READ, execution_options={"populate_existing": True})).all()
    calendar = CityCalendar(Calendar(_year(year) for year, _ in rows))
    _remembered.clear()
    if rows:  # what was put since the digest was asked for is in both
        _remembered[rows[0].calendars] = calendar
    return calendar


def _year(row: models.CalendarYear) -> limits.CalendarYear:
    holidays, make_up_days = (frozenset(map(date.fromisoformat, days)) for days in (row.holidays, row.make_up_days))
    return limits.CalendarYear(row.year, holidays, make_up_days)
