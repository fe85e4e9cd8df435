"""FEEL's dates, times and durations.

Python's own types stop at the year 9999 and at microseconds and do not know a time that carries a zone's name, so these
are small values of their own: any year up to nine digits, nanoseconds, and the zone as it was written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

NANOS = 1_000_000_000
DAY_NANOS = 86_400 * NANOS
MAX_YEAR = 999_999_999


@dataclass(frozen=True, slots=True)
class Date:
    year: int
    month: int
    day: int

    @property
    def ordinal(self) -> int:
        """Days since 1970-01-01, on the Gregorian calendar extended both ways."""
        year = self.year - (self.month <= 2)
        era, in_era = divmod(year, 400)
        in_year = (153 * ((self.month + 9) % 12) + 2) // 5 + self.day - 1
        return era * 146_097 + in_era * 365 + in_era // 4 - in_era // 100 + in_year - 719_468

    @property
    def weekday(self) -> int:
        """1 is Monday, 7 is Sunday."""
        return (self.ordinal + 3) % 7 + 1


@dataclass(frozen=True, slots=True)
class Zone:
    """An offset from UTC in seconds, or the name of a zone whose offset depends on the day."""

    offset: int = 0
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Time:
    nanos: int
    zone: Zone | None = None

    @property
    def hour(self) -> int:
        return self.nanos // (3600 * NANOS)

    @property
    def minute(self) -> int:
        return self.nanos // (60 * NANOS) % 60

    @property
    def second(self) -> int:
        return self.nanos // NANOS % 60

    @property
    def offset(self) -> int | None:
        return offset_at(Date(1970, 1, 1), self)

    @property
    def instant(self) -> int:
        return self.nanos - (self.offset or 0) * NANOS


@dataclass(frozen=True, slots=True)
class DateTime:
    date: Date
    time: Time

    @property
    def offset(self) -> int | None:
        return offset_at(self.date, self.time)

    @property
    def instant(self) -> int:
        """Nanoseconds since 1970-01-01 in UTC; without a zone, as if written in UTC."""
        return self.date.ordinal * DAY_NANOS + self.time.nanos - (self.offset or 0) * NANOS


@dataclass(frozen=True, slots=True)
class Days:
    """A days and time duration."""

    nanos: int


@dataclass(frozen=True, slots=True)
class Months:
    """A years and months duration."""

    count: int


def date_of(ordinal: int) -> Date | None:
    era, in_era = divmod(ordinal + 719_468, 146_097)
    year = (in_era - in_era // 1460 + in_era // 36_524 - in_era // 146_096) // 365
    day = in_era - (365 * year + year // 4 - year // 100)
    month = (5 * day + 2) // 153
    shifted = month + 3 if month < 10 else month - 9
    return make_date(era * 400 + year + (shifted <= 2), shifted, day - (153 * month + 2) // 5 + 1)


def make_date(year: int, month: int, day: int) -> Date | None:
    if abs(year) > MAX_YEAR or not 1 <= month <= 12 or not 1 <= day <= days_in_month(year, month):
        return None
    return Date(year, month, day)


def days_in_month(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def add_months(date: Date, months: int) -> Date | None:
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    return make_date(year, month + 1, min(date.day, days_in_month(year, month + 1)))


def shift(moment: DateTime, nanos: int) -> DateTime | None:
    """A moment later (or earlier) on its own clock; the zone stays as written."""
    days, time = divmod(moment.time.nanos + nanos, DAY_NANOS)
    date = date_of(moment.date.ordinal + days)
    return None if date is None else DateTime(date, Time(time, moment.time.zone))


def offset_at(date: Date, time: Time) -> int | None:
    """Seconds east of UTC on that day; None for a local time."""
    if time.zone is None:
        return None
    if time.zone.name is None:
        return time.zone.offset
    year = date.year if 1 < date.year < 9999 else 2000 + date.year % 400  # zoneinfo knows these years only
    seconds = time.nanos // NANOS
    local = datetime(year, date.month, date.day) + timedelta(seconds=seconds)  # noqa: DTZ001 - the zone follows
    offset = local.replace(tzinfo=zone_info(time.zone.name)).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


@lru_cache(maxsize=64)
def zone_info(name: str) -> ZoneInfo:
    return ZoneInfo(name)
