"""A limit, and the clock that runs against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple


class Unit(StrEnum):
    WORKING_DAYS = "working-days"
    NATURAL_DAYS = "natural-days"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Limit:
    """No limit at all is None, not a Limit."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise ValueError("a limit is not negative")


@dataclass(frozen=True, slots=True)
class Interval:
    """Time that does not count (不计入时限). Without an end it is still going on."""

    start: datetime
    end: datetime | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise ValueError("an interval ends after it starts")


@dataclass(frozen=True, slots=True)
class Clock:
    """Runs from `started`, but not during the exclusions. These may overlap and come in any order."""

    started: datetime
    exclusions: tuple[Interval, ...] = ()

    @property
    def stands_still(self) -> bool:
        return any(exclusion.end is None for exclusion in self.exclusions)


@dataclass(frozen=True, slots=True)
class Convention:
    """How days are counted; the defaults are the general rule (民事诉讼法 art. 85).

    `start_day_counts`: the day on which a period starts is not counted (期间开始之日不计入). Likewise the day on which an
    exclusion begins still counts, and the day on which it ends does not.
    `last_day_moves`: natural days whose last day is free end on the next working day (期间届满的最后一日是法定休假日的).
    """

    start_day_counts: bool = False
    last_day_moves: bool = True


class Due(NamedTuple):
    """`day` is the last day on which it is in time; `at` the moment from which it is late."""

    day: date
    at: datetime
