"""Parents stand for their child, from the evidence of a case."""

from uuid import UUID

import pytest

from chassis.identifiers import new_id
from contracts.events.identity import GuardianshipEstablished, IdentityStepAnswered, PersonRegistered
from contracts.events.workflow import StepRequested
from contracts.steps import Capability, Outcome

from .browser import register_person
from .neighbours import Sharing

REGISTRATION = new_id()
CHILD = {"number": "440199202603050010", "name": "陈予宁"}


@pytest.fixture
def sharing(service):
    neighbour = Sharing()
    service.runtime.peers["sharing"] = neighbour.http
    neighbour.values |= {(str(REGISTRATION), 0, field): value for field, value in CHILD.items()}
    return neighbour


@pytest.fixture
async def parents(service) -> list[UUID]:
    mother = await register_person(service)
    father = await register_person(service, number="440199199302070013", name="陈北辰", username=None, password=None)
    return [UUID(mother), UUID(father)]


def request(guardians: list[UUID]) -> StepRequested:
    arguments = {
        "child_number": {"exchange_id": str(REGISTRATION), "field": "number"},
        "child_name": {"exchange_id": str(REGISTRATION), "field": "name"},
        "guardians": [str(guardian) for guardian in guardians], "subject_key": "k1",
    }  # fmt: skip
    return StepRequested(
        request_id=new_id(), case_id=new_id(), case_number="440199-2026-000001", applicant_id=guardians[0],
        capability=Capability.IDENTITY_GUARDIANSHIP, purpose="newborn/birth-registration", arguments=arguments,
    )  # fmt: skip


async def test_both_parents_see_their_child(service, sharing, parents):
    await service.receive(request(parents))
    await service.run_jobs()

    for parent in parents:
        [child] = (await service.as_person(parent, "identity:account:read").get("/me/children")).json()
        assert (child["name"], child["number"]) == ("陈予宁", "440***********0010")
    [answer] = await service.published(IdentityStepAnswered)
    assert (answer.outcome, answer.result) == (Outcome.DONE, {"child_id": child["id"]})
    assert [event.person_id for event in await service.published(GuardianshipEstablished)] == sorted(parents)


async def test_the_same_child_again_changes_nothing(service, sharing, parents):
    await service.receive(request(parents))
    await service.run_jobs()
    await service.receive(request(parents))
    await service.run_jobs()

    assert len(await service.published(GuardianshipEstablished)) == 2
    assert len(await service.published(PersonRegistered)) == 3
    first, second = await service.published(IdentityStepAnswered)
    assert first.result == second.result


async def test_the_other_parent_may_stand_later(service, sharing, parents):
    for guardians in (parents[:1], parents):
        await service.receive(request(guardians))
        await service.run_jobs()

    assert [event.person_id for event in await service.published(GuardianshipEstablished)] == parents


async def test_a_guardian_nobody_knows_fails_the_step(service, sharing, parents):
    await service.receive(request([parents[0], new_id()]))
    await service.run_jobs()

    [answer] = await service.published(IdentityStepAnswered)
    assert (answer.outcome, answer.reason) == (Outcome.FAILED, "unknown-guardian")
    assert await service.published(GuardianshipEstablished) == []
