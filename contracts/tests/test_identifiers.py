"""Identifiers: ours sort in the order they were made; theirs are checked, and never repeated in a message."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from chassis import identifiers
from chassis.identifiers import (
    CreditCode,
    IdentityNumber,
    PhoneNumber,
    birth_date,
    credit_code_check_digit,
    identity_check_digit,
    mask_name,
    mask_number,
    mask_phone,
    new_id,
)


def identity_number(born: str = "20260305", division: str = "440199", sequence: str = "001") -> str:
    first = division + born + sequence
    return first + identity_check_digit(first)


def refusals(kind: Any, value: Any) -> list[str]:
    with pytest.raises(ValidationError) as refusal:
        TypeAdapter(kind).validate_python(value)
    errors = refusal.value.errors(include_input=False, include_url=False)
    told = " ".join(error["msg"] for error in errors)
    assert not isinstance(value, str) or len(value) < 10 or value not in told
    return [error["type"] for error in errors]


def accepted(kind: Any, value: Any) -> str:
    return TypeAdapter(kind).validate_python(value)


# Our own


def test_ids_are_uuid_version_7():
    made = new_id()

    assert (made.version, made.variant) == (7, "specified in RFC 4122")


def test_ids_carry_the_time_they_were_made():
    before = time.time_ns() // 1_000_000
    made = new_id().int >> 80

    assert before <= made <= time.time_ns() // 1_000_000 + 1


def test_ids_of_a_process_grow():
    made = [new_id() for _ in range(20_000)]

    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_ids_grow_as_text_and_bytes_too():
    made = [new_id() for _ in range(1000)]

    assert sorted(map(str, made)) == [str(one) for one in made]
    assert sorted(one.bytes for one in made) == [one.bytes for one in made]


def test_ids_of_many_threads_never_clash_and_grow_in_each():
    made: list[list[int]] = [[] for _ in range(4)]

    def work(mine: list[int]) -> None:
        mine.extend(new_id().int for _ in range(3000))

    threads = [threading.Thread(target=work, args=(mine,)) for mine in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert all(mine == sorted(mine) for mine in made)
    assert len({one for mine in made for one in mine}) == 12_000


def clock_of(milliseconds: Iterator[int]) -> identifiers._Clock:
    return identifiers._Clock(lambda: next(milliseconds) * 1_000_000)


def test_a_clock_set_back_does_not_take_ids_back():
    clock = clock_of(iter([1000, 900, 1000, 1001]))
    ticks = [clock.tick() for _ in range(4)]

    assert ticks == sorted(ticks)
    assert [milliseconds for milliseconds, _ in ticks] == [1000, 1000, 1000, 1001]


def test_a_full_counter_borrows_the_next_millisecond():
    clock = clock_of(iter([1000, 1000, 1000]))
    clock.tick()
    clock._counter = (1 << 42) - 1

    milliseconds, counter = clock.tick()

    assert milliseconds == 1001
    assert counter < 1 << 41
    assert clock.tick() == (1001, counter + 1)


def test_every_bit_has_its_place():
    made = identifiers._uuid7(0x0123456789AB, (1 << 42) - 1, 0xFFFFFFFF)

    assert str(made) == "01234567-89ab-7fff-bfff-ffffffffffff"
    assert str(identifiers._uuid7(0, 1, 0)) == "00000000-0000-7000-8000-000100000000"


# Identity numbers


def test_a_right_identity_number_is_accepted():
    number = identity_number()

    assert accepted(IdentityNumber, number) == number
    assert birth_date(number) == date(2026, 3, 5)


def test_the_numbers_that_the_standard_prints_are_right():
    assert identity_check_digit("11010519491231002") == "X"
    assert identity_check_digit("44052418800101001") == "4"


def test_a_small_x_and_spaces_around_are_put_right():
    number = next(
        number for number in (identity_number(sequence=f"{n:03}") for n in range(1, 999)) if number.endswith("X")
    )

    assert accepted(IdentityNumber, f" {number.lower()}\n") == number


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", "length"),
        ("1" * 15, "length"),
        (identity_number() + "0", "length"),
        (identity_number()[:-2] + "XX", "characters"),
        (identity_number()[:5] + " " + identity_number()[6:], "characters"),
        ("４４０１９９２０２６０３０５００１３", "characters"),
        ("٤" * 18, "characters"),
        (identity_number(division="990199"), "division"),
        (identity_number(division="000000"), "division"),
        (identity_number("20260230"), "date"),
        (identity_number("20261301"), "date"),
        (identity_number("00000101"), "date"),
        (identity_number("18000101"), "date"),
        (identity_number("29990101"), "date"),
        (identity_number()[:-1] + ("0" if identity_number()[-1] != "0" else "1"), "check_digit"),
    ],
)
def test_a_wrong_identity_number_is_refused_with_what_is_wrong(value, reason):
    assert refusals(IdentityNumber, value) == [f"identity_number_{reason}"]


def test_a_child_born_today_has_a_plausible_number_and_one_born_tomorrow_has_not():
    today = datetime.now(UTC) + timedelta(hours=8)

    assert accepted(IdentityNumber, identity_number(f"{today:%Y%m%d}"))
    assert refusals(IdentityNumber, identity_number(f"{today + timedelta(days=2):%Y%m%d}")) == ["identity_number_date"]


@pytest.mark.parametrize("position", range(18))
def test_any_one_wrong_digit_is_noticed(position):
    number = identity_number()
    for digit in set("0123456789") - {number[position]}:
        assert refusals(IdentityNumber, number[:position] + digit + number[position + 1 :])


@pytest.mark.parametrize("position", [1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16])
def test_two_neighbours_exchanged_are_noticed(position):
    number = identity_number("19871023", sequence="457")
    assert number[position] != number[position + 1]
    swapped = number[:position] + number[position + 1] + number[position] + number[position + 2 :]

    assert refusals(IdentityNumber, swapped)


@pytest.mark.parametrize("kind", [IdentityNumber, CreditCode, PhoneNumber])
@pytest.mark.parametrize("value", [None, 440199202603050010, True, b"\xff", [], {}])
def test_what_is_no_text_is_refused(kind, value):
    assert refusals(kind, value)


@pytest.mark.parametrize("kind", [IdentityNumber, CreditCode, PhoneNumber])
@given(value=st.text(st.characters(exclude_categories=["Nd"]), min_size=10, max_size=30))
def test_noise_is_refused_and_not_repeated(kind, value):
    refusals(kind, value)


# Credit codes


@pytest.mark.parametrize("first", ["91440199MA5EXAMPL", "12440199MB2X0001H", "N2440199MF0000011", "Y1440199MJ0000022"])
def test_a_right_credit_code_is_accepted_whoever_registered_it(first):
    code = first + credit_code_check_digit(first)

    assert accepted(CreditCode, code.lower()) == code


@pytest.mark.parametrize(
    ("first", "fault"),
    [
        ("00000000000000000", "credit_code_authority"),
        ("91000000MA5EXAMPL", "credit_code_division"),
        ("91990199MA5EXAMPL", "credit_code_division"),
    ],
)
def test_a_credit_code_of_nobody_or_nowhere_is_refused(first, fault):
    assert refusals(CreditCode, first + credit_code_check_digit(first)) == [fault]


def test_a_body_of_the_whole_country_has_a_code_too():
    first = "11100000MB9EXAMPL"

    assert accepted(CreditCode, first + credit_code_check_digit(first))


def test_the_check_digit_of_a_credit_code_follows_the_standard():
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    first = "91440199MA5EXAMPL"
    total = sum(alphabet.index(letter) * pow(3, place, 31) for place, letter in enumerate(first))

    assert credit_code_check_digit(first) == alphabet[-total % 31]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", "length"),
        ("91440199MA5EXAMPL", "length"),
        ("91440199MA5EXAMPIO", "characters"),
        ("9144019XMA5EXAMPLD", "characters"),
        ("91440199-A5EXAMPLD", "characters"),
        ("91440199MA5EXAMPLE", "check_digit"),
        ("91440199AM5EXAMPLD", "check_digit"),
    ],
)
def test_a_wrong_credit_code_is_refused_with_what_is_wrong(value, reason):
    assert refusals(CreditCode, value) == [f"credit_code_{reason}"]


# Telephones


@pytest.mark.parametrize("value", ["13800138000", " 19900000000 "])
def test_a_right_mobile_number_is_accepted(value):
    assert accepted(PhoneNumber, value) == value.strip()


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", "length"),
        ("1380013800", "length"),
        ("138001380000", "length"),
        ("12800138000", "prefix"),
        ("02087654321", "prefix"),
        ("138-0013-8000", "characters"),
        ("+8613800138000", "characters"),
        ("１３８００１３８０００", "characters"),
    ],
)
def test_a_wrong_mobile_number_is_refused_with_what_is_wrong(value, reason):
    assert refusals(PhoneNumber, value) == [f"phone_number_{reason}"]


# In documents and on the screen


@pytest.mark.parametrize("kind", [IdentityNumber, CreditCode, PhoneNumber])
def test_the_schema_describes_the_type_with_an_example_that_is_right(kind):
    schema = TypeAdapter(kind).json_schema()

    assert schema["type"] == "string"
    assert schema["pattern"]
    assert accepted(kind, schema["examples"][0]) == schema["examples"][0]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("", ""),
        ("张", "*"),
        ("张三", "张*"),
        ("张三丰", "张**"),
        ("阿依古丽·买买提", "阿*******"),
        ("Anna Li", "A*** L*"),
    ],
)
def test_a_name_shows_its_first_letter(name, shown):
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("440199202603050010", "440***********0010"),
        ("6222021234567890123", "622************0123"),
        ("123456", "******"),
        ("", ""),
    ],
)
def test_a_number_shows_its_ends(number, shown):
    assert mask_number(number) == shown


@pytest.mark.parametrize(("number", "shown"), [("13800138000", "138****8000"), ("110", "***"), ("", "")])
def test_a_telephone_shows_its_ends(number, shown):
    assert mask_phone(number) == shown


@given(st.text(max_size=40))
def test_masks_never_show_more_than_half_of_a_number(number):
    shown = mask_number(number)

    assert len(shown) == len(number)
    assert sum(letter != "*" for letter in shown) <= len(number) / 2
