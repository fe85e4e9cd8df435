"""The city's data: valid numbers, whole families, two years of days."""

import re
from collections import Counter
from datetime import date

import pytest
from stdnum.cn import ric, uscc

from demo import city
from demo.seed.offers import body_of, bundle_body, other_names

DISTRICTS = {"440196", "440197", "440198"}


def test_residents_have_valid_numbers_that_say_who_they_are():
    residents = city.residents()

    assert len(residents) == len({one.number for one in residents}) == 200
    for one in residents:
        assert one.number[-1] == ric.calc_check_digit(one.number)
        assert one.number[:6] in DISTRICTS
        assert ric.get_birth_date(one.number) == one.birth
        assert (int(one.number[16]) % 2 == 1) == (one.sex == "M")


def test_every_household_has_one_head():
    homes = {home.household_no for home in city.households()}
    heads = Counter(one.household_no for one in city.residents() if one.relation == "head")

    assert heads == dict.fromkeys(homes, 1)
    assert {one.household_no for one in city.residents()} == homes


def test_bodies_have_valid_credit_codes():
    codes = [body.code for body in [*city.departments(), *city.companies()]]

    assert len(city.companies()) == 50
    assert len(set(codes)) == len(codes)
    assert all(uscc.is_valid(code) for code in codes)


def test_companies_are_represented_by_grown_ups():
    born = {one.number: one.birth for one in city.residents()}

    assert all(company.founded_on.year - born[company.representative_number].year >= 18 for company in city.companies())


def test_newborn_families():
    names = {one.number: one.name for one in city.residents()}
    deliveries = Counter(birth.delivery_no for birth in city.births())
    married = {one.wife_number: names[one.husband_number] for one in city.marriages() if one.state == "married"}
    mothers = {birth.mother_number for birth in city.births()}

    assert sum(names[mother] == "李晓雯" and married[mother] == "陈北辰" for mother in mothers) == 1
    assert len(mothers & married.keys()) >= 12
    assert len(mothers - married.keys()) == 1
    assert sorted(deliveries.values())[-2:] == [2, 2]


def test_nobody_is_married_to_two():
    couples = [one for one in city.marriages() if one.state == "married"]
    people = Counter(number for one in couples for number in (one.husband_number, one.wife_number))

    assert set(people.values()) == {1}


def test_staff_belong_to_departments_and_every_needed_post_has_one():
    departments = {department.key for department in city.departments()}
    posts = {(one.department, one.post) for one in city.staff()}

    assert {one.department for one in city.staff()} <= departments
    assert posts >= {("police", "household-registration"), ("human-resources", "card-making"),
                     ("medical-insurance", "resident-enrolment"), ("service-administration", "window")}  # fmt: skip
    assert all(window.department in departments for hall in city.halls() for window in hall.windows)


@pytest.mark.parametrize(("year", "working"), [(2026, 248), (2027, 249)])
def test_working_days_of_a_year(year, working):
    days = city.calendar_year(year).days()

    assert days[0][0] == date(year, 1, 1)
    assert len(days) == 365
    assert sum(is_working for _, is_working in days) == working


@pytest.mark.parametrize("year", [2026, 2027])
def test_made_up_days_are_weekends(year):
    calendar = city.calendar_year(year)

    assert all(day.weekday() >= 5 for day in calendar.workdays)
    assert not calendar.workdays.keys() & calendar.holidays.keys()


def test_only_published_calendars_are_called_official():
    assert (city.calendar_year(2026).is_official, city.calendar_year(2027).is_official) == (True, False)


def test_items_have_implementation_codes_of_their_bodies():
    codes = [item.implementation_code for item in city.items()]

    assert len(codes) == len(set(codes)) >= 25
    for item in city.items():
        code = item.implementation_code
        assert len(code) == 31
        assert (uscc.is_valid(code[:18]), code[18], code[19:]) == (True, "3", item.base_code)
        assert item.base_code[4:6] == item.kind


@pytest.mark.parametrize(
    "body", [*map(body_of, city.items()), *map(bundle_body, city.bundles())], ids=lambda body: body["name"]
)
def test_everything_on_offer_has_english_but_places(body):
    """Streets are names of places."""
    chinese = {text for text in texts_of(body) if re.search("[\u4e00-\u9fff]", text)}

    assert {text for text in chinese - body["english"].keys() if not re.search("[0-9]+号$", text)} == set()


def test_what_is_no_part_of_an_offer_is_in_the_glossary():
    names = {
        one.name for group in (city.departments(), city.clinics(), city.banks(), city.divisions()) for one in group
    }
    offers = [*map(body_of, city.items()), *map(bundle_body, city.bundles())]
    offered = {text for body in offers for text in body["english"]}

    assert names - offered - other_names().keys() == set()
    assert offered & other_names().keys() == set()


def test_no_english_is_left_in_chinese():
    assert [word for word in city.english().values() if re.search("[\u3000-\u9fff\uff00-\uffef]", word)] == []


def texts_of(value):
    if isinstance(value, str):
        return {value}
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return {text for part in parts for text in texts_of(part)}


def test_items_name_what_exists():
    departments = {department.key for department in city.departments()}
    halls = {hall.code for hall in city.halls()}

    for item in city.items():
        assert {item.department, *item.co_departments} <= departments
        assert set(item.places) <= halls
        assert {item.statutory.unit, item.promised.unit} <= {"working-days", "natural-days", "hours", "none"}
        assert len({material.code for material in item.materials}) == len(item.materials)
        assert item.themes_person or item.themes_legal


def test_a_promise_is_never_longer_than_the_law_allows_in_one_unit():
    for item in city.items():
        if item.statutory.unit == item.promised.unit:
            assert item.promised.amount <= item.statutory.amount


def test_the_newborn_bundle_has_its_five_items_and_questions_for_every_condition():
    items = {item.code: item for item in city.items()}
    newborn = next(bundle for bundle in city.bundles() if bundle.code == "newborn")

    assert newborn.items == (
        "birth-certificate", "birth-registration", "vaccination", "medical-insurance", "social-card"
    )  # fmt: skip
    answers = {question.code: {option.value for option in question.options} for question in newborn.questions}
    conditions = [material.when for code in newborn.items for material in items[code].materials]
    assert all(value in answers[name] for condition in conditions for name, value in condition.items())


def test_bundles_name_what_exists():
    items = {item.code for item in city.items()}

    for bundle in city.bundles():
        dropped = {code for q in bundle.questions for option in q.options for code in option.drops_items}
        assert set(bundle.items) <= items
        assert dropped | bundle.needs.keys() | {code for needed in bundle.needs.values() for code in needed} <= set(
            bundle.items
        )
