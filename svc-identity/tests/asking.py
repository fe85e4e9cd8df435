"""A case that asks for the father's agreement."""

from uuid import UUID

from chassis.identifiers import new_id
from chassis.testing import ServiceUnderTest
from contracts.events.workflow import StepRequested
from contracts.steps import Capability

from .browser import register_person
from .neighbours import Sharing

FATHER = {"name": "陈北辰", "number": "440199199302070013", "phone": None, "username": None, "password": None}
MARRIAGE = new_id()


def sharing_of(service: ServiceUnderTest) -> Sharing:
    """Where the father's number is known."""
    neighbour = Sharing()
    service.runtime.peers["sharing"] = neighbour.http
    neighbour.values[(str(MARRIAGE), 0, "spouse_number")] = FATHER["number"]
    return neighbour


def request(mother: UUID, **changes) -> StepRequested:
    arguments = {
        "person": {"exchange_id": str(MARRIAGE), "field": "spouse_number", "record": 0},
        "asked_by": str(mother), "title": "新生儿出生一件事",
    }  # fmt: skip
    values = {
        "request_id": new_id(), "case_id": new_id(), "case_number": None, "applicant_id": mother,
        "capability": Capability.IDENTITY_CONSENT, "purpose": "newborn/agreement", "arguments": arguments,
    }  # fmt: skip
    return StepRequested(**values | changes)


async def ask(service: ServiceUnderTest, mother: UUID) -> StepRequested:
    asked = request(mother)
    await service.receive(asked)
    await service.run_jobs()
    return asked


async def father_of(service: ServiceUnderTest, **claims):
    return service.as_person(UUID(await register_person(service, **FATHER)), "identity:consent:decide", **claims)
