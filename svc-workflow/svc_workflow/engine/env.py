"""What the world gives to an advance: the time, fresh ids, and the city's calendar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Env:
    """`now` carries a timezone. `new_id` gives a fresh id for each task, request, timer, subscription and incident.

    `due(start, amount, unit)` is where a limit of working days, natural days or hours ends; without it a process whose
    timers count on the calendar raises an incident at them.
    """

    now: datetime
    new_id: Callable[[], str]
    due: Callable[[datetime, int, str], datetime] | None = None
