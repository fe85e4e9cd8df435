"""The newborn process, walked through in memory: everything granted, and each way in which it is not."""

from collections.abc import Callable
from importlib.resources import files

import pytest

from svc_workflow.engine import Message, Start, Withdraw, compile_process, effects

from .running import Running

GRAPH = compile_process(files("svc_workflow.processes").joinpath("newborn.bpmn").read_bytes())
VARIABLES = {
    "case": {"id": "case-1", "number": "440199-2026-000001"},
    "applicant": "mother-1",
    "parties": ["father-1"],
    "child": {"exchange_id": "deliveries-1", "record": 1, "subject_key": "child-1"},
    "exchanges": {
        "hospital-deliveries": {"exchange_id": "deliveries-1", "records": 2},
        "marriage": {"exchange_id": "marriage-1", "records": 1},
        "population": {"exchange_id": "population-1", "records": 1},
    },
    "departments": {"birth-registration": "police", "social-card": "human-resources"},
    "household": "mother",
    "clinic": "4401960101",
    "bank": "yxb",
    "insurance_place": "440196",
    "address_id": "address-1",
    "insurance_timing": "registration",
}


def started(**changes) -> Running:
    running = Running(GRAPH)
    running.tell(Start({**VARIABLES, **changes}))
    return running


def certify(case: Running) -> None:
    case.answer("request-certificate", exchange_id="certificate-1")
    case.receive("await-certificate", licence_id="licence-1")


def accept(case: Running) -> None:
    case.decide("receive-registration", "receive")
    case.decide("accept-registration", "accept")


def register(case: Running) -> None:
    """From the approval until the number exists."""
    case.decide("decide-registration", "approve")
    case.answer("fetch-household-book", parcel_id="parcel-in")
    case.receive("await-household-book")
    case.answer("enter-register", exchange_id="registration-1")
    case.answer("establish-guardianship", child_id="child-person-1")


def return_book(case: Running) -> None:
    case.answer("return-household-book", parcel_id="parcel-back")
    case.receive("await-return")


def insure(case: Running) -> None:
    case.answer("enrol", exchange_id="enrolment-1", premium=40000)
    case.answer("issue-bill", bill_id="bill-1")
    case.receive("await-payment", payment_id="payment-1", paid_at="2026-03-03T09:00:00+08:00")
    case.answer("confirm-payment")


def make_card(case: Running) -> None:
    case.decide("receive-card", "receive")
    case.decide("decide-card", "approve")
    case.answer("order-card")
    case.answer("send-card", parcel_id="parcel-card")
    case.receive("await-card")


def outcomes(case: Running) -> dict[str, str]:
    assert case.ended is not None
    assert sorted(case.closed_branches) == sorted(GRAPH.branches), "each branch closes once"
    return dict(case.ended.outcomes)


def all_but(outcome: str, *granted: str) -> dict[str, str]:
    return {branch: "granted" if branch in granted else outcome for branch in GRAPH.branches}


# -- granted -----------------------------------------------------------------------------------------------------------


def test_everything_is_granted():
    case = started()
    certify(case)
    case.answer("open-vaccination-record")
    accept(case)
    register(case)
    insure(case)
    make_card(case)
    assert case.ended is None
    return_book(case)

    assert outcomes(case) == all_but("", *GRAPH.branches)


def test_nothing_but_the_certificate_comes_first():
    case = started()

    assert case.open == {"request-certificate", "child-deceased"}
    certify(case)
    assert case.open == {"open-vaccination-record", "receive-registration", "child-deceased"}


def test_a_place_that_insures_by_certificate_does_not_wait_for_the_registration():
    case = started(insurance_timing="certificate")
    certify(case)

    assert "enrol" in case.open
    assert case.arguments("enrol")["values"]["number"] is None
    insure(case)
    case.answer("open-vaccination-record")
    accept(case)
    register(case)
    assert "enrol" not in case.open
    make_card(case)
    return_book(case)

    assert outcomes(case) == all_but("", *GRAPH.branches)


