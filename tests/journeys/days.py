"""Days, counted by hand on the demo city's calendar."""

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from demo.city import calendar_year
from launcher.house import House

CITY = ZoneInfo("Asia/Shanghai")


def day_of(moment: str) -> date:
    return datetime.fromisoformat(moment).astimezone(CITY).date()


def is_worked(day: date) -> bool:
    return calendar_year(day.year).is_working(day)


def working_days_after(start: date, days: int) -> date:
    """The last day of a limit; the day it starts on does not count."""
    day = start
    while days:
        day += timedelta(days=1)
        days -= is_worked(day)
    return day


def let_days_pass(house: House, days: int) -> None:
    """For svc-workflow; everyone else stays in the present."""
    file = Path(house.overrides.get("CLOCK_FILE") or house.run_dir / "clock")
    before = int(file.read_text()) if file.exists() else 0
    file.write_text(str(before + days * 86_400))
