"""Dates, limits and money as people say them."""

from datetime import UTC, date, datetime

import pytest
from markupsafe import Markup
from portal_samples.people import NOW, at

from gateway.portal.catalogue import catalogue
from gateway.portal.speech import Speech
from gateway.portal.views.codes import BranchState, CaseState, Tone
from gateway.portal.views.parts import Limit, LimitUnit, Money

ZH, EN = (Speech(catalogue(language), NOW) for language in ("zh", "en"))


def heard(words: Markup) -> str:
    return words.striptags()


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (date(2026, 3, 5), "3月5日（周四）", "Thu 5 March"),
        (date(2025, 3, 5), "2025年3月5日（周三）", "Wed 5 March 2025"),
        (at(11, 9, 12), "今天 09:12", "today, 09:12"),
        (at(10, 23, 59), "昨天 23:59", "yesterday, 23:59"),
        (at(12, 0, 0), "明天 00:00", "tomorrow, 00:00"),
        (at(3, 4, 26), "3月3日 04:26", "3 March, 04:26"),
        (Money(40000), "400 元", "¥400"),
        (Money(123450), "1,234.50 元", "¥1,234.50"),
        (Limit(unit=LimitUnit.WORKING_DAYS, amount=3), "3 个工作日", "3 working days"),
        (
            Limit(unit=LimitUnit.WORKING_DAYS, amount=3, due=date(2026, 3, 10)),
            "3 个工作日，3月10日前",
            "3 working days, by 10 March",
        ),
        (Limit(unit=LimitUnit.HOURS, amount=2, due=at(11, 11, 0)), "2 小时，今天 11:00前", "2 hours, by today, 11:00"),
        (Limit(unit=LimitUnit.WORKING_DAYS, amount=1), "1 个工作日", "1 working day"),
        (Limit(unit=LimitUnit.NONE), "没有规定时限", "No limit set"),
        (CaseState.UNDER_WAY, "办理中", "Under way"),
        (None, "未填写", "Not given"),
        ("<公安局>", "<公安局>", "<公安局>"),
    ],
)
def test_a_value_is_said(value, chinese, english):
    assert [heard(ZH.show(value)), heard(EN.show(value))] == [chinese, english]


def test_a_moment_is_told_in_the_citys_zone():
    assert heard(ZH.moment(datetime(2026, 3, 10, 20, 30, tzinfo=UTC))) == "今天 04:30"


def test_a_date_can_be_read_by_machines_too():
    assert ZH.day(date(2026, 3, 5)) == Markup('<time datetime="2026-03-05">3月5日（周四）</time>')


def test_a_text_takes_dates_and_codes_as_they_are():
    assert heard(ZH.t("home.please_by", due=date(2026, 3, 18))) == "请在 3月18日（周三）前完成"


def test_the_greeting_follows_the_clock():
    said = [heard(Speech(catalogue("zh"), at(11, hour)).greeting()) for hour in (3, 9, 15, 21)]

    assert said == ["夜深了", "上午好", "下午好", "晚上好"]


def test_excluded_time_lengthens_the_bar():
    limit = Limit(unit=LimitUnit.WORKING_DAYS, amount=3, used=2, excluded=2)

    assert (limit.used_share, limit.excluded_share) == (40, 40)


def test_a_late_limit_fills_the_bar_and_no_more():
    limit = Limit(unit=LimitUnit.WORKING_DAYS, amount=3, used=5, excluded=1)

    assert (limit.used_share, limit.excluded_share) == (100, 0)


def test_only_what_a_person_must_do_or_know_stands_out():
    assert BranchState.SUPPLEMENT.tone is Tone.YOU
    assert BranchState.REFUSED.tone is Tone.NO
    assert BranchState.DELAYED.tone is Tone.NOW
