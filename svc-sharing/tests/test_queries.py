"""From a case's question to a department's sealed answer."""

import pytest

from chassis.identifiers import new_id
from chassis.testing import ServiceUnderTest
from contracts.events.sharing import AccessRecorded, SharingStepAnswered
from contracts.steps import Outcome
from demo.city import interfaces as bodies

from . import acting
from .acting import FATHER, MOTHER, MOTHER_OF_TWINS, answer_to, query


@pytest.fixture
async def hospital(service: ServiceUnderTest, healthy, peers):
    program = healthy["hospital"]
    await acting.configure(service, "hospital", bodies.hospital.connector(program.url, patience=0), program.secret)
    await acting.describe(service, "hospital-deliveries", bodies.RESOURCES["hospital-deliveries"])
    return program


async def prefill(service: ServiceUnderTest, case_id=None) -> SharingStepAnswered:
    return await answer_to(service, query(case_id or new_id(), "hospital-deliveries"))


async def test_a_query_under_a_grant_is_answered_with_identifiers_only(service, hospital):
    given = await acting.grant(service, bodies.GRANTS[0])

    answer = await prefill(service)

    assert answer.outcome is Outcome.DONE
    assert answer.result["records"] == 1
    assert len(answer.result["record_keys"]) == 1
    assert answer.result["grant_id"] == given["id"]
    assert "FM2026000001" not in str(answer.result)


async def test_the_person_concerned_reads_the_records_and_nobody_else_does(service, hospital):
    await acting.grant(service, bodies.GRANTS[0])
    exchange_id = (await prefill(service)).result["exchange_id"]

    mine = await service.as_person(MOTHER, "sharing:exchange:read").get(f"/exchanges/{exchange_id}")
    theirs = await service.as_person(FATHER, "sharing:exchange:read").get(f"/exchanges/{exchange_id}")

    assert mine.json()["source_name"] == "云溪市妇幼保健院"
    assert mine.json()["records"][0]["delivery_no"] == "FM2026000001"
    assert mine.json()["records"][0]["child_sex"] == "F"
    assert theirs.status_code == 404


async def test_a_second_delivery_of_the_question_asks_nobody_again(service, hospital):
    await acting.grant(service, bodies.GRANTS[0])
    step = query(new_id(), "hospital-deliveries")

    await answer_to(service, step)
    await answer_to(service, query(step.case_id, "hospital-deliveries", request_id=step.request_id))

    assert len(await service.published(SharingStepAnswered)) == 1
    assert len(await service.published(AccessRecorded)) == 1


async def test_without_a_grant_nobody_is_asked(service, hospital):
    answer = await prefill(service)

    assert (answer.outcome, answer.reason) == (Outcome.FAILED, "grant-missing")


async def test_the_record_key_of_a_child_is_the_same_in_every_case(service, hospital):
    await acting.grant(service, bodies.GRANTS[0])

    first, second = await prefill(service), await prefill(service)

    assert first.result["record_keys"] == second.result["record_keys"]
    assert first.result["exchange_id"] != second.result["exchange_id"]


async def test_a_person_without_records_has_an_empty_answer(service, hospital):
    await acting.grant(service, bodies.GRANTS[0])

    answer = await answer_to(service, query(new_id(), "hospital-deliveries", subject=FATHER))

    assert (answer.outcome, answer.result["records"]) == (Outcome.DONE, 0)


async def test_a_system_that_is_down_for_too_long_is_a_failure_that_says_so(service, hospital):
    await acting.grant(service, bodies.GRANTS[0])
    hospital.fault(down=True)

    answer = await prefill(service)

    assert (answer.outcome, answer.reason) == (Outcome.FAILED, "department-down")
    assert answer.result["source_name"] == "云溪市妇幼保健院"


async def test_a_system_that_fails_once_is_asked_again(service, hospital):
    config = bodies.hospital.connector(hospital.url)
    await acting.configure(service, "hospital", config, hospital.secret)
    await acting.grant(service, bodies.GRANTS[0])
    hospital.fault(fail_next=2)

    answer = await prefill(service)

    assert answer.outcome is Outcome.DONE
    assert hospital.faults["fail_next"] == 0


async def test_twins_are_two_records_with_keys_of_their_own(service, hospital):
    await acting.grant(service, bodies.GRANTS[0])
    case_id = new_id()

    answer = await answer_to(service, query(case_id, "hospital-deliveries", subject=MOTHER_OF_TWINS))
    second = {
        "fields": ["delivery_no", "birth_order"],
        "record": 1,
        "purpose": "newborn/prefill",
        "case_id": str(case_id),
    }
    resolved = await service.as_client("svc-profile", "sharing:exchange:resolve").post(
        f"/exchanges/{answer.result['exchange_id']}/resolve", json=second
    )

    assert answer.result["records"] == len(set(answer.result["record_keys"])) == 2
    assert resolved.json()["values"] == {"delivery_no": "FM2026000002", "birth_order": 2}


async def test_a_peer_that_is_away_is_waited_for(service, hospital, peers):
    await acting.configure(service, "hospital", bodies.hospital.connector(hospital.url), hospital.secret)
    await acting.grant(service, bodies.GRANTS[0])
    peers.away = 3

    answer = await prefill(service)

    assert (answer.outcome, peers.away) == (Outcome.DONE, 0)


@pytest.mark.parametrize(
    "arguments",
    [
        {"resource": "hospital-deliveries", "subject": "no-id"},
        {"resource": 7},
        {},
        {"resource": "hospital-deliveries", "values": {"number": {"exchange_id": "no-id", "field": "number"}}},
    ],
)
async def test_arguments_that_make_no_sense_are_a_failure_that_says_so(service, hospital, arguments):
    await acting.grant(service, bodies.GRANTS[0])
    step = query(new_id(), "hospital-deliveries").model_copy(update={"arguments": arguments})

    answer = await answer_to(service, step)

    assert (answer.outcome, answer.reason) in [
        (Outcome.FAILED, "arguments-invalid"),
        (Outcome.FAILED, "not-shared"),
    ]
