"""Values by reference into departments' systems, their decisions back, each use a line for the person."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from chassis.identifiers import new_id
from contracts.events.sharing import AccessRecorded, SharingStepAnswered
from contracts.events.workflow import StepCancelled
from contracts.steps import Capability, Outcome
from demo.city import interfaces as bodies
from svc_sharing.models import Grant

from . import acting, newborn
from .acting import FATHER, MOTHER, answer_to, submission
from .newborn import NAME, ref, submit

FORBIDDEN = (NAME, "李晓雯", "陈北辰", "440196199504120024", "440197199308170012", "FM2026000001")


async def test_every_source_of_a_submission_is_a_line_for_the_person(service, town, peers):
    case_id = new_id()
    known = await newborn.prefilled(service, case_id)

    _, answer = await submit(
        service, peers, case_id, "birth-certificate-request", "birth-certificate", newborn.certificate(known)
    )

    assert answer.outcome is Outcome.DONE
    assert answer.result["fields"] == ["request_no"]
    lines = [line for line in await service.published(AccessRecorded) if line.purpose == "newborn/birth-certificate"]
    assert {(line.resource_code, tuple(line.fields), line.reader_name) for line in lines} == {
        ("hospital-deliveries", ("birth_order", "delivery_no"), "云溪市妇幼保健院"),
        ("population", ("name", "number"), "云溪市妇幼保健院"),
        ("marriage", ("spouse_name", "spouse_number"), "云溪市妇幼保健院"),
        ("application-form", ("child_name",), "云溪市妇幼保健院"),
    }
    assert {line.person_id for line in lines} == {MOTHER}


async def test_the_whole_bundle_runs_on_references_alone(service, town, peers, reports):
    case_id = new_id()
    known = await newborn.prefilled(service, case_id)
    _, licence_id = await newborn.certified(service, peers, reports, case_id, known)

    _, registered = await submit(
        service, peers, case_id, "birth-registration", "birth-registration", newborn.registration(known, licence_id)
    )
    register = registered.result["exchange_id"]
    _, vaccinated = await submit(service, peers, case_id, "vaccination-record", "vaccination", {
        "delivery_no": ref(known["hospital-deliveries"], "delivery_no"),
        "birth_order": ref(known["hospital-deliveries"], "birth_order"),
        "child_name": {"form": "child_name"},
        "child_sex": ref(known["hospital-deliveries"], "child_sex"),
        "born_at": ref(known["hospital-deliveries"], "born_at"),
        "clinic": "4401960101",
    })  # fmt: skip
    _, enrolled = await submit(service, peers, case_id, "insurance-enrolment", "medical-insurance", {
        "number": ref(register, "number"), "name": {"form": "child_name"}, "place": "440196",
    })  # fmt: skip
    _, paid = await submit(service, peers, case_id, "insurance-payment", "medical-insurance", {
        "bill_no": ref(enrolled.result["exchange_id"], "bill_no"), "amount": enrolled.result["premium"],
        "payment_id": str(new_id()), "paid_at": "2026-11-23T10:00:00+08:00",
    })  # fmt: skip
    _, card = await submit(service, peers, case_id, "social-card-order", "social-card", {
        "number": ref(register, "number"), "name": {"form": "child_name"}, "bank": "YXB",
    })  # fmt: skip

    outcomes = [answer.outcome for answer in (registered, vaccinated, enrolled, paid, card)]
    assert outcomes == [Outcome.DONE] * 5, (registered, vaccinated, enrolled, paid, card)
    assert (enrolled.result["premium"], paid.result["state"]) == (40000, "active")
    assert {"order_no", "card_no", "made_on"} <= set(card.result["fields"])
    told = str(await service.published(SharingStepAnswered)) + str(await service.published(AccessRecorded))
    assert not [value for value in FORBIDDEN if value in told]


async def test_an_expired_grant_is_an_answer_a_clerk_can_act_on(service, town, peers):
    case_id = new_id()
    known = await newborn.prefilled(service, case_id)
    await _expire(service, "population", "newborn/birth-certificate")

    _, answer = await submit(
        service, peers, case_id, "birth-certificate-request", "birth-certificate", newborn.certificate(known)
    )
    assert (answer.outcome, answer.reason) == (Outcome.FAILED, "grant-expired")

    later = {**bodies.GRANTS[3], "until": (datetime.now(UTC) + timedelta(days=1)).isoformat()}
    await acting.grant(service, later)
    _, retried = await submit(
        service, peers, case_id, "birth-certificate-request", "birth-certificate", newborn.certificate(known)
    )
    assert retried.outcome is Outcome.DONE


async def _expire(service, resource, purpose):
    async with service.session() as session:
        past = datetime.now(UTC) - timedelta(seconds=1)
        old = update(Grant).where(Grant.resource_code == resource, Grant.purpose == purpose)
        await session.execute(old.values(expires_at=past))


async def test_a_department_that_says_no_is_a_refusal_with_our_code_for_why(service, town, peers):
    case_id = new_id()
    known = await newborn.prefilled(service, case_id)
    values = {**newborn.certificate(known), "birth_order": 2}

    _, answer = await submit(service, peers, case_id, "birth-certificate-request", "birth-certificate", values)

    assert (answer.outcome, answer.reason) == (Outcome.REFUSED, "delivery-not-found")


async def test_values_that_a_department_could_not_use_were_seen_all_the_same(service, town, peers):
    case_id = new_id()
    known = await newborn.prefilled(service, case_id)
    values = {**newborn.certificate(known), "birth_order": 0}

    _, answer = await submit(service, peers, case_id, "birth-certificate-request", "birth-certificate", values)

    assert (answer.outcome, answer.reason) == (Outcome.FAILED, "department-error")
    seen = [
        line.resource_code for line in await service.published(AccessRecorded) if line.purpose.endswith("certificate")
    ]
    assert sorted(seen) == ["application-form", "hospital-deliveries", "marriage", "population"]


async def test_another_cases_exchange_is_no_reference(service, town, peers):
    known = await newborn.prefilled(service, new_id())

    _, answer = await submit(
        service, peers, new_id(), "birth-certificate-request", "birth-certificate", newborn.certificate(known)
    )

    assert (answer.outcome, answer.reason) == (Outcome.FAILED, "reference-unknown")


async def test_a_cancelled_question_is_neither_asked_nor_answered(service, town, peers):
    step = submission(new_id(), "social-card-order", {}, purpose="newborn/social-card")
    await service.receive(step)
    await service.receive(
        StepCancelled(request_id=step.request_id, case_id=step.case_id, capability=Capability.SHARING_SUBMIT)
    )

    await service.run_jobs()

    assert await service.published(SharingStepAnswered) == []


async def test_the_father_reads_what_was_registered_for_his_child(service, town, peers):
    case_id = new_id()
    known = await newborn.prefilled(service, case_id)
    _, answer = await submit(
        service, peers, case_id, "birth-certificate-request", "birth-certificate", newborn.certificate(known)
    )

    shown = await service.as_person(FATHER, "sharing:exchange:read").get(f"/exchanges/{answer.result['exchange_id']}")

    assert shown.json()["records"][0]["request_no"].startswith("SQ")


async def test_a_missing_value_is_found_before_the_department_is_asked(service, town):
    answer = await answer_to(
        service, submission(new_id(), "social-card-order", {"name": "甲"}, purpose="newborn/social-card")
    )

    assert (answer.outcome, answer.reason) == (Outcome.FAILED, "input-missing")
