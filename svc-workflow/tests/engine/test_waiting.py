"""Tasks, steps, messages and timers: what is asked of the host, and what becomes of answers, late ones too."""

from datetime import timedelta

import pytest

from svc_workflow.engine import (
    AnswerStep,
    CompleteTask,
    Message,
    SetVariables,
    Start,
    TimerFired,
    Withdraw,
    effects,
    events,
)
from svc_workflow.engine.errors import (
    AnswerUnusable,
    DecisionNotOffered,
    NotStarted,
    TooManyMessages,
    UnknownElement,
    UnknownMessage,
)

from .models import duration, element, end, flows, gateway, model, moment, receive, start, step, task, timer
from .running import NOW, Running


def run(*inside: str, due=None, **variables) -> Running:
    running = Running(model(*inside), due)
    running.tell(Start(variables))
    return running


def one(*inside: str, due=None, **variables) -> Running:
    """start → it → end"""
    return run(start(), *inside, end(), flows("start > it > end"), due=due, **variables)


def ignored(case: Running) -> events.Ignored:
    last = case.history[-1]
    assert isinstance(last, events.Ignored)
    return last


# -- tasks -------------------------------------------------------------------------------------------------------------


def test_a_task_says_who_has_to_do_what():
    limited = element(
        "userTask", "it", name="Decide", extension=(
            '<onedoor:task action="decide" department="=departments.police" post="clerk" decisions="yes no">'
            '<onedoor:limit amount="=days" unit="working-days"/><onedoor:argument name="of" value="case"/></onedoor:task>'
        ),
    )  # fmt: skip
    case = one(limited, departments={"police": "P-1"}, days=3, case="C-1")

    assert list(case.tasks.values()) == [
        effects.OpenTask(
            id="w1", element="it", name="Decide", branch=None, action="decide", department="P-1", post="clerk",
            decisions=("yes", "no"), clock="running", limit=(3, "working-days"), arguments={"of": "C-1"},
        )
    ]  # fmt: skip


def test_of_what_a_task_answers_only_what_is_declared_is_kept():
    case = one(task("it", "yes no", "reason"))
    case.complete("it", decision="yes", reason="good", name="a personal value")

    assert case.state.variables[0] == {"decision": "yes", "reason": "good"}


def test_a_decision_that_is_not_offered_is_refused():
    case = one(task("it", "yes no"))

    with pytest.raises(DecisionNotOffered):
        case.complete("it", decision="maybe")
    with pytest.raises(DecisionNotOffered):
        case.complete("it")
    assert case.open == {"it"}


def test_completing_a_task_twice_is_completing_it_once():
    case = run(start(), task("it"), task("next"), end(), flows("start > it > next > end"))
    task_id = next(iter(case.tasks))
    case.tell(CompleteTask(task_id))
    case.tell(CompleteTask(task_id))

    assert ignored(case) == events.Ignored("CompleteTask", "not-open")
    assert case.open == {"next"}


# -- steps -------------------------------------------------------------------------------------------------------------


def test_a_step_names_its_capability_and_its_arguments():
    case = one(step("it", "exchange_id", arguments={"resource": '"births"', "of": "case.id"}), case={"id": "C-1"})

    request = next(iter(case.steps.values()))
    assert (request.capability, request.arguments) == ("sharing.query", {"resource": "births", "of": "C-1"})
    case.answer("it", exchange_id="E-1", number="a personal value")
    assert case.state.variables[0] == {"case": {"id": "C-1"}, "exchange_id": "E-1"}


def test_a_late_or_repeated_answer_changes_nothing():
    case = run(start(), step("it"), step("next"), end(), flows("start > it > next > end"))
    request = next(iter(case.steps))
    case.tell(AnswerStep(request, "failed", reason="department-down"))
    case.tell(AnswerStep(request, "done"))

    assert ignored(case) == events.Ignored("AnswerStep", "not-open")
    assert case.incidents
    case.retry("it")
    assert next(iter(case.steps)) != request


def test_an_answer_that_costs_too_much_to_read_is_refused():
    asked = element(
        "serviceTask", "it",
        extension='<onedoor:step capability="c"><onedoor:result name="n" from="count(for i in 1..1000000 return i)"/></onedoor:step>',
    )  # fmt: skip
    case = one(asked)

    with pytest.raises(AnswerUnusable):
        case.answer("it")
    assert case.open == {"it"}


# -- messages ----------------------------------------------------------------------------------------------------------


