"""What the bench makes of what it measured. Nothing here looks at the clock."""

import json
from itertools import count

import pytest

from .bench import wrk
from .bench.figures import FULL_SPEED, Aim, Report, Row, interleaved, quantile
from .bench.rows import GROUPS
from .bench.table import as_text


def test_each_way_is_measured_once_a_round_in_turn():
    turn = count(1)

    taken = interleaved({"bare": lambda: next(turn), "ours": lambda: next(turn)}, rounds=3)

    assert taken == {"bare": [1, 3, 5], "ours": [2, 4, 6]}


def test_a_row_stands_for_the_middle_of_its_rounds_and_their_ratio():
    row = Row("gateway", "requests/s", [90.0, 30.0, 40.0], "how", reference=[100.0, 80.0, 500.0])

    assert (row.value, row.bare, row.ratio) == (40.0, 100.0, 0.4)


def test_a_row_without_a_reference_has_no_ratio():
    assert Row("memory", "MiB", [900.0], "how").ratio is None


@pytest.mark.parametrize(("kind", "here"), [("rate", 50.0), ("time", 200.0), ("ratio", 100.0), ("size", 100.0)])
def test_only_aims_of_speed_are_scaled_by_the_machine(kind, here):
    assert Aim(100.0, kind).scaled(0.5) == here


def test_an_aim_of_an_unknown_kind_is_an_error():
    with pytest.raises(ValueError, match="colour"):
        Aim(1.0, "colour").scaled(1.0)


@pytest.mark.parametrize(
    ("kind", "value", "met"),
    [
        ("rate", 50.0, True),
        ("rate", 49.9, False),
        ("time", 200.0, True),
        ("time", 200.1, False),
        ("size", 101.0, False),
    ],
)
def test_rates_must_reach_their_aim_times_and_sizes_stay_below_it(kind, value, met):
    assert Row("row", "unit", [value], "how", Aim(100.0, kind)).is_met(0.5) is met


def test_an_aim_for_the_ratio_is_judged_by_the_ratio():
    row = Row("gateway", "requests/s", [31.0], "how", Aim(0.3, "ratio"), reference=[100.0])

    assert row.is_met(speed=0.1) is True


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.001, 1)])
def test_a_quantile_is_a_value_that_this_share_does_not_exceed(share, value):
    assert quantile(range(100, 0, -1), share) == value


def test_the_report_for_machines_says_both_aims_and_how_it_was_measured():
    row = Row("bus", "events/s", [3_000.0, 2_000.0, 4_000.0], "in batches", Aim(10_000, "rate"), reference=[6_000.0])
    report = Report([FULL_SPEED * 0.2, FULL_SPEED * 0.1, FULL_SPEED * 0.9], [row])

    said = json.loads(report.as_json(cores=2))

    assert (said["cores"], said["machine"]["speed"]) == (2, 0.2)
    assert said["rows"] == [
        {
            "name": "bus", "value": 3_000.0, "unit": "events/s", "rounds": [3_000.0, 2_000.0, 4_000.0],
            "reference": 6_000.0, "reference_rounds": [6_000.0], "ratio": 0.5,
            "aim": 10_000, "aim_scaled": 2_000.0, "aim_is_for": "rate", "met": True, "how": "in batches",
        }
    ]  # fmt: skip


def test_the_table_shows_spread_aims_and_whether_they_are_met():
    rows = [
        Row("bus", "events/s", [3_000.0, 2_000.0, 4_000.0], "in batches", Aim(10_000, "rate"), reference=[6_000.0]),
        Row("start", "s", [42.0], "of an installed environment", Aim(8.0, "time")),
    ]

    lines = as_text(Report([FULL_SPEED * 0.2], rows)).splitlines()

    assert lines[1].split() == [
        "bus",
        "3,000",
        "events/s",
        "2,000..4,000",
        "6,000",
        "0.5",
        "≥",
        "10,000",
        "≥",
        "2,000",
        "yes",
    ]
    assert lines[2].split() == ["start", "42", "s", "once", "≤", "8", "≤", "40", "no"]
    assert "start: of an installed environment" in lines


def test_requests_carry_their_length():
    assert wrk.post("/notes", '{"words": "yes"}').endswith("content-length: 16\r\n\r\n" + '{"words": "yes"}')


def test_rows_are_chosen_by_short_names():
    assert all(name.isalpha() and name.islower() for name in GROUPS)
