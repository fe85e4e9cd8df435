"""Who must answer, and by when."""

from datetime import date

import pytest

from svc_feedback.rules import CalendarMissing, WorkingDays, levels_of

CALENDAR = WorkingDays(
    frozenset({2026}), {date(2026, 10, 1): False, date(2026, 10, 2): False, date(2026, 10, 10): True}
)


def test_the_day_it_starts_on_does_not_count():
    assert CALENDAR.after(date(2026, 3, 2), 1) == date(2026, 3, 3)


def test_weekends_and_holidays_do_not_count_and_worked_saturdays_do():
    assert CALENDAR.after(date(2026, 9, 30), 6) == date(2026, 10, 10)


def test_a_year_that_is_not_loaded_fails_loudly():
    with pytest.raises(CalendarMissing, match="2027"):
        CALENDAR.after(date(2026, 12, 31), 1)


def test_a_branch_without_a_level_of_its_own_has_the_case_s():
    assert levels_of(["a", "b"], 2, {"b": 5}) == {"a": 2, "b": 5}
