"""The city's calendar as the process and the clocks need it, from the years that were loaded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from svc_workflow import clock
from svc_workflow.models import CalendarYear


@dataclass(frozen=True)
class CityCalendar:
    years: dict[int, tuple[frozenset[date], frozenset[date]]]

    def works(self, day: date) -> bool:
        holidays, made_up = self.years[day.year]
        return day in made_up or (day.weekday() < 5 and day not in holidays)

    def due(self, start: datetime, amount: int, unit: str) -> datetime:
        if unit == "hours":
            return start + timedelta(hours=amount)
        day = clock.day_of(start)
        while amount > 0:
            day += timedelta(days=1)
            amount -= unit == "natural-days" or self.works(day)
        return datetime.combine(day, time(23, 59, 59), clock.CITY)

    def deadline(
        self, start: datetime, limit: Mapping[str, Any] | None, excluded: Sequence[tuple[datetime, datetime]]
    ) -> datetime | None:
        return None if limit is None else self.due(start, limit["amount"], limit["unit"])


async def load_calendar(session: AsyncSession) -> CityCalendar:
    found = (await session.execute(select(CalendarYear))).scalars()
    days = {
        year.year: tuple(frozenset(map(date.fromisoformat, each)) for each in (year.holidays, year.make_up_days))
        for year in found
    }
    return CityCalendar(days)
