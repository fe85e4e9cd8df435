"""Events on the edge of an activity: they interrupt it or run beside it."""

from svc_workflow.engine import AnswerStep, Message, Start

from .models import (
    ESCALATION,
    ON_ANY_ERROR,
    ON_MESSAGE,
    ON_REFUSED,
    boundary,
    duration,
    element,
    end,
    flows,
    lane,
    model,
    start,
    step,
    task,
    throw,
)
from .running import Running


def run(*inside: str, **variables) -> Running:
    """start → it → end, and what hangs on it → aside → end."""
    both = flows("start > it > end\nedge > aside > end")
    running = Running(model(start(), *inside, task("aside"), end(), both))
    running.tell(Start(variables))
    return running


def test_an_interrupting_timer_takes_the_task_away():
    case = run(task("it"), boundary("edge", "it", duration("PT1H")))
    assert case.open == {"it", "edge"}
    case.fire("edge")
    assert case.open == {"aside"}


def test_a_timer_that_does_not_interrupt_runs_beside_the_task():
    case = run(task("it"), boundary("edge", "it", duration("PT1H"), interrupting=False))
    case.fire("edge")
    assert case.open == {"it", "aside"}
    case.complete("it")
    case.complete("aside")
    assert case.ended is not None


def test_a_finished_task_takes_its_timer_with_it():
    case = run(task("it"), boundary("edge", "it", duration("PT1H")))
    case.complete("it")
    assert case.ended is not None


def test_a_message_on_the_edge_may_come_again_and_again_if_it_does_not_interrupt():
    case = run(task("it"), boundary("edge", "it", ON_MESSAGE, interrupting=False))
    case.receive("edge")
    case.receive("edge")
    assert len([each for each in case.tasks.values() if each.element == "aside"]) == 2
    assert "edge" in case.open


def test_a_message_on_the_edge_of_a_subprocess_ends_all_in_it():
    inside = lane("it", start("s"), task("inner"), end("e"), flows("s > inner > e"))
    extension = '<onedoor:outcome value="ended" reason="deceased"/><onedoor:message correlation="child"/>'
    case = run(inside, boundary("edge", "it", ON_MESSAGE, extension=extension), child="C-1")
    case.tell(Message("one", "C-2"))
    assert case.open == {"inner", "edge"}
    case.tell(Message("one", "C-1"))

    assert case.open == {"aside"}
    assert case.decided["it"] == ("ended", "deceased")


def test_an_early_message_interrupts_what_has_hardly_begun():
    case = Running(
        model(
            start(), task("before"), task("it"), boundary("edge", "it", ON_MESSAGE), task("aside"), end(),
            flows("start > before > it > end\nedge > aside > end"),
        )
    )  # fmt: skip
    case.tell(Start())
    case.tell(Message("one"))
    case.complete("before")

    assert case.open == {"aside"}


def test_a_refused_step_goes_the_way_of_its_error():
    case = run(
        step("it"),
        boundary("edge", "it", ON_REFUSED, extension='<onedoor:error><onedoor:result name="reason"/></onedoor:error>'),
    )
    case.answer("it", "refused", "rule-broken")

    assert case.open == {"aside"}
    assert case.state.variables[0] == {"reason": "rule-broken"}


def test_the_reason_may_stand_in_the_result():
    case = run(step("it"), boundary("edge", "it", ON_REFUSED))
    case.tell(AnswerStep(next(iter(case.steps)), "failed", {"reason": "grant-expired"}))

    assert [each.reason for each in case.incidents.values()] == ["grant-expired"]


def test_another_error_is_not_caught():
    case = run(step("it"), boundary("edge", "it", ON_REFUSED))
    case.answer("it", "lost", "who-knows")

    assert [each.reason for each in case.incidents.values()] == ["who-knows"]


def test_an_edge_without_a_code_catches_every_error_but_not_a_failure():
    case = run(step("it"), boundary("edge", "it", ON_ANY_ERROR))
    case.answer("it", "failed", "department-down")
    assert case.open == {"it"}
    case.retry("it")
    case.answer("it", "lost")
    assert case.open == {"aside"}


def test_an_error_end_event_goes_outwards():
    thrown = '<d:errorEventDefinition errorRef="err-refused"/>'
    deep = element("subProcess", "deep", start("s2"), task("inner"), end("e2", thrown), flows("s2 > inner > e2"))
    case = run(lane("it", start("s"), deep, end("e"), flows("s > deep > e")), boundary("edge", "it", ON_REFUSED))
    case.complete("inner")

    assert case.open == {"aside"}


def test_an_error_that_nothing_catches_is_an_incident():
    thrown = '<d:errorEventDefinition errorRef="err-refused"/>'
    case = Running(model(start(), end("stop", thrown), flows("start > stop")))
    case.tell(Start())

    assert [each.element for each in case.incidents.values()] == ["stop"]


def test_an_escalation_may_let_its_subprocess_go_on_and_shows_what_it_knows():
    inner = (
        start("s"), task("first", results="number"), throw("up", ESCALATION), task("second"), end("e"),
        flows("s > first > up > second > e"),
    )  # fmt: skip
    case = run(lane("it", *inner), boundary("edge", "it", ESCALATION, interrupting=False))
    case.complete("first", number=7)

    assert case.open == {"second", "aside"}
    assert case.state.variables[0] == {"it": {"number": 7}}


def test_an_escalation_may_interrupt():
    inner = (start("s"), throw("up", ESCALATION), task("second"), end("e"), flows("s > up > second > e"))
    case = run(lane("it", *inner), boundary("edge", "it", ESCALATION))

    assert case.open == {"aside"}
    assert case.decided["it"] == ("edge", "")


def test_an_escalation_that_nobody_takes_is_let_pass():
    case = Running(
        model(start(), throw("up", ESCALATION), task("it"), end("e", ESCALATION), flows("start > up > it > e"))
    )
    case.tell(Start())
    case.complete("it")

    assert case.ended is not None
