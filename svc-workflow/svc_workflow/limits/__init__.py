"""Time limits (办结时限): how long something may take, on the city's calendar, without the time that does not count.

    calendar = Calendar([CalendarYear(2026, holidays, make_up_days)])
    clock = Clock(started=accepted_at, exclusions=(Interval(appraisal_began, appraisal_ended),))
    due(calendar, Limit(20, Unit.WORKING_DAYS), clock)  # → Due(day=…, at=…)

Pure: no clock of its own, no database. Moments carry a timezone; days are those of the calendar's zone.
"""

from svc_workflow.limits.calendar import Calendar, CalendarError, CalendarYear, OutsideCalendar
from svc_workflow.limits.clock import Clock, Convention, Due, Interval, Limit, Unit
from svc_workflow.limits.counting import due, remaining, used

__all__ = [
    "Calendar",
    "CalendarError",
    "CalendarYear",
    "Clock",
    "Convention",
    "Due",
    "Interval",
    "Limit",
    "OutsideCalendar",
    "Unit",
    "due",
    "remaining",
    "used",
]
