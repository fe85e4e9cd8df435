"""When a timer is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from svc_workflow.engine.feel.literals import parse_date_time, parse_duration
from svc_workflow.engine.feel.times import Date, DateTime, Days, Months, add_months
from svc_workflow.engine.graph import Limit, Text, Timer
from svc_workflow.engine.machine.run import Run, Stuck


def due(run: Run, timer: Timer, scope: int) -> str:
    """ISO 8601 in UTC. A date without a zone, and the length of a month, are read in the zone of `Env.now`."""
    if timer.limit is not None:
        moment = _limit(run, timer.limit, scope)
    elif timer.duration is not None:
        moment = _after(run, timer.duration, scope)
    else:
        moment = _date(run, timer.date or "", scope)
    return moment.astimezone(UTC).isoformat()


def limit(run: Run, given: Limit, scope: int) -> tuple[int, str]:
    """The amount as a whole number, and its unit."""
    if isinstance(given.amount, str):
        return int(given.amount), given.unit
    amount = run.arguments([("amount", given.amount)], scope)["amount"]
    if not isinstance(amount, int) or isinstance(amount, bool) or amount < 0:
        raise Stuck(f"{given.amount.text}: gave {amount!r}, no whole number")
    return amount, given.unit


def _limit(run: Run, given: Limit, scope: int) -> datetime:
    if run.env.due is None:
        raise Stuck("the timer counts on a calendar and there is none")
    return run.env.due(run.env.now, *limit(run, given, scope))


def _after(run: Run, text: Text, scope: int) -> datetime:
    duration = parse_duration(run.text(text, scope))
    now = run.env.now
    if isinstance(duration, Days):
        return _reachable(now, timedelta(microseconds=duration.nanos // 1000))
    if isinstance(duration, Months):
        date = add_months(Date(now.year, now.month, now.day), duration.count)
        if date is not None and 0 < date.year < 10_000:
            return now.replace(year=date.year, month=date.month, day=date.day)
    raise Stuck("the timer's duration is none")


def _reachable(now: datetime, later: timedelta) -> datetime:
    try:
        return now + later
    except OverflowError:
        raise Stuck("the timer's duration is too long") from None


def _date(run: Run, text: Text, scope: int) -> datetime:
    moment = parse_date_time(run.text(text, scope))
    if not isinstance(moment, DateTime) or not 0 < moment.date.year < 9999:
        raise Stuck("the timer's date is none")
    if moment.offset is None:
        naive = datetime(moment.date.year, moment.date.month, moment.date.day, tzinfo=run.env.now.tzinfo)
        return naive + timedelta(microseconds=moment.time.nanos // 1000)
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=moment.instant // 1000)
