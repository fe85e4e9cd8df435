"""The city's calendar: weekends are free, holidays are free, make-up days (调休上班) are worked. Loaded year by year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

CITY_ZONE = ZoneInfo("Asia/Shanghai")
_SATURDAY = 5
_DAY = timedelta(days=1)


class CalendarError(ValueError):
    """The calendar's data contradict themselves."""


class OutsideCalendar(LookupError):
    """The year is not loaded: whether the day is worked is not known, and not guessed."""

    def __init__(self, day: date) -> None:
        super().__init__(f"the calendar of {day.year} is not loaded ({day.isoformat()})")
        self.day = day


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """`holidays` may name weekends too, as published lists do; `make_up_days` are days of weekends on which people work."""

    year: int
    holidays: frozenset[date] = frozenset()
    make_up_days: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        for day in (*self.holidays, *self.make_up_days):
            if day.year != self.year:
                raise CalendarError(f"{day.isoformat()} is no day of {self.year}")
        for day in self.make_up_days:
            if day.weekday() < _SATURDAY:
                raise CalendarError(f"{day.isoformat()} is worked anyway: it cannot be a make-up day")
            if day in self.holidays:
                raise CalendarError(f"{day.isoformat()} is a holiday and a make-up day")


class Calendar:
    def __init__(self, years: Iterable[CalendarYear], zone: tzinfo = CITY_ZONE) -> None:
        self.zone = zone
        self._years = {year.year: year for year in years}

    def covers(self, day: date) -> bool:
        return day.year in self._years

    def is_working_day(self, day: date) -> bool:
        """Raises `OutsideCalendar`."""
        year = self._years.get(day.year)
        if year is None:
            raise OutsideCalendar(day)
        if day in year.make_up_days:
            return True
        return day.weekday() < _SATURDAY and day not in year.holidays

    def next_working_day(self, day: date) -> date:
        """The day itself if it is worked. Raises `OutsideCalendar`."""
        while not self.is_working_day(day):
            day += _DAY
        return day

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def end_of(self, day: date) -> datetime:
        """The moment at which the day is over."""
        return datetime.combine(day + _DAY, time(), self.zone)
