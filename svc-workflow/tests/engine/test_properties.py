"""Whatever is told in whatever order, however often: no token is lost or doubled, and a process ends once.

`Running` checks the invariants after each command: the host knows exactly the open waits, each wait has its token, each token
its scope, the history makes the state, and the packed state comes back whole.
"""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from svc_workflow.engine import (
    AnswerStep,
    CancelScope,
    Command,
    CompleteTask,
    Message,
    RetryStep,
    SetVariables,
    Start,
    TimerFired,
    Withdraw,
)
from svc_workflow.engine.errors import CommandRefused

from .models import boundary, duration, element, end, flows, gateway, lane, model, receive, start, step, task
from .running import Running
from .test_newborn import GRAPH as NEWBORN
from .test_newborn import VARIABLES

TANGLE = model(
    start(), gateway("inclusive", "split", default="split-to-c"), task("a", "on back", "x"), step("b", "x"),
    boundary("late", "a", duration("PT1H"), interrupting=False),
    lane("l", start("s"), gateway("parallel", "p"), task("d"), receive("r", correlation='"k"'), gateway("parallel", "q"), end("e"),
         flows("s > p > d > q > e\np > r > q")),
    element("subProcess", "c", start("s2"), task("f"), end("e2"), flows("s2 > f > e2")),
    gateway("exclusive", "again"), gateway("inclusive", "join"), task("g"), end(), end("aside"),
    flows("""start > split
             split > a if true
             split > b if first
             split > l if second
             split > c
             late > aside
             a > again
             again > a if decision = "back"
             again > join if decision = "on"
             b > join
             l > join
             c > join
             join > g > end"""),
)  # fmt: skip
ENDS = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def choices(case: Running) -> list[Command]:
    """Everything that could be said now: true answers, wrong ones, late ones, and orders from outside."""
    said: list[Command] = [Withdraw("withdrawn"), SetVariables({"first": False}), Start()]
    for wait in [*case.tasks.values()]:
        said += [CompleteTask(wait.id, {"decision": each}) for each in wait.decisions or ("none",)]
    for wait in case.steps.values():
        answer = {
            "exchange_id": f"of {wait.id}",
            "parcel_id": f"of {wait.id}",
            "bill_id": f"of {wait.id}",
            "premium": 400,
        }
        said += [AnswerStep(wait.id, outcome, answer, "reason") for outcome in ("done", "refused", "failed")]
    said += [Message(wait.message, wait.correlation) for wait in case.subscriptions.values()]
    said += [Message(name, "stray") for name in sorted(case.graph.messages)]
    said += [TimerFired(wait) for wait in case.timers]
    said += [RetryStep(wait) for wait in case.incidents]
    said += [CancelScope(node.id, "cancelled") for node in case.graph.nodes if node.start >= 0]
    return said


def tell(case: Running, command: Command) -> None:
    try:
        case.tell(command)
    except CommandRefused:
        case._check()


def wander(case: Running, data: st.DataObject, steps: int) -> None:
    said: list[Command] = []
    for _ in range(steps):
        if said and data.draw(st.integers(0, 3)) == 0:
            tell(case, data.draw(st.sampled_from(said)))
        else:
            said.append(data.draw(st.sampled_from(choices(case))))
            tell(case, said[-1])


def finish(case: Running) -> None:
    """Says yes to everything until the process ends."""
    for _ in range(200):
        if case.ended is not None:
            return
        for incident in list(case.incidents):
            tell(case, RetryStep(incident))
        for wait in list(case.tasks.values()):
            tell(case, CompleteTask(wait.id, {"decision": wait.decisions[0]} if wait.decisions else {}))
        for wait in list(case.steps):
            tell(
                case,
                AnswerStep(wait, "done", {"exchange_id": wait, "parcel_id": wait, "bill_id": wait, "premium": 400}),
            )
        for wait in list(case.subscriptions.values()):
            if wait.element != "child-deceased":
                tell(case, Message(wait.message, wait.correlation))
    raise AssertionError(f"does not end; open are {sorted(case.open)}")


@ENDS
@given(st.data(), st.sampled_from(["certificate", "registration"]))
def test_the_newborn_process_never_loses_its_way(data, timing):
    case = Running(NEWBORN)
    case.tell(Start({**VARIABLES, "insurance_timing": timing}))
    wander(case, data, 25)
    finish(case)

    assert set(case.ended.outcomes) == set(NEWBORN.branches)
    assert sorted(case.closed_branches) == sorted(NEWBORN.branches)


@ENDS
@given(st.data(), st.booleans(), st.booleans())
def test_a_tangle_never_loses_its_way(data, first, second):
    case = Running(TANGLE)
    case.tell(Start({"first": first, "second": second}))
    wander(case, data, 25)
    finish(case)

    assert case.state.tokens == {}


@ENDS
@given(st.data())
def test_the_order_of_what_happens_in_parallel_makes_no_difference_to_how_it_ends(data):
    case = Running(NEWBORN)
    case.tell(Start(VARIABLES))
    while case.ended is None:
        waiting = sorted(
            [*case.tasks.values(), *case.steps.values(), *case.subscriptions.values()], key=lambda wait: wait.element
        )
        wait = data.draw(st.sampled_from([each for each in waiting if each.element != "child-deceased"]))
        if wait.id in case.tasks:
            case.decide(wait.element, wait.decisions[0])
        elif wait.id in case.steps:
            ids = {"exchange_id": wait.id, "parcel_id": wait.id, "bill_id": wait.id, "premium": 400}
            case.answer(wait.element, **ids)
        else:
            case.receive(wait.element, licence_id="L-1")

    assert set(case.ended.outcomes.values()) == {"granted"}
