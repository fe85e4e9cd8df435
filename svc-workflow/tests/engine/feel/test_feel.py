"""FEEL: what expressions give. `=> null` cases are those where a value does not fit: never an error, always null."""

import contextlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svc_workflow.engine.feel import FeelError, SyntaxFault, TooCostly, compile_expression, compile_unary_tests

VARIABLES = {
    "amount": 12.5,
    "count": 3,
    "name": "Lin",
    "child": {"record": 1, "weights": [3250, 3400]},
    "birth-registration": {"outcome": "granted"},
    "people": [{"name": "Lin", "age": 30}, {"name": "Mo", "age": 7}],
    "nothing": None,
}


def value(text: str) -> Any:
    return compile_expression(text, ["birth-registration"])(VARIABLES)


def table(text: str) -> list[Any]:
    """Lines `expression => value`."""
    rows = []
    for line in filter(None, map(str.strip, text.splitlines())):
        expression, _, wanted = line.rpartition(" => ")
        rows.append(pytest.param(expression, wanted, id=line))
    return rows


def check(expression: str, wanted: str) -> None:
    assert value(expression) == value(wanted)


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("1 + 2 * 3", 7),
        ("0.1 + 0.2", 0.3),
        ("10 / 4", 2.5),
        ('"a" + "b"', "ab"),
        ('"\\u4e00\\n\\"门\\""', '一\n"门"'),
        ("true", True),
        ("null", None),
        ("[1, [2]]", [1, [2]]),
        ('{a: 1, "b c": {d: a}}', {"a": 1, "b c": {"d": 1}}),
        ("2 ** 100", 2.0**100),
        ('date("2026-03-02")', "2026-03-02"),
    ],
)
def test_values_go_out_as_json(expression: str, wanted: Any):
    assert value(expression) == wanted


@pytest.mark.parametrize(
    ("expression", "wanted"),
    table("""
        amount * 2 => 25
        -3 ** 2 => 9
        2 - 3 - 4 => -5
        2 * 3 ** 2 => 18
        1 / 0 => null
        1 + "a" => null
        1 + null => null
        - "a" => null
        10 > 9 and 9 > 8 => true
        "10" < "9" => true
        1 = 1.0 => true
        1 != 2 => true
        1 = "1" => null
        1 < "2" => null
        null = null => true
        nothing = null => true
        1 = null => false
        missing = null => true
        missing.deeper.still = null => true
        [1, 2] = [1, 2] => true
        {a: 1} = {a: 1} => true
        {a: 1} = {a: 1, b: 2} => false
    """),
)
def test_arithmetic_and_comparison(expression: str, wanted: str):
    check(expression, wanted)


@pytest.mark.parametrize(
    ("expression", "wanted"),
    table("""
        true and null => null
        false and null => false
        null and false => false
        true or null => true
        null or true => true
        false or null => null
        true and 1 => null
        not(true) => false
        not(null) => null
        not("a") => null
        all([true, null]) => null
        any([false, null]) => null
        any([]) => false
        all([]) => true
    """),
)
def test_logic_has_three_values(expression: str, wanted: str):
    check(expression, wanted)


@pytest.mark.parametrize(
    ("expression", "wanted"),
    table("""
        if count > 2 then "many" else "few" => "many"
        if nothing then 1 else 2 => 2
        if "yes" then 1 else 2 => 2
        count in (1, 2, 3) => true
        count in [1, 2] => false
        count in [1..3] => true
        count in [1..3) => false
        count in (3..5] => false
        count in ]2..4[ => true
        count in > 2 => true
        count in (< 2, > 10) => false
        name in ("Lin", "Mo") => true
        "a" in (1, 2) => null
        count between 1 and 3 => true
        count between 4 and 5 => false
        name between 1 and 2 => null
        for i in 1..3 return i * i => [1, 4, 9]
        for i in 3..1 return i => [3, 2, 1]
        for i in [1, 2], j in [10, 20] return i + j => [11, 21, 12, 22]
        for i in 1..4 return if i = 1 then 1 else partial[-1] * i => [1, 2, 6, 24]
        for p in people return p.name => ["Lin", "Mo"]
        some p in people satisfies p.age < 18 => true
        every p in people satisfies p.age < 18 => false
        some x in [1, null] satisfies x > 5 => null
        every x in [] satisfies false => true
    """),
)
def test_choosing_and_repeating(expression: str, wanted: str):
    check(expression, wanted)


