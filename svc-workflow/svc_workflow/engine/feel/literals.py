"""Dates, times and durations from text and to text, as ISO 8601 and FEEL write them."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

from svc_workflow.engine.feel.errors import SyntaxFault
from svc_workflow.engine.feel.times import (
    DAY_NANOS,
    NANOS,
    Date,
    DateTime,
    Days,
    Months,
    Time,
    Zone,
    make_date,
    zone_info,
)

_DATE = re.compile(r"(-?(?:[1-9]\d{4,8}|\d{4}))-(\d\d)-(\d\d)", re.ASCII)
_TIME = re.compile(r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9})\d*)?(?:(Z)|([+-])(\d\d):(\d\d)(?::(\d\d))?|@(.+))?", re.ASCII)
_MONTHS = re.compile(r"(-)?P(?=\d)(?:(\d{1,9})Y)?(?:(\d{1,9})M)?", re.ASCII)
_DAYS = re.compile(
    r"(-)?P(?=\d|T\d)(?:(\d{1,12})D)?(?:T(?=\d)(?:(\d{1,12})H)?(?:(\d{1,12})M)?(?:(\d{1,15})(?:\.(\d{1,9})\d*)?S)?)?",
    re.ASCII,
)


def parse_date(text: str) -> Date | None:
    match = _DATE.fullmatch(text)
    return make_date(int(match[1]), int(match[2]), int(match[3])) if match else None


def parse_time(text: str) -> Time | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3])
    nanos = ((hour * 60 + minute) * 60 + second) * NANOS + int((match[4] or "").ljust(9, "0"))
    at_midnight = hour == 24 and nanos == DAY_NANOS
    if (hour > 23 and not at_midnight) or minute > 59 or second > 59:
        return None
    try:
        return Time(nanos % DAY_NANOS, _zone(match))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def parse_date_time(text: str) -> DateTime | None:
    """A date alone stands for its midnight."""
    day, mark, clock = text.partition("T")
    date = parse_date(day)
    time = parse_time(clock) if mark else Time(0)
    if date is None or time is None:
        return None
    return DateTime(date, time)


def parse_duration(text: str) -> Days | Months | None:
    if match := _MONTHS.fullmatch(text):
        months = int(match[2] or 0) * 12 + int(match[3] or 0)
        return Months(-months if match[1] else months)
    if match := _DAYS.fullmatch(text):
        days, hours, minutes, seconds = (int(match[part] or 0) for part in (2, 3, 4, 5))
        nanos = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * NANOS + int((match[6] or "").ljust(9, "0"))
        return Days(-nanos if match[1] else nanos)
    return None


def at_literal(text: str, at: int) -> Any:
    value: Any = parse_duration(text) or parse_date(text) or parse_time(text) or parse_date_time(text)
    if value is None:
        raise SyntaxFault(f"{text!r} is no date, time or duration", at)
    return value


def date_text(date: Date) -> str:
    sign = "-" if date.year < 0 else ""
    return f"{sign}{abs(date.year):04d}-{date.month:02d}-{date.day:02d}"


def time_text(time: Time) -> str:
    fraction = f".{time.nanos % NANOS:09d}".rstrip("0").rstrip(".")
    return f"{time.hour:02d}:{time.minute:02d}:{time.second:02d}{fraction}{_zone_text(time.zone)}"


def date_time_text(moment: DateTime) -> str:
    return f"{date_text(moment.date)}T{time_text(moment.time)}"


def months_text(duration: Months) -> str:
    years, months = divmod(abs(duration.count), 12)
    parts = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
    return f"{'-' if duration.count < 0 else ''}P{parts or '0M'}"


def days_text(duration: Days) -> str:
    days, rest = divmod(abs(duration.nanos), DAY_NANOS)
    hours, rest = divmod(rest, 3600 * NANOS)
    minutes, rest = divmod(rest, 60 * NANOS)
    seconds = f"{rest // NANOS}{f'.{rest % NANOS:09d}'.rstrip('0').rstrip('.')}"
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "") + (f"{seconds}S" if rest else "")
    text = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
    return f"{'-' if duration.nanos < 0 else ''}P{text or 'T0S'}"


def _zone(match: re.Match[str]) -> Zone | None:
    if match[5]:
        return Zone(0)
    if match[6]:
        seconds = int(match[7]) * 3600 + int(match[8]) * 60 + int(match[9] or 0)
        if seconds > 18 * 3600 or int(match[8]) > 59:
            raise ValueError("no such offset")
        return Zone(-seconds if match[6] == "-" else seconds)
    if match[10]:
        zone_info(match[10])
        return Zone(0, match[10])
    return None


def _zone_text(zone: Zone | None) -> str:
    if zone is None:
        return ""
    if zone.name is not None:
        return f"@{zone.name}"
    if zone.offset == 0:
        return "Z"
    minutes, seconds = divmod(abs(zone.offset), 60)
    text = f"{'-' if zone.offset < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"
    return f"{text}:{seconds:02d}" if seconds else text
