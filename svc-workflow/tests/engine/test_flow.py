"""Tokens through gateways: chosen, split, joined, merged."""

import pytest

from svc_workflow.engine import Start

from .models import element, end, flows, gateway, lane, model, start, task, throw
from .running import Running


def run(*inside: str, **variables) -> Running:
    running = Running(model(*inside))
    running.tell(Start(variables))
    return running


CHOICE = (
    start(), gateway("exclusive", "which", default="which-to-other"), task("small"), task("big"), task("other"), end(),
    flows("""start > which
             which > small if amount < 10
             which > big if amount > 100
             which > other
             small > end
             big > end
             other > end"""),
)  # fmt: skip


@pytest.mark.parametrize(("amount", "chosen"), [(3, "small"), (300, "big"), (50, "other")])
def test_an_exclusive_gateway_takes_one_way(amount: int, chosen: str):
    assert run(*CHOICE, amount=amount).open == {chosen}


def test_a_parallel_join_waits_for_all():
    case = run(
        start(), gateway("parallel", "split"), task("a"), task("b"), gateway("parallel", "join"), task("after"), end(),
        flows("start > split > a > join > after > end\nsplit > b > join"),
    )  # fmt: skip
    case.complete("a")
    assert case.open == {"b"}
    case.complete("b")
    assert case.open == {"after"}
    case.complete("after")
    assert case.ended is not None


def test_an_exclusive_merge_passes_each_token_on():
    case = run(
        start(), gateway("parallel", "split"), task("a"), task("b"), gateway("exclusive", "merge"), task("after"), end(),
        flows("start > split > a > merge > after > end\nsplit > b > merge"),
    )  # fmt: skip
    case.complete("a")
    case.complete("b")
    assert len(case.tasks) == 2
    case.complete("after")
    assert case.ended is None
    case.complete("after")
    assert case.ended is not None


def test_a_join_does_not_take_two_tokens_of_one_flow_for_both():
    case = run(
        start(), gateway("parallel", "split"), task("a"), task("b"), task("c"), gateway("exclusive", "merge"),
        gateway("parallel", "join"), end(),
        flows("start > split > a > merge > join > end\nsplit > b > merge\nsplit > c > join"),
    )  # fmt: skip
    case.complete("a")
    case.complete("b")
    assert case.ended is None
    case.complete("c")
    assert case.state.status == "running", "the second token of the merge still waits at the join"


INCLUSIVE = (
    start(), gateway("inclusive", "split", default="split-to-none"), task("a"), task("b"), task("none"),
    gateway("inclusive", "join"), task("after"), end(),
    flows("""start > split
             split > a if first
             split > b if second
             split > none
             a > join
             b > join
             none > join
             join > after > end"""),
)  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second", "opened"),
    [(True, True, {"a", "b"}), (True, False, {"a"}), (False, True, {"b"}), (False, False, {"none"})],
)
def test_an_inclusive_join_waits_for_what_was_split_and_no_more(first: bool, second: bool, opened: set[str]):
    case = run(*INCLUSIVE, first=first, second=second)
    assert case.open == opened
    for element_id in sorted(opened):
        case.complete(element_id)
    assert case.open == {"after"}
    assert len(case.tasks) == 1


def test_an_inclusive_join_waits_for_a_token_that_is_far_away():
    case = run(
        start(), gateway("parallel", "split"), task("a"), task("b"), task("c"), gateway("exclusive", "which", "which-to-end"),
        gateway("inclusive", "join"), task("after"), end(),
        flows("""start > split > a > join > after > end
                 split > b > c > which
                 which > join if comes
                 which > end"""),
        comes=False,
    )  # fmt: skip
    case.complete("a")
    assert case.open == {"b"}
    case.complete("b")
    assert case.open == {"c"}
    case.complete("c")
    assert case.open == {"after"}, "nothing can reach the join any more"


def test_an_activity_with_two_flows_splits_and_may_choose():
    case = run(
        start(), task("a"), task("b"), task("c"), task("d"), end(),
        flows("""start > a > b > end
                 a > c if wanted
                 a > d if not(wanted)
                 c > end
                 d > end"""),
        wanted=True,
    )  # fmt: skip
    case.complete("a")
    assert case.open == {"b", "c"}


def test_an_activitys_default_flow_is_for_when_no_condition_holds_beside_what_is_always_taken():
    inside = element("userTask", "a", extension='<onedoor:task action="a" post="p"/>', default="a-to-d")
    for wanted, opened in [(True, {"b", "c"}), (False, {"b", "d"})]:
        case = run(
            start(), inside, task("b"), task("c"), task("d"), end(),
            flows("start > a > b > end\na > c if wanted\na > d > end\nc > end"),
            wanted=wanted,
        )  # fmt: skip
        case.complete("a")
        assert case.open == opened


def test_a_loop_goes_round():
    case = run(
        start(), task("try", results="again"), gateway("exclusive", "enough", default="enough-to-end"), end(),
        flows("start > try > enough > end\nenough > try if again"),
    )  # fmt: skip
    for _ in range(3):
        case.complete("try", again=True)
    case.complete("try", again=False)
    assert case.ended is not None


def test_a_process_ends_when_no_token_is_left():
    case = run(
        start(), gateway("parallel", "split"), task("a"), task("b"), end("one"), end("two"),
        flows("start > split > a > one\nsplit > b > two"),
    )  # fmt: skip
    case.complete("a")
    assert case.ended is None
    case.complete("b")
    assert case.ended is not None


def test_a_terminate_end_event_ends_all_at_once():
    case = run(
        start(), gateway("parallel", "split"), task("a"), task("b"), lane("l", start("s"), task("c"), end("e"), flows("s > c > e")),
        end("one"), end("stop", "<d:terminateEventDefinition/>"),
        flows("start > split > a > stop\nsplit > b > one\nsplit > l > one"),
    )  # fmt: skip
    case.complete("a")
    assert case.ended is not None
    assert case.decided["l"] == ("terminated", "")
    assert not case.tasks


def test_a_terminate_end_event_ends_only_its_own_subprocess():
    inner = (
        start("s"), gateway("parallel", "p"), task("a"), throw("t"), end("stop", "<d:terminateEventDefinition/>"), end("e"),
        flows("s > p > a > e\np > t > stop"),
    )  # fmt: skip
    case = run(start(), lane("l", *inner), task("after"), end(), flows("start > l > after > end"))

    assert case.open == {"after"}


def test_a_terminate_end_event_also_ends_what_is_just_under_way():
    case = run(
        start(), gateway("parallel", "p"), task("a"), end("stop", "<d:terminateEventDefinition/>"), end(),
        flows("start > p > stop\np > a > end"),
    )  # fmt: skip

    assert case.ended is not None
    assert not case.tasks


def test_events_that_only_mark_a_place_are_passed():
    case = run(
        start(), throw("here"), element("intermediateThrowEvent", "there"), end(), flows("start > here > there > end")
    )

    assert case.ended is not None