@pytest.mark.parametrize(
    ("expression", "wanted"),
    table("""
        child.record => 1
        people.name => ["Lin", "Mo"]
        people[1].name => "Lin"
        people[-1].name => "Mo"
        people[3] => null
        people[0] => null
        people[age < 18].name => ["Mo"]
        people[item.age < 18][1].age => 7
        child.weights[1] => 3250
        amount[1] => 12.5
        name[item = "Mo"] => []
        {a: {b: 1}}.a.b => 1
        {a: 1}.b => null
        [1..5].start => 1
        [1..5).end included => false
        (1..5].start included => false
        birth-registration.outcome => "granted"
        birth-registration.outcome = "granted" => true
        count - amount => -9.5
        get value({"a": 2}, "a") => 2
    """),
)
def test_paths_filters_and_names_with_signs(expression: str, wanted: str):
    check(expression, wanted)


@pytest.mark.parametrize(
    ("expression", "wanted"),
    table("""
        (function(x, y) x + y)(1, 2) => 3
        {double: function(x) x * 2, it: double(4)}.it => 8
        (function(x) x)(1, 2) => null
        substring(string: "foobar", start position: 3) => "obar"
        substring("foobar", -2, 1) => "a"
        substring(wrong: "foobar", start position: 3) => null
        string length("一门") => 2
        upper case("aBc") => "ABC"
        lower case("aBc") => "abc"
        substring before("foobar", "bar") => "foo"
        substring after("foobar", "ob") => "ar"
        contains("foobar", "ob") => true
        starts with("foobar", "fo") => true
        ends with("foobar", "fo") => false
        matches("440196199504120024", "^[0-9]{17}[0-9X]$") => true
        replace("abcd", "(ab)|(a)", "[1=$1][2=$2]") => "[1=ab][2=]cd"
        split("a;b;c", ";") => ["a", "b", "c"]
        string join(["a", null, "b"], "-") => "a-b"
        string([1, "a", {b: null}]) => "[1, \\"a\\", {b: null}]"
        string(1.50) => "1.5"
        number("1 000,5", " ", ",") => 1000.5
        number("x") => null
        decimal(1.115, 2) => 1.12
        decimal(2.5, 0) => 2
        floor(-1.5) => -2
        ceiling(-1.5) => -1
        round half up(2.5, 0) => 3
        round half down(2.5, 0) => 2
        round up(1.121, 2) => 1.13
        round down(1.129, 2) => 1.12
        abs(-3) => 3
        modulo(-12, 5) => 3
        modulo(12, 0) => null
        sqrt(16) => 4
        sqrt(-1) => null
        odd(3) => true
        even(3) => false
        sum([1, 2, 3]) => 6
        sum(1, 2, 3) => 6
        sum([]) => null
        mean([1, 2, 6]) => 3
        median([8, 2, 5, 3]) => 4
        mode([6, 3, 9, 6, 6]) => [6]
        stddev([2, 4, 7, 5]) => 2.081665999466132735282297706979931
        product(2, 3, 4) => 24
        min("b", "a") => "a"
        max([1, "a"]) => null
        count([1, null]) => 2
        list contains([1, null], null) => true
        sublist([1, 2, 3], 2) => [2, 3]
        sublist([1, 2, 3], -2, 1) => [2]
        append([1], 2, 3) => [1, 2, 3]
        concatenate([1], [2, 3]) => [1, 2, 3]
        insert before([1, 3], 2, 2) => [1, 2, 3]
        remove([1, 2, 3], 2) => [1, 3]
        reverse([1, 2]) => [2, 1]
        index of([1, 2, 1], 1) => [1, 3]
        union([1, 2], [2, 3]) => [1, 2, 3]
        distinct values([1, 2, 1]) => [1, 2]
        flatten([[1, [2]], 3]) => [1, 2, 3]
        sort([3, 1, 2]) => [1, 2, 3]
        sort([3, 1, 2], function(x, y) x > y) => [3, 2, 1]
        list replace([1, 2, 3], 2, 9) => [1, 9, 3]
        get entries({a: 1}) => [{key: "a", value: 1}]
        context([{key: "a", value: 1}]) => {a: 1}
        context put({a: 1}, "b", 2) => {a: 1, b: 2}
        context put({a: {}}, ["a", "b"], 2) => {a: {b: 2}}
        context merge([{a: 1}, {a: 2, b: 3}]) => {a: 2, b: 3}
        nobody(1) => null
        count(1, 2) => null
    """),
)
def test_functions(expression: str, wanted: str):
    # A variable named like a function hides it.
    assert compile_expression(expression, ["birth-registration"])() == compile_expression(wanted)()


