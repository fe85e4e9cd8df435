"""Values by reference into a department's system, its decision back, and the licence that follows."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest

from chassis.identifiers import new_id
from chassis.testing import ServiceUnderTest
from contracts.events.sharing import AccessRecorded, SharingStepAnswered
from contracts.steps import Outcome

from . import acting
from . import city as bodies
from .acting import MOTHER, Peers, answer_to, query, submission

CERTIFICATE = "newborn/birth-certificate"
REGISTRATION = "newborn/birth-registration"


@pytest.fixture
async def peers(service: ServiceUnderTest) -> Peers:
    return Peers(service)


@pytest.fixture
async def town(service: ServiceUnderTest, healthy, peers, database_server, marriages):
    """Every department's interface, every resource, every grant, as the demo city has them."""
    for name, describe in (
        ("hospital", bodies.hospital),
        ("population", bodies.population),
        ("vaccination", bodies.vaccination),
        ("insurance", bodies.insurance),
        ("social-security", bodies.social_security),
    ):
        await acting.configure(service, name, describe(healthy[name].url), healthy[name].secret)
    await acting.configure(service, "marriage", bodies.marriage(marriages.host, marriages.port), marriages.secret)
    for code, body in bodies.RESOURCES.items():
        await acting.describe(service, code, body)
    for body in bodies.GRANTS:
        await acting.grant(service, body)
    issuer = {**bodies.ISSUERS[bodies.HOSPITAL["department"]], "jwks_url": f"{healthy['hospital'].url}/keys"}
    response = await acting.operator(service).put(f"/issuers/{bodies.HOSPITAL['department']}", json=issuer)
    assert response.status_code == 200, response.text
    return healthy


async def prefilled(service: ServiceUnderTest, case_id: UUID, *resources: str) -> dict[str, str]:
    """The exchanges of a case's prefill by resource."""
    answers = [await answer_to(service, query(case_id, resource)) for resource in resources]
    assert [answer.outcome for answer in answers] == [Outcome.DONE] * len(resources), answers
    return {resource: answer.result["exchange_id"] for resource, answer in zip(resources, answers, strict=True)}


def ref(exchange_id: str, field: str) -> dict[str, Any]:
    return {"exchange_id": exchange_id, "field": field, "record": 0}


def certificate_values(known: dict[str, str]) -> dict[str, Any]:
    delivery = known["hospital-deliveries"]
    return {
        "delivery_no": ref(delivery, "delivery_no"),
        "birth_order": ref(delivery, "birth_order"),
        "child_name": {"form": "child_name"},
        "mother_name": ref(known["population"], "name"),
        "mother_number": ref(known["population"], "number"),
        "father_name": ref(known["marriage"], "spouse_name"),
        "father_number": ref(known["marriage"], "spouse_number"),
    }


async def certificate_requested(service: ServiceUnderTest, peers: Peers, case_id: UUID):
    known = await prefilled(service, case_id, "hospital-deliveries", "population", "marriage")
    step = submission(
        case_id, "birth-certificate-request", certificate_values(known), purpose=CERTIFICATE, form_code="c1"
    )
    peers.forms[f"c1/{step.request_id}"] = {"child_name": "陈予宁"}
    return step, await answer_to(service, step), known


async def issued(hospital, answer: SharingStepAnswered, request_no: str) -> None:
    async with httpx.AsyncClient(base_url=hospital.url, trust_env=False) as http:
        for _ in range(200):
            asked = await http.get(f"/api/v1/certificate-requests/{request_no}", headers={"X-Api-Key": hospital.secret})
            if asked.json()["state"] == "issued":
                return
            await asyncio.sleep(0.02)
    raise AssertionError("not issued")


async def test_a_submission_sends_what_the_references_name(service, town, peers):
    case_id = new_id()

    step, answer, _ = await certificate_requested(service, peers, case_id)

    assert answer.outcome is Outcome.DONE, answer
    assert answer.request_id == step.request_id
    assert answer.result["fields"] == ["request_no"]
    assert "陈予宁" not in str(answer)


async def test_every_source_of_a_submission_is_a_line_for_the_person(service, town, peers):
    case_id = new_id()

    await certificate_requested(service, peers, case_id)

    lines = [line for line in await service.published(AccessRecorded) if line.purpose == CERTIFICATE]
    assert {(line.resource_code, tuple(line.fields), line.reader_name) for line in lines} == {
        ("hospital-deliveries", ("birth_order", "delivery_no"), "云溪市妇幼保健院"),
        ("population", ("name", "number"), "云溪市妇幼保健院"),
        ("marriage", ("spouse_name", "spouse_number"), "云溪市妇幼保健院"),
        ("application-form", ("child_name",), "云溪市妇幼保健院"),
    }
    assert {line.person_id for line in lines} == {MOTHER}
