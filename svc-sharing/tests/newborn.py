"""The newborn case's questions, as the workflow asks them: values by reference, the applicant's own words from the form."""

import asyncio
from typing import Any
from uuid import UUID

from chassis.testing import ServiceUnderTest
from contracts.events.sharing import SharingStepAnswered
from contracts.events.workflow import StepRequested
from contracts.steps import Outcome

from .acting import Peers, answer_to, query, submission
from .reports import Reports

PREFILLED = ("hospital-deliveries", "population", "marriage")
NAME = "陈予宁"


def ref(source: str, field: str) -> dict[str, Any]:
    return {"exchange_id": source, "field": field, "record": 0}


async def prefilled(service: ServiceUnderTest, case_id: UUID) -> dict[str, str]:
    """The exchanges of a case's prefill by resource."""
    answers = [await answer_to(service, query(case_id, resource)) for resource in PREFILLED]
    assert [answer.outcome for answer in answers] == [Outcome.DONE] * 3, answers
    return {resource: answer.result["exchange_id"] for resource, answer in zip(PREFILLED, answers, strict=True)}


async def submit(
    service: ServiceUnderTest, peers: Peers, case_id: UUID, resource: str, branch: str, values: dict[str, Any]
) -> tuple[StepRequested, SharingStepAnswered]:
    step = submission(case_id, resource, values, purpose=f"newborn/{branch}", form_code=f"code-{branch}")
    peers.forms[f"code-{branch}/{step.request_id}"] = {"child_name": NAME}
    return step, await answer_to(service, step)


def certificate(known: dict[str, str]) -> dict[str, Any]:
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


def registration(known: dict[str, str], licence_id: str) -> dict[str, Any]:
    return {
        "certificate_no": ref(licence_id, "licence_no"),
        "name": {"form": "child_name"},
        "child_sex": ref(known["hospital-deliveries"], "child_sex"),
        "born_at": ref(known["hospital-deliveries"], "born_at"),
        "parent_number": ref(known["population"], "number"),
        "household_no": ref(known["population"], "household_no"),
    }


async def certified(
    service: ServiceUnderTest, peers: Peers, reports: Reports, case_id: UUID, known: dict[str, str]
) -> tuple[StepRequested, str]:
    """The hospital's certificate, asked for and registered: the submission and the licence's id."""
    step, answer = await submit(
        service, peers, case_id, "birth-certificate-request", "birth-certificate", certificate(known)
    )
    assert answer.outcome is Outcome.DONE, answer
    report = await asyncio.to_thread(reports.wait, "/licences", str(step.request_id))
    registered = await service.as_client("hospital", "sharing:licence:register").post("/licences", json=report)
    assert registered.status_code in (200, 201), registered.text
    return step, registered.json()["id"]