@pytest.mark.parametrize(
    ("expression", "wanted"),
    table("""
        date("2026-03-02") + duration("P1M") => date("2026-04-02")
        date("2026-01-31") + duration("P1M") => date("2026-02-28")
        date("2026-03-02") - date("2026-02-28") => duration("P2D")
        date and time("2026-03-02T23:30:00") + duration("PT45M") => date and time("2026-03-03T00:15:00")
        @"2026-03-02T09:00:00+08:00" = @"2026-03-02T01:00:00Z" => true
        @"2026-03-02T09:00:00@Asia/Shanghai" = @"2026-03-02T01:00:00Z" => true
        @"2026-03-02T09:00:00" = @"2026-03-02T09:00:00Z" => false
        @"2026-03-02T09:00:00" < @"2026-03-02T09:00:00Z" => null
        @"2026-03-02" < @"2026-03-03" => true
        @"23:00:00" + @"PT2H" => @"01:00:00"
        @"PT24H" = @"P1D" => true
        @"P1Y" = @"P12M" => true
        @"P1D" * 2 => @"P2D"
        @"P2D" / @"P1D" => 2
        - @"P1Y2M" => @"-P1Y2M"
        @"P1Y" + @"P1D" => null
        string(@"P14M") => "P1Y2M"
        string(@"-PT90M") => "-PT1H30M"
        string(@"2026-03-02T09:00:00.5@Asia/Shanghai") => "2026-03-02T09:00:00.5@Asia/Shanghai"
        date("2026-02-30") => null
        time("25:00:00") => null
        duration("P1Y1D") => null
        date(2026, 3, 2).weekday => 1
        @"2026-03-02T09:30:00+08:00".time offset => @"PT8H"
        @"2026-03-02T09:30:00".hour => 9
        @"P1DT2H".hours => 2
        years and months duration(@"2025-01-31", @"2026-03-30") => @"P1Y1M"
        day of week(@"2026-03-02") => "Monday"
        day of year(@"2026-03-02") => 61
        month of year(@"2026-03-02") => "March"
        week of year(@"2026-01-01") => 1
        week of year(@"2027-01-01") => 53
        date and time(@"2026-03-02", @"09:00:00") => @"2026-03-02T09:00:00"
        is(@"09:00:00Z", @"09:00:00+00:00") => true
        is(@"20:00:00+00:00", @"21:00:00+01:00") => false
    """),
)
def test_dates_times_and_durations(expression: str, wanted: str):
    check(expression, wanted)


@pytest.mark.parametrize(
    ("expression", "wanted"),
    table("""
        before(1, 10) => true
        before([1..5], [5..9]) => false
        before([1..5), [5..9]) => true
        after(10, 1) => true
        meets([1..5], [5..9]) => true
        met by([5..9], [1..5]) => true
        overlaps([1..5], [3..8]) => true
        overlaps before([1..5], [3..8]) => true
        overlaps after([3..8], [1..5]) => true
        finishes(5, [1..5]) => true
        finished by([1..5], 5) => true
        includes([1..9], [2..3]) => true
        during(5, [1..5)) => false
        starts(1, [1..5]) => true
        started by([1..5], 1) => true
        coincides([1..5], [1..5]) => true
        coincides([1..5], [1..5)) => false
        before(1, "a") => null
    """),
)
def test_how_ranges_lie_to_each_other(expression: str, wanted: str):
    check(expression, wanted)


