"""The city's working days, year by year.

2026 is the national arrangement as published. For 2027 none is published yet: its table is the demo city's own
invention, plausible but not official, so that limits across New Year's Eve can be computed.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from demo.city.files import rows

OFFICIAL_YEARS = (2026,)


@dataclass(frozen=True)
class CalendarYear:
    year: int
    holidays: dict[date, str]
    """Days off by name, weekends within a holiday included."""
    workdays: dict[date, str]
    """Weekend days that are worked instead (调休)."""
    is_official: bool

    def is_working(self, day: date) -> bool:
        return day in self.workdays or (day.weekday() < 5 and day not in self.holidays)

    def days(self) -> list[tuple[date, bool]]:
        """Each day of the year and whether it is worked."""
        first = date(self.year, 1, 1)
        length = (date(self.year + 1, 1, 1) - first).days
        every = [first + timedelta(days=n) for n in range(length)]
        return [(day, self.is_working(day)) for day in every]


def calendar_year(year: int) -> CalendarYear:
    marked = rows(f"calendar-{year}.csv")
    days = {kind: {date.fromisoformat(r["date"]): r["name"] for r in marked if r["kind"] == kind}
            for kind in ("holiday", "workday")}  # fmt: skip
    return CalendarYear(year, days["holiday"], days["workday"], is_official=year in OFFICIAL_YEARS)
