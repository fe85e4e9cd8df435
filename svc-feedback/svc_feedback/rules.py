"""What counts as bad, who must answer, and by when. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

WORST_GOOD_LEVEL = 3
"""GB/T 39046 A.8: 4 dissatisfied and 5 very dissatisfied are bad reviews (差评)."""

REASONS = frozenset(
    {
        "quick", "clear", "friendly", "no-visits", "few-documents",
        "slow", "unclear", "unfriendly", "asked-again", "too-many-documents", "wrong-information", "system-trouble",
    }
)  # fmt: skip


class State(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


_NEXT = {State.OPEN: {State.ANSWERED}, State.ANSWERED: {State.CLOSED, State.OPEN}, State.CLOSED: set[State]()}


def may_become(state: State, wanted: State) -> bool:
    return wanted in _NEXT[state]


def levels_of(branches: Sequence[str], overall: int, own: Mapping[str, int]) -> dict[str, int]:
    """Each branch's level: its own if the person gave one, the whole case's otherwise."""
    return {branch: own.get(branch, overall) for branch in branches}


def is_bad(level: int) -> bool:
    return level > WORST_GOOD_LEVEL


class CalendarMissing(Exception):
    """The calendar of this year is not loaded; a limit into it cannot be computed."""

    def __init__(self, year: int) -> None:
        super().__init__(f"the calendar of {year} is not loaded")
        self.year = year


@dataclass(frozen=True)
class WorkingDays:
    """Monday to Friday, with the exceptions of the years that are loaded."""

    years: frozenset[int]
    exceptions: Mapping[date, bool]

    def is_working(self, day: date) -> bool:
        if day.year not in self.years:
            raise CalendarMissing(day.year)
        return self.exceptions.get(day, day.weekday() < 5)

    def after(self, start: date, days: int) -> date:
        """The last day of a limit of `days` working days; the day it starts on does not count."""
        day, left = start, days
        while left:
            day += timedelta(days=1)
            left -= self.is_working(day)
        return day
