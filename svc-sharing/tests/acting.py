"""How tests speak to svc-sharing: as the city's operator, as the workflow, as its peers."""

from typing import Any
from uuid import UUID

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chassis.identifiers import new_id
from chassis.testing import ServiceUnderTest
from contracts.events.sharing import SharingStepAnswered
from contracts.events.workflow import CaseSubmitted, StepRequested, SubmittedBranch
from contracts.steps import Capability

MOTHER, FATHER = UUID("018f0000-0000-7000-8000-000000000001"), UUID("018f0000-0000-7000-8000-000000000002")
MOTHER_OF_TWINS = UUID("018f0000-0000-7000-8000-000000000003")
PEOPLE = {
    MOTHER: {"name": "李晓雯", "number": "440196199504120024"},
    FATHER: {"name": "陈北辰", "number": "440197199308170012"},
    MOTHER_OF_TWINS: {"name": "邵淑珍", "number": "440196199002070020"},
}
OPERATOR = ("sharing:resource:write", "sharing:connector:write", "sharing:grant:apply", "sharing:grant:approve")


class Peers:
    """svc-identity and svc-workflow as their interfaces promise them, on the other side of HTTP."""

    def __init__(self, service: ServiceUnderTest) -> None:
        self.forms: dict[str, dict[str, Any]] = {}
        self.away = 0
        """How many of the next calls to svc-identity fail."""
        app = Starlette(
            routes=[
                Route("/persons/{person_id}/identifiers", self._identifiers),
                Route("/sealed-forms/open", self._open, methods=["POST"]),
            ]
        )
        transport = httpx.ASGITransport(app=app)
        for name in ("identity", "workflow"):
            service.runtime.peers[name] = httpx.AsyncClient(transport=transport, base_url=f"http://{name}")

    async def _identifiers(self, request: Request) -> Response:
        if self.away:
            self.away -= 1
            return JSONResponse({}, 503)
        assert request.query_params["purpose"]
        assert request.query_params["reference"]
        return JSONResponse(PEOPLE[UUID(request.path_params["person_id"])])

    async def _open(self, request: Request) -> Response:
        asked = await request.json()
        fields = self.forms.get(f"{asked['code']}/{asked['request_id']}")
        return JSONResponse({"fields": fields}) if fields is not None else JSONResponse({}, 404)


def operator(service: ServiceUnderTest) -> httpx.AsyncClient:
    return service.as_client("demo-operator", *OPERATOR)


async def configure(service: ServiceUnderTest, code: str, config: dict[str, Any], secret: str) -> None:
    response = await operator(service).put(f"/connectors/{code}", json={"config": config, "secret": secret})
    assert response.status_code == 200, response.text


async def describe(service: ServiceUnderTest, code: str, body: dict[str, Any]) -> None:
    response = await operator(service).put(f"/resources/{code}", json=body)
    assert response.status_code == 200, response.text


async def grant(service: ServiceUnderTest, body: dict[str, Any]) -> dict[str, Any]:
    asked = await operator(service).post("/grant-applications", json=body)
    assert asked.status_code in (200, 201), asked.text
    approved = await operator(service).post(f"/grant-applications/{asked.json()['id']}/approval")
    assert approved.status_code == 200, approved.text
    given: dict[str, Any] = approved.json()
    return given


def query(case_id: UUID, resource: str, *, subject: UUID = MOTHER, **facts: Any) -> StepRequested:
    return _step(case_id, Capability.SHARING_QUERY, {"resource": resource, "subject": str(subject)}, facts)


def submission(case_id: UUID, resource: str, values: dict[str, Any], **facts: Any) -> StepRequested:
    named = {"holders": [str(MOTHER), str(FATHER)], "subjects": [str(MOTHER)]}
    return _step(case_id, Capability.SHARING_SUBMIT, {"resource": resource, "values": values, **named}, facts)


def _step(case_id: UUID, capability: Capability, arguments: dict[str, Any], facts: dict[str, Any]) -> StepRequested:
    usual: dict[str, Any] = {"request_id": new_id(), "case_number": None, "purpose": "newborn/prefill"}
    return StepRequested(
        case_id=case_id,
        applicant_id=MOTHER,
        capability=capability,
        arguments=arguments,
        **{**usual, **facts},
    )


async def handled_by(service: ServiceUnderTest, case_id: UUID, branch: str, department: dict[str, str]) -> None:
    """The case was handed in, with one branch at this department."""
    part = SubmittedBranch(branch=branch, item_code="A", title=branch, **department)
    submitted = CaseSubmitted(
        case_id=case_id,
        case_number="440199-2026-000001",
        applicant_id=MOTHER,
        bundle_code="newborn",
        title="新生儿出生一件事",
        branches=[part],
    )
    assert await service.receive(submitted)


async def answer_to(service: ServiceUnderTest, *steps: StepRequested) -> SharingStepAnswered:
    """What the last of the steps was answered, after all the work was done."""
    await service.receive(*steps)
    await service.run_jobs()
    answers = {answer.request_id: answer for answer in await service.published(SharingStepAnswered)}
    return answers[steps[-1].request_id]