def test_what_needs_the_number_starts_when_it_exists_while_the_book_travels_back():
    case = started()
    certify(case)
    accept(case)
    register(case)

    assert {"enrol", "receive-card", "return-household-book"} <= case.open
    number = {"exchange_id": "registration-1", "field": "number", "record": 0}
    assert case.arguments("enrol")["values"]["number"] == number


def test_a_supplement_is_asked_once():
    case = started()
    certify(case)
    case.decide("receive-registration", "receive")
    case.decide("accept-registration", "supplement")
    assert "await-supplement" in case.open
    case.tell(Message("supplement.supplied", "birth-registration"))

    again = next(task for task in case.tasks.values() if task.element == "accept-after-supplement")
    assert again.decisions == ("accept", "refuse-to-accept")
    case.decide("accept-after-supplement", "accept")
    assert "decide-registration" in case.open


def test_an_appraisal_is_time_that_does_not_count_and_leads_back_to_the_decision():
    case = started()
    certify(case)
    accept(case)
    case.decide("decide-registration", "start-special-procedure")

    appraisal = next(task for task in case.tasks.values() if task.element == "special-procedure")
    assert appraisal.clock == "excluded"
    case.decide("special-procedure", "end-special-procedure")
    register(case)
    assert case.decided["birth-registration"] == ("granted", "")


def test_values_are_named_by_reference_and_never_carried():
    case = started()

    values = case.arguments("request-certificate")["values"]
    assert values["delivery_no"] == {"exchange_id": "deliveries-1", "field": "delivery_no", "record": 1}
    assert values["father_number"] == {"exchange_id": "marriage-1", "field": "spouse_number", "record": 0}
    assert values["child_name"] == {"form": "child_name"}
    assert case.arguments("request-certificate")["holders"] == ["mother-1", "father-1"]


def test_one_parent_alone_names_no_father():
    exchanges = {**VARIABLES["exchanges"], "marriage": {"exchange_id": "marriage-1", "records": 0}}
    case = started(exchanges=exchanges, parties=[])

    assert case.arguments("request-certificate")["values"]["father_number"] is None
    assert case.arguments("request-certificate")["holders"] == ["mother-1"]


# -- refused -----------------------------------------------------------------------------------------------------------


def test_a_leaf_refused_leaves_the_rest_standing():
    case = started()
    certify(case)
    case.answer("open-vaccination-record")
    accept(case)
    register(case)
    return_book(case)
    insure(case)
    case.decide("receive-card", "receive")
    case.decide("decide-card", "refuse", reason="photo-unusable")

    assert outcomes(case) == {**all_but("", *GRAPH.branches), "social-card": "refused"}
    assert case.decided["social-card"] == ("refused", "photo-unusable")


@pytest.mark.parametrize(
    ("refuse", "outcome"),
    [
        (lambda case: case.decide("accept-registration", "refuse-to-accept", reason="not-ours"), "not-accepted"),
        (
            lambda case: (
                case.decide("accept-registration", "accept"),
                case.decide("decide-registration", "refuse", reason="register-disagrees"),
            ),
            "refused",
        ),
        (
            lambda case: (
                case.decide("accept-registration", "supplement"),
                case.receive("await-supplement"),
                case.decide("accept-after-supplement", "refuse-to-accept", reason="papers-missing"),
            ),
            "not-accepted",
        ),
    ],
)
def test_the_root_refused_ends_what_depends_on_it(refuse: Callable[[Running], object], outcome: str):
    case = started()
    certify(case)
    case.answer("open-vaccination-record")
    case.decide("receive-registration", "receive")
    refuse(case)

    granted = all_but("prerequisite-refused", "birth-certificate", "vaccination")
    assert outcomes(case) == {**granted, "birth-registration": outcome}
    assert case.decided["birth-registration"][1] != ""


