"""Subprocesses: their variables, their outcomes, and ending them from outside."""

import pytest

from svc_workflow.engine import CancelScope, SetVariables, Start, Withdraw, effects, events
from svc_workflow.engine.errors import UnknownElement

from .models import boundary, duration, element, end, flows, gateway, lane, model, start, step, task, throw
from .running import Running


def one_task(id: str, results: str = "", outcome: str = "") -> str:
    """A lane with one task of the same name in capitals."""
    name = id.upper()
    ends = end(f"{id}-end", outcome=outcome)
    return lane(id, start(f"{id}-start"), task(name, results=results), ends, flows(f"{id}-start > {name} > {id}-end"))


def two_lanes(**variables) -> Running:
    case = Running(
        model(
            start(), gateway("parallel", "split"), one_task("left", "found", "=found"), one_task("right", "found"),
            gateway("parallel", "join"), task("after"), end(),
            flows("start > split > left > join > after > end\nsplit > right > join"),
        )
    )  # fmt: skip
    case.tell(Start(variables))
    return case


def test_parallel_subprocesses_do_not_see_each_others_variables():
    case = two_lanes()
    case.complete("LEFT", found="gold")
    case.complete("RIGHT", found="lead")

    root = case.state.variables[0]
    assert root["left"] == {"found": "gold", "outcome": "gold"}
    assert root["right"] == {"found": "lead", "outcome": "completed"}


def test_a_variable_known_outside_is_changed_there():
    case = two_lanes(found="nothing")
    case.complete("LEFT", found="gold")

    assert case.state.variables[0]["found"] == "gold"


def test_a_branch_is_opened_decided_and_closed_once():
    case = two_lanes()
    case.complete("LEFT", found="gold")

    told = [effect for effect in case.done if getattr(effect, "branch", None) == "left" and not hasattr(effect, "id")]
    assert told == [
        effects.OpenBranch("left"),
        effects.DecideBranch("left", "gold"),
        effects.CloseBranch("left", "gold"),
    ]


def test_a_branch_may_be_decided_before_its_work_is_done():
    decided = throw("known", extension='<onedoor:outcome value="granted" reason="as-asked"/>')
    inside = (start("s"), decided, task("deliver"), end("e"), flows("s > known > deliver > e"))
    case = Running(model(start(), lane("it", *inside), end(), flows("start > it > end")))
    case.tell(Start())

    assert case.decided == {"it": ("granted", "as-asked")}
    assert case.closed_branches == []
    case.tell(Withdraw("withdrawn"))
    assert case.history[-1] == events.Ignored("Withdraw", "decided-already")
    case.complete("deliver")
    assert case.closed_branches == ["it"]


# -- cancelling --------------------------------------------------------------------------------------------------------


def test_cancelling_a_subprocess_lets_the_join_go_on():
    case = two_lanes()
    case.tell(CancelScope("left", "given-up"))
    assert case.open == {"RIGHT"}
    case.complete("RIGHT")

    assert case.open == {"after"}
    assert case.decided["left"] == ("given-up", "")


def test_cancelling_what_does_not_run_is_ignored_and_what_is_no_subprocess_refused():
    case = two_lanes()
    case.tell(CancelScope("left", "given-up"))
    case.tell(CancelScope("left", "given-up"))

    assert case.history[-1] == events.Ignored("CancelScope", "not-running")
    for name in ("after", "nobody"):
        with pytest.raises(UnknownElement):
            case.tell(CancelScope(name, "given-up"))


def test_cancelling_takes_everything_inside_with_it():
    deep = element("subProcess", "deep", start("s2"), step("ask"), end("e2"), flows("s2 > ask > e2"))
    inside = (
        start("s"), gateway("parallel", "p"), deep, task("do"), boundary("late", "do", duration("PT1H")), end("e"),
        flows("s > p > deep > e\np > do > e\nlate > e"),
    )  # fmt: skip
    case = Running(model(start(), lane("it", *inside), task("after"), end(), flows("start > it > after > end")))
    case.tell(Start())
    assert case.open == {"ask", "do", "late"}
    told = case.tell(CancelScope("it", "given-up"))

    assert case.open == {"after"}
    assert {effect.how for effect in told if hasattr(effect, "how")} == {"given-up"}


def test_variables_of_a_running_subprocess_can_be_corrected():
    case = two_lanes()
    case.tell(SetVariables({"found": "silver"}, "left"))
    case.tell(CancelScope("left", "given-up"))

    assert case.state.variables[0]["left"] == {"found": "silver", "outcome": "given-up"}


# -- withdrawing -------------------------------------------------------------------------------------------------------


def in_turn() -> Running:
    case = Running(
        model(
            start(),
            one_task("first", outcome="granted"),
            one_task("second"),
            end(),
            flows("start > first > second > end"),
        )
    )
    case.tell(Start())
    return case


def test_withdrawing_ends_what_runs_and_what_has_not_begun():
    case = in_turn()
    case.tell(Withdraw("withdrawn"))

    assert case.ended == effects.EndInstance({"first": "withdrawn", "second": "withdrawn"})
    assert effects.OpenBranch("second") not in case.done


def test_withdrawing_leaves_what_is_decided():
    case = in_turn()
    case.complete("FIRST")
    case.tell(Withdraw("withdrawn"))

    assert case.ended == effects.EndInstance({"first": "granted", "second": "withdrawn"})


def test_withdrawing_a_branch_that_has_not_begun_lets_the_others_run():
    case = in_turn()
    case.tell(Withdraw("withdrawn", ("second",)))
    assert case.open == {"FIRST"}
    case.complete("FIRST")

    assert case.ended == effects.EndInstance({"first": "granted", "second": "withdrawn"})


def test_withdrawing_twice_is_withdrawing_once():
    case = two_lanes()
    case.tell(Withdraw("withdrawn"))
    case.tell(Withdraw("withdrawn"))

    assert case.open == {"after"}
    assert case.history[-1] == events.Ignored("Withdraw", "decided-already")


def test_a_branch_that_is_none_cannot_be_withdrawn():
    with pytest.raises(UnknownElement):
        two_lanes().tell(Withdraw("withdrawn", ("nobody",)))
