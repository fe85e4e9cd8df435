"""Limits to the day: across holidays, make-up days, excluded time, the end of the year."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svc_workflow.limits import (
    Calendar,
    CalendarError,
    CalendarYear,
    Clock,
    Convention,
    Interval,
    Limit,
    OutsideCalendar,
    Unit,
    due,
    remaining,
    used,
)
from svc_workflow.limits.calendar import CITY_ZONE


def days(year: int, *spans: str) -> frozenset[date]:
    """`"10-01/10-08"` is a span, `"01-04"` one day."""
    found = set()
    for span in spans:
        first, _, last = span.partition("/")
        day, end = date.fromisoformat(f"{year}-{first}"), date.fromisoformat(f"{year}-{last or first}")
        while day <= end:
            found.add(day)
            day += timedelta(days=1)
    return frozenset(found)


YEARS = [
    CalendarYear(2025, days(2025, "10-01/10-08"), days(2025, "09-28", "10-11")),
    CalendarYear(2026, days(2026, "01-01/01-03", "02-15/02-23"), days(2026, "01-04", "02-14", "02-28")),
]
CALENDAR = Calendar(YEARS)


def at(text: str, hour: int = 10) -> datetime:
    return datetime.combine(date.fromisoformat(text), datetime.min.time(), CITY_ZONE) + timedelta(hours=hour)


def due_day(amount: int, unit: Unit, started: str, *exclusions: tuple[str, str], **convention: bool) -> str:
    clock = Clock(at(started), tuple(Interval(at(start), at(end)) for start, end in exclusions))
    found = due(CALENDAR, Limit(amount, unit), clock, Convention(**convention))
    assert found is not None
    return found.day.isoformat()


WORKING, NATURAL, HOURS = Unit.WORKING_DAYS, Unit.NATURAL_DAYS, Unit.HOURS


# -- the calendar ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2026-03-06", True),
        ("2026-03-07", False),
        ("2026-03-08", False),
        ("2026-02-16", False),
        ("2026-02-14", True),
        ("2026-02-28", True),
        ("2026-01-04", True),
    ],
)
def test_which_days_are_worked(day: str, worked: bool):
    assert CALENDAR.is_working_day(date.fromisoformat(day)) is worked


def test_a_year_that_is_not_loaded_is_not_guessed():
    with pytest.raises(OutsideCalendar, match="2027"):
        CALENDAR.is_working_day(date(2027, 1, 4))
    assert not CALENDAR.covers(date(2027, 1, 4))


@pytest.mark.parametrize(
    ("holidays", "make_up_days"),
    [({date(2025, 1, 1)}, set()), (set(), {date(2026, 3, 4)}), ({date(2026, 3, 7)}, {date(2026, 3, 7)})],
)
def test_a_calendar_that_contradicts_itself_is_refused(holidays: set[date], make_up_days: set[date]):
    with pytest.raises(CalendarError):
        CalendarYear(2026, frozenset(holidays), frozenset(make_up_days))


# -- working days ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "started", "expected"),
    [
        (1, "2026-03-03", "2026-03-04"),
        (3, "2026-03-05", "2026-03-10"),
        (5, "2026-03-02", "2026-03-09"),
        (1, "2026-03-06", "2026-03-09"),
        (1, "2026-03-07", "2026-03-09"),
        (0, "2026-03-03", "2026-03-03"),
        (2, "2026-02-13", "2026-02-24"),  # a make-up Saturday, then the Spring Festival
        (5, "2026-02-23", "2026-02-28"),  # the fifth day is a make-up Saturday
        (3, "2025-12-30", "2026-01-05"),  # the year ends; 4 January is a make-up Sunday
        (1, "2025-09-30", "2025-10-09"),
        (3, "2025-10-08", "2025-10-11"),
    ],
)
def test_working_days(amount: int, started: str, expected: str):
    assert due_day(amount, WORKING, started) == expected


def test_the_start_day_counts_where_a_rule_says_so():
    assert due_day(3, WORKING, "2026-03-05", start_day_counts=True) == "2026-03-09"
    assert due_day(1, WORKING, "2026-03-05", start_day_counts=True) == "2026-03-05"


def test_an_exclusion_of_two_days_moves_the_end_by_two_days():
    assert due_day(5, WORKING, "2026-03-02") == "2026-03-09"
    assert due_day(5, WORKING, "2026-03-02", ("2026-03-03", "2026-03-05")) == "2026-03-11"


def test_an_exclusion_that_ends_the_day_it_began_moves_nothing():
    assert due_day(5, WORKING, "2026-03-02", ("2026-03-03", "2026-03-03")) == "2026-03-09"


def test_free_days_are_not_excluded_twice():
    assert due_day(5, WORKING, "2026-03-02", ("2026-03-06", "2026-03-08")) == "2026-03-09"


def test_exclusions_may_overlap_and_come_in_any_order():
    once = due_day(10, WORKING, "2026-03-02", ("2026-03-03", "2026-03-10"))
    split = ("2026-03-05", "2026-03-10"), ("2026-03-03", "2026-03-06"), ("2026-03-04", "2026-03-05")

    assert due_day(10, WORKING, "2026-03-02", *split) == once


def test_the_day_ends_at_midnight_in_the_city():
    found = due(CALENDAR, Limit(1, WORKING), Clock(at("2026-03-03")))

    assert found is not None
    assert found.at.astimezone(UTC) == datetime(2026, 3, 4, 16, tzinfo=UTC)


def test_an_evening_in_utc_is_the_next_day_in_the_city():
    clock = Clock(datetime(2026, 3, 2, 17, tzinfo=UTC))

    assert due(CALENDAR, Limit(1, WORKING), clock).day == date(2026, 3, 4)  # type: ignore[union-attr]


def test_a_limit_beyond_the_loaded_years_fails_loudly():
    with pytest.raises(OutsideCalendar):
        due_day(10, WORKING, "2026-12-25")
    with pytest.raises(OutsideCalendar):
        due_day(10, NATURAL, "2026-12-25")


# -- natural days ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "started", "expected"),
    [
        (7, "2026-03-03", "2026-03-10"),
        (15, "2026-01-30", "2026-02-14"),  # the last day is a make-up Saturday: worked
        (16, "2026-01-30", "2026-02-24"),  # the last day is in the holidays
        (4, "2026-03-03", "2026-03-09"),  # Saturday → Monday
        (2, "2025-12-31", "2026-01-04"),  # holiday → make-up Sunday
        (30, "2025-12-01", "2025-12-31"),
    ],
)
def test_natural_days(amount: int, started: str, expected: str):
    assert due_day(amount, NATURAL, started) == expected


def test_the_last_day_stays_where_a_rule_says_so():
    assert due_day(4, NATURAL, "2026-03-03", last_day_moves=False) == "2026-03-07"


def test_natural_days_do_not_run_during_an_exclusion():
    assert due_day(7, NATURAL, "2026-03-03", ("2026-03-05", "2026-03-08")) == "2026-03-13"


# -- hours -------------------------------------------------------------------------------------------------------------


def test_hours_run_through_the_night():
    found = due(CALENDAR, Limit(24, HOURS), Clock(at("2026-03-06", 17)))

    assert found is not None
    assert found.at == at("2026-03-07", 17)


def test_hours_stand_still_during_an_exclusion():
    exclusions = (
        Interval(at("2026-03-03", 11), at("2026-03-03", 14)),
        Interval(at("2026-03-03", 12), at("2026-03-03", 13)),
        Interval(at("2026-03-02", 8), at("2026-03-02", 9)),
    )
    found = due(CALENDAR, Limit(2, HOURS), Clock(at("2026-03-03", 10), exclusions))

    assert found is not None
    assert found.at == at("2026-03-03", 15)


def test_an_exclusion_that_covers_the_start_delays_it():
    clock = Clock(at("2026-03-03", 10), (Interval(at("2026-03-03", 9), at("2026-03-03", 12)),))

    assert due(CALENDAR, Limit(2, HOURS), clock).at == at("2026-03-03", 14)  # type: ignore[union-attr]
    assert used(CALENDAR, HOURS, clock, at("2026-03-03", 13)) == 1


# -- used and remaining ------------------------------------------------------------------------------------------------


def test_nobody_knows_the_end_while_the_clock_stands_still():
    clock = Clock(at("2026-03-02"), (Interval(at("2026-03-04")),))

    assert clock.stands_still
    assert due(CALENDAR, Limit(5, WORKING), clock) is None
    assert used(CALENDAR, WORKING, clock, at("2026-03-13")) == 2


def test_today_is_used_and_what_remains_can_be_negative():
    clock = Clock(at("2026-03-02"))

    assert used(CALENDAR, WORKING, clock, at("2026-03-02", 18)) == 0
    assert used(CALENDAR, WORKING, clock, at("2026-03-09", 18)) == 5
    assert remaining(CALENDAR, Limit(5, WORKING), clock, at("2026-03-06")) == 1
    assert remaining(CALENDAR, Limit(5, WORKING), clock, at("2026-03-11")) == -2


def test_limits_and_intervals_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="negative"):
        Limit(-1, WORKING)
    with pytest.raises(ValueError, match="after it starts"):
        Interval(at("2026-03-03"), at("2026-03-02"))


# -- properties --------------------------------------------------------------------------------------------------------

moments = st.integers(0, 540 * 24 * 60).map(lambda minutes: at("2025-01-01", 0) + timedelta(minutes=minutes))
exclusions = st.lists(st.tuples(moments, st.timedeltas(timedelta(), timedelta(days=12))), max_size=4).map(
    lambda pairs: tuple(Interval(start, start + length) for start, length in pairs)
)
units = st.sampled_from(list(Unit))


@given(moments, exclusions, st.integers(0, 40), units)
def test_at_the_end_exactly_the_limit_is_used(started, excluded, amount, unit):
    clock = Clock(started, excluded)
    found = due(CALENDAR, Limit(amount, unit), clock, Convention(last_day_moves=False))
    just_before = found.at - timedelta(seconds=1)

    assert used(CALENDAR, unit, clock, found.at - timedelta(microseconds=1)) <= amount
    if unit is not HOURS and amount:
        assert used(CALENDAR, unit, clock, just_before) == amount


@given(moments, exclusions, exclusions, st.integers(0, 40), units)
def test_more_excluded_time_never_ends_a_limit_sooner(started, some, more, amount, unit):
    first = due(CALENDAR, Limit(amount, unit), Clock(started, some))
    second = due(CALENDAR, Limit(amount, unit), Clock(started, some + more))

    assert first.at <= second.at


@given(moments, exclusions, st.integers(0, 40))
def test_a_limit_of_working_days_ends_on_a_working_day(started, excluded, amount):
    found = due(CALENDAR, Limit(amount + 1, WORKING), Clock(started, excluded))

    assert CALENDAR.is_working_day(found.day)