def test_a_message_finds_the_one_that_waits_for_its_value():
    case = run(
        start(), gateway("parallel", "split"), receive("a", correlation="first", results="weight"),
        receive("b", correlation="second"), end(), flows("start > split > a > end\nsplit > b > end"),
        first="P-1", second="P-2",
    )  # fmt: skip
    case.tell(Message("one", "P-2"))
    assert case.open == {"a"}
    case.tell(Message("one", "P-1", {"weight": 5, "name": "a personal value"}))

    assert case.ended is not None
    assert case.state.variables[0] == {"first": "P-1", "second": "P-2", "weight": 5}


def test_a_message_that_comes_early_is_kept_until_it_is_awaited():
    case = run(start(), task("before"), receive("it", results="x"), end(), flows("start > before > it > end"))
    case.tell(Message("one", "", {"x": 1}))
    case.complete("before")

    assert case.ended is not None
    assert case.state.variables[0] == {"x": 1}


def test_a_message_heard_already_is_not_kept_for_another_time():
    case = run(
        start(), receive("it"), task("between"), receive("again"), end(), flows("start > it > between > again > end")
    )
    case.tell(Message("one"))
    case.tell(Message("one"))
    assert ignored(case) == events.Ignored("Message", "heard-already")
    case.complete("between")

    assert case.open == {"again"}


def test_one_message_is_kept_once():
    case = run(
        start(), task("before"), receive("it"), receive("again"), end(), flows("start > before > it > again > end")
    )
    case.tell(Message("one"))
    case.tell(Message("one"))
    assert ignored(case) == events.Ignored("Message", "kept-already")
    case.complete("before")

    assert case.open == {"again"}


def test_a_process_does_not_keep_messages_without_end():
    case = one(receive("it", correlation='"mine"'))
    for number in range(32):
        case.tell(Message("one", str(number)))

    with pytest.raises(TooManyMessages):
        case.tell(Message("one", "one more"))


def test_a_message_the_process_never_waits_for_is_refused():
    with pytest.raises(UnknownMessage):
        one(task("it")).tell(Message("nobody"))


# -- timers ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("definition", "due"),
    [
        (duration("PT1H30M"), "2026-03-02T10:30:00+00:00"),
        (duration("P1M"), "2026-04-02T09:00:00+00:00"),
        (duration("=wait"), "2026-03-04T09:00:00+00:00"),
        (moment("2026-05-01T00:00:00+08:00"), "2026-04-30T16:00:00+00:00"),
        (moment("=day"), "2026-06-01T00:00:00+00:00"),
    ],
)  # fmt: skip
def test_a_timer_is_due_when_the_model_says(definition: str, due: str):
    case = one(timer("it", definition), wait="P2D", day="2026-06-01")

    assert next(iter(case.timers.values())).due == due
    case.fire("it")
    assert case.ended is not None


LIMITED = element(
    "intermediateCatchEvent",
    "it",
    "<d:timerEventDefinition/>",
    extension='<onedoor:timer amount="5" unit="working-days"/>',
)


def test_a_timer_may_count_on_the_citys_calendar():
    case = one(LIMITED, due=lambda start, amount, unit: start + timedelta(days=amount + 2))

    assert next(iter(case.timers.values())).due == (NOW + timedelta(days=7)).isoformat()


@pytest.mark.parametrize("definition", [LIMITED, timer("it", duration("=nothing")), timer("it", duration("=number"))])
def test_a_timer_without_an_end_is_an_incident(definition: str):
    case = one(definition, number=5)

    assert len(case.incidents) == 1
    assert not case.timers


def test_a_timer_that_fires_twice_fires_once():
    case = run(start(), timer("it", duration("PT1H")), task("next"), end(), flows("start > it > next > end"))
    timer_id = next(iter(case.timers))
    case.tell(TimerFired(timer_id))
    case.tell(TimerFired(timer_id))

    assert ignored(case) == events.Ignored("TimerFired", "not-open")
    assert case.open == {"next"}


# -- in general --------------------------------------------------------------------------------------------------------


def test_nothing_can_be_asked_before_the_start_and_a_second_start_is_none():
    running = Running(model(start(), task("it"), end(), flows("start > it > end")))
    with pytest.raises(NotStarted):
        running.tell(Message("one"))
    running.tell(Start())
    running.tell(Start())

    assert ignored(running) == events.Ignored("Start", "started-already")


def test_an_ended_process_ignores_everything():
    case = one(task("it"))
    case.complete("it")
    for command in (CompleteTask("w1"), Message("nobody"), Withdraw("withdrawn"), Start()):
        case.tell(command)
        assert ignored(case).reason == "ended"


def test_variables_can_be_corrected():
    case = one(task("it"), amount=1)
    case.tell(SetVariables({"amount": 2}))

    assert case.state.variables[0] == {"amount": 2}
    with pytest.raises(UnknownElement):
        case.tell(SetVariables({"amount": 2}, "it"))