def test_the_root_refused_does_not_touch_an_insurance_that_did_not_wait():
    case = started(insurance_timing="certificate")
    certify(case)
    case.answer("open-vaccination-record")
    accept(case)
    case.decide("decide-registration", "refuse")
    assert case.ended is None
    insure(case)

    granted = all_but("prerequisite-refused", "birth-certificate", "vaccination", "medical-insurance")
    assert outcomes(case) == {**granted, "birth-registration": "refused"}


def test_without_a_certificate_nothing_starts():
    case = started()
    case.answer("request-certificate", "refused", "mother-mismatch")

    assert outcomes(case) == {**all_but("prerequisite-refused"), "birth-certificate": "refused"}
    assert case.decided["birth-certificate"] == ("refused", "mother-mismatch")


@pytest.mark.parametrize(
    ("element", "branch"),
    [("open-vaccination-record", "vaccination"), ("enrol", "medical-insurance"), ("order-card", "social-card")],
)
def test_a_department_that_says_no_decides_its_branch(element: str, branch: str):
    case = started()
    certify(case)
    accept(case)
    register(case)
    if element == "order-card":
        case.decide("receive-card", "receive")
        case.decide("decide-card", "approve")
    case.answer(element, "refused", "rule-broken")

    assert case.decided[branch] == ("refused", "rule-broken")


# -- troubles ----------------------------------------------------------------------------------------------------------


def test_a_department_that_is_down_is_an_incident_that_a_clerk_can_retry():
    case = started()
    certify(case)
    case.answer("open-vaccination-record", "failed", "department-down")

    incident = next(iter(case.incidents.values()))
    assert (incident.branch, incident.reason) == ("vaccination", "department-down")
    case.retry("open-vaccination-record")
    assert not case.incidents
    case.answer("open-vaccination-record")
    assert case.decided["vaccination"] == ("granted", "")


def test_a_parcel_that_arrives_before_its_order_is_confirmed_is_not_lost():
    case = started()
    certify(case)
    accept(case)
    case.decide("decide-registration", "approve")
    case.tell(Message("parcel.delivered", "parcel-in"))
    case.answer("fetch-household-book", parcel_id="parcel-in")

    assert "enter-register" in case.open


# -- withdrawn, silenced -----------------------------------------------------------------------------------------------


def test_withdrawing_at_once_stops_everything():
    case = started()
    case.tell(Withdraw("withdrawn"))

    assert outcomes(case) == all_but("withdrawn")


def test_withdrawing_midway_stops_what_is_undecided_and_facts_stand():
    case = started()
    certify(case)
    case.answer("open-vaccination-record")
    accept(case)
    case.tell(Withdraw("withdrawn"))

    assert outcomes(case) == all_but("withdrawn", "birth-certificate", "vaccination")
    assert effects.CloseTask in {type(effect) for effect in case.done}


def test_withdrawing_after_the_registration_is_granted_lets_it_finish():
    case = started()
    certify(case)
    case.answer("open-vaccination-record")
    accept(case)
    register(case)
    case.tell(Withdraw("withdrawn"))
    assert case.open == {"return-household-book", "child-deceased"}
    return_book(case)

    assert outcomes(case) == all_but("withdrawn", "birth-certificate", "vaccination", "birth-registration")


def test_withdrawing_one_branch_leaves_the_others_alone():
    case = started()
    certify(case)
    case.answer("open-vaccination-record")
    case.tell(Withdraw("withdrawn", ("social-card",)))
    accept(case)
    register(case)
    assert "receive-card" not in case.open
    insure(case)
    return_book(case)

    assert outcomes(case) == {**all_but("", *GRAPH.branches), "social-card": "withdrawn"}


def test_when_the_child_dies_everything_falls_silent():
    case = started()
    certify(case)
    case.answer("open-vaccination-record")
    accept(case)
    case.tell(Message("child.deceased", "child-1"))

    assert case.open == set()
    assert outcomes(case) == all_but("ended", "birth-certificate", "vaccination")
    assert case.decided["social-card"] == ("ended", "deceased")


def test_another_childs_death_changes_nothing():
    case = started()
    before = case.open
    case.tell(Message("child.deceased", "child-2"))

    assert case.open == before
    assert case.ended is None