@pytest.mark.parametrize(
    ("expression", "wanted"),
    table("""
        1 instance of number => true
        "a" instance of number => false
        null instance of Any => false
        @"P1D" instance of days and time duration => true
        @"P1Y" instance of days and time duration => false
        [1, 2] instance of list<number> => true
        [1, "a"] instance of list<number> => false
        {a: 1, b: "x"} instance of context<a: number> => true
        {a: 1} instance of context<b: number> => false
        [1..2] instance of range<number> => true
        (function(x) x) instance of function<Any> -> Any => true
    """),
)
def test_kinds(expression: str, wanted: str):
    check(expression, wanted)


@pytest.mark.parametrize(
    ("cell", "given", "holds"),
    [
        ("-", 5, True),
        ("5", 5, True),
        ("< 5", 5, False),
        ("1, 5", 5, True),
        ("[1..5]", 5, True),
        ("not(5)", 5, False),
        ("not(1, 2)", 5, True),
        ('"a", "b"', "b", True),
        ("? > 3 and ? < 6", 5, True),
        ("> limit", 5, True),
        ("null", None, True),
        ("-5", -5, True),
    ],
)
def test_cells_of_decision_tables(cell: str, given: Any, holds: bool):
    assert compile_unary_tests(cell)({"?": given}, {"limit": 4}) is holds


def test_the_inner_layer_is_seen_first():
    assert compile_expression("a + b")({"a": 1}, {"a": 10, "b": 100}) == 101


# -- what is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1 +",
        "(1",
        "[1..",
        "if a then b",
        "for x in",
        "{a 1}",
        "{a: 1, a: 2}",
        '"open',
        "a b",
        "1 2",
        "f(a: 1, 2)",
        "@5",
        '@"x"',
        "#",
    ],
)
def test_what_is_no_feel_is_refused_with_its_place(text: str):
    with pytest.raises(SyntaxFault):
        compile_expression(text)


@pytest.mark.parametrize(
    "text",
    [
        "count(for i in 1..1000000000 return i)",
        "for a in 1..1000, b in 1..1000 return a",
        "{f: function(n) f(n + 1), x: f(1)}.x",
        "some i in 1..999999999 satisfies i < 0",
        'for i in 1..1000 return matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "a*a*a*b")',
        "for i in 1..1000 return distinct values(for j in 1..1000 return j)",
    ],
)
def test_an_expression_that_would_not_end_is_stopped(text: str):
    with pytest.raises(TooCostly):
        compile_expression(text)()


@pytest.mark.parametrize(
    "text", ["(" * 200 + "1" + ")" * 200, "-" * 500 + "1", "[" * 300 + "]" * 300, "1" * 10_001, "+".join("1" * 5000)]
)
def test_an_expression_that_is_too_deep_or_long_is_refused(text: str):
    with pytest.raises(FeelError):
        compile_expression(text)()


def test_a_long_condition_is_not_a_deep_one():
    assert compile_expression(" or ".join(["a = 1"] * 1000))({"a": 2}) is False


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(a*)*b", "([a-z]+)*x", "(", "a{1,99999999999}"])
def test_a_pattern_that_could_run_away_gives_null(pattern: str):
    assert compile_expression("matches(text, pattern)")({"text": "a" * 40, "pattern": pattern}) is None


def test_values_do_not_grow_without_end():
    grown = '{a: "0123456789", f: function(s, n) if n = 0 then s else f(s + s, n - 1), x: f(a, 30)}.x'

    assert compile_expression(grown)() is None
    assert compile_expression("9 ** 9 ** 9 ** 9")() is None


@settings(max_examples=300)
@given(st.text(alphabet='abn01.()[]{}<>=+-*/,:?@" ifthenlsorndtu', max_size=40))
def test_any_text_is_an_expression_or_a_fault(text: str):
    with contextlib.suppress(FeelError):
        compile_expression(text)({"a": 1, "b": [1, "x", None]})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(json_values)
def test_a_json_value_goes_through_unchanged(given_value):
    assert compile_expression("x")({"x": given_value}) == given_value
    assert compile_expression("x = x")({"x": given_value}) is True
