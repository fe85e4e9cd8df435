"""A register says yes, no or unknown; a department says that somebody died; a person says that something is wrong."""

import pytest

from chassis.identifiers import new_id
from contracts.events.sharing import AccessRecorded, DeathReported, VerificationAnswered
from demo.city import interfaces as bodies
from demo.city.interfaces import HOSPITAL, POLICE

from . import acting, newborn
from .acting import FATHER, MOTHER


def question(**values: str) -> dict[str, object]:
    given = {"name": "李晓雯", "number": "440196199504120024", **values}
    facts = {"reference": str(new_id()), "resource": "population-verify", "person_id": str(MOTHER)}
    return {**facts, "values": given, "purpose": "identity/proofing"}


async def verified(service, body):
    response = await service.as_client("svc-identity", "sharing:verification:ask").post("/verifications", json=body)
    assert response.status_code == 202, response.text
    await service.run_jobs()
    return await service.published(VerificationAnswered)


@pytest.mark.parametrize(
    ("values", "outcome"),
    [({}, "yes"), ({"name": "王五"}, "no"), ({"number": "440196199504120067"}, "unknown")],
)
async def test_the_register_says_yes_no_or_unknown(service, town, values, outcome):
    body = question(**values)

    (answered,) = await verified(service, body)

    assert (str(answered.reference), answered.outcome) == (body["reference"], outcome)
    (line,) = await service.published(AccessRecorded)
    assert (line.person_id, line.reader, line.fields) == (MOTHER, "svc-identity", ["name", "number"])


async def test_the_same_question_twice_is_asked_once(service, town):
    body = question()

    await verified(service, body)

    assert len(await verified(service, body)) == 1


async def test_a_register_that_stays_away_says_unknown(service, town):
    config = bodies.population.connector(town["population"].url, patience=0)
    await acting.configure(service, "population", config, town["population"].secret)
    town["population"].fault(down=True)

    (answered,) = await verified(service, question())

    assert answered.outcome == "unknown"
    assert await service.published(AccessRecorded) == []


async def test_a_wrong_check_digit_is_refused_at_the_field(service):
    body = question(number="440196199504120025")

    refused = await service.as_client("svc-identity", "sharing:verification:ask").post("/verifications", json=body)

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "#/values/number")
    assert "440196199504120025" not in refused.text


async def test_a_reported_death_names_the_key_that_queries_gave(service, town):
    known = await acting.answer_to(service, acting.query(new_id(), "hospital-deliveries"))
    body = {"resource": "hospital-deliveries", "locator": {"delivery_no": "FM2026000001", "birth_order": 1}}

    told = await service.as_client("hospital", "sharing:death:report").post("/deaths", json=body)
    stranger = await service.as_client("population", "sharing:death:report").post("/deaths", json=body)

    assert (told.status_code, stranger.status_code) == (204, 403)
    (reported,) = await service.published(DeathReported)
    assert [reported.subject_key] == known.result["record_keys"]


async def test_a_locator_that_names_no_record_is_refused(service, town):
    body = {"resource": "hospital-deliveries", "locator": {"delivery_no": "FM2026000001"}}

    refused = await service.as_client("hospital", "sharing:death:report").post("/deaths", json=body)

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "#/locator")


async def test_a_person_disputes_a_field_and_the_department_answers_once(service, town):
    known = await newborn.prefilled(service, new_id())
    mother = service.as_person(MOTHER, "sharing:correction:write", "sharing:correction:read")
    officer = service.as_staff(
        "sharing:correction:read", "sharing:correction:answer", department=HOSPITAL["department"], post="数据管理岗"
    )
    body = {"exchange_id": known["hospital-deliveries"], "field": "born_at", "statement": "应为 6 时 40 分"}

    asked = (await mother.post("/corrections", json=body)).json()
    (seen,) = (await officer.get("/corrections", params={"state": "open"})).json()["items"]
    path, answer = f"/corrections/{asked['id']}/answer", {"outcome": "corrected", "answer": "已更正"}
    answered = await officer.post(path, json=answer)
    again = await officer.post(path, json=answer)

    assert (seen["statement"], seen["state"]) == ("应为 6 时 40 分", "open")
    assert (answered.status_code, again.status_code) == (200, 409)
    assert (await mother.get("/corrections")).json()["items"][0]["answer"] == "已更正"


async def test_only_the_person_and_the_department_that_holds_the_data_see_a_correction(service, town):
    known = await newborn.prefilled(service, new_id())
    body = {"exchange_id": known["marriage"], "field": "registered_on", "statement": "日期有误"}

    strange = await service.as_person(FATHER, "sharing:correction:write").post("/corrections", json=body)
    await service.as_person(MOTHER, "sharing:correction:write").post("/corrections", json=body)
    police = service.as_staff("sharing:correction:read", department=POLICE["department"], post="数据管理岗")

    assert strange.status_code == 400
    assert (await police.get("/corrections")).json()["items"] == []
