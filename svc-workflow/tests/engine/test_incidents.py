"""Where a process cannot go on it stays put, says so, and can be tried again."""

import pytest

from svc_workflow.engine import RetryStep, RunawayProcess, SetVariables, Start, State, events

from .models import end, flows, gateway, lane, model, start, step, task, throw
from .running import Running


def run(*inside: str, **variables) -> Running:
    running = Running(model(*inside))
    running.tell(Start(variables))
    return running


ONE_WAY = (start(), gateway("exclusive", "which"), task("a"), task("b"), end(),
           flows("start > which\nwhich > a if x = 1\nwhich > b if x = 2\na > end\nb > end"))  # fmt: skip


@pytest.mark.parametrize(
    ("x", "reason"),
    [
        (3, "no flow's condition holds and there is no default flow"),
        ("1", "which-to-a: x = 1: gave None, neither true nor false"),
    ],
)
def test_a_choice_that_cannot_be_made_waits_for_somebody_to_mend_it(x, reason: str):
    case = run(*ONE_WAY, x=x)
    assert [(each.element, each.reason) for each in case.incidents.values()] == [("which", reason)]
    case.retry("which")
    assert len(case.incidents) == 1, "nothing was mended"
    case.tell(SetVariables({"x": 2}))
    case.retry("which")

    assert case.open == {"b"}


def test_a_condition_that_costs_too_much_is_an_incident():
    case = run(
        start(), gateway("exclusive", "which"), task("a"), task("b"), end(),
        flows("start > which\nwhich > a if count(for i in 1..10000000 return i) > 1\nwhich > b if x = 2\na > end\nb > end"),
    )  # fmt: skip

    assert [each.element for each in case.incidents.values()] == ["which"]


def test_a_task_whose_department_is_not_known_is_not_opened():
    case = run(start(), task("it", department="=departments.police"), end(), flows("start > it > end"))
    assert not case.tasks
    case.tell(SetVariables({"departments": {"police": "P-1"}}))
    case.retry("it")

    assert next(iter(case.tasks.values())).department == "P-1"


def test_the_answer_is_kept_when_the_way_on_is_not_found():
    case = run(
        start(), step("ask", "x"), task("a"), end(), flows("start > ask\nask > a if x = 1\nask > end if x = 2\na > end"),
    )  # fmt: skip
    case.answer("ask", x=3)
    assert case.state.variables[0] == {"x": 3}
    case.tell(SetVariables({"x": 1}))
    case.retry("ask")

    assert case.open == {"a"}


def test_retrying_twice_is_retrying_once():
    case = run(start(), step("ask"), end(), flows("start > ask > end"))
    case.answer("ask", "failed")
    incident = next(iter(case.incidents))
    case.tell(RetryStep(incident))
    case.tell(RetryStep(incident))

    assert case.history[-1] == events.Ignored("RetryStep", "not-open")
    assert len(case.steps) == 1


def test_an_outcome_that_is_no_text_is_an_incident():
    inside = lane(
        "l", start("s"), throw("t", extension='<onedoor:outcome value="=verdict"/>'), end("e"), flows("s > t > e")
    )
    case = run(start(), inside, end(), flows("start > l > end"))

    assert [each.element for each in case.incidents.values()] == ["t"]


def test_an_inclusive_join_that_is_stuck_does_not_join_twice():
    case = run(
        start(), gateway("parallel", "split"), task("a"), task("b"), gateway("inclusive", "join"), task("c"), task("d"), end(),
        flows("start > split > a > join\nsplit > b > join\njoin > c if x = 1\njoin > d if x = 2\nc > end\nd > end"),
    )  # fmt: skip
    case.complete("a")
    case.complete("b")
    assert len(case.incidents) == 1
    case.tell(SetVariables({"x": 2}))
    case.retry("join")

    assert case.open == {"d"}


def test_a_process_that_goes_round_without_end_is_stopped():
    graph = model(start(), gateway("exclusive", "m"), throw("t"), gateway("exclusive", "x", "x-to-m"), end(),
                  flows("start > m > t > x > m\nx > end if false"))  # fmt: skip
    case = Running(graph)

    with pytest.raises(RunawayProcess):
        case.tell(Start())
    assert case.state == State()
