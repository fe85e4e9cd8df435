"""How few statements the ways of a case take."""

from uuid import UUID

import pytest

from chassis.identifiers import new_id
from chassis.testing import heard
from contracts.claims import Proofing
from contracts.events.identity import PersonProofed
from contracts.events.workflow import StepCancelled
from contracts.steps import Capability
from svc_identity.models import Person

from .asking import FATHER, ask, father_of, request, sharing_of
from .browser import MOTHER, register_person
from .test_guardianship import CHILD, REGISTRATION
from .test_guardianship import request as guardianship


@pytest.fixture
def sharing(service):
    return sharing_of(service)


@pytest.fixture
async def mother(service) -> UUID:
    return UUID(await register_person(service))


def about(said: list[str]) -> list[str]:
    """What each statement does, and to which table."""
    return [" ".join(words[: 3 if words[0] in ("INSERT", "WITH") else 2]) for words in map(str.split, said)]


async def test_somebody_new_is_three_statements(service):
    with heard(service) as said:
        await register_person(service, **FATHER)
    assert len(said) == 3, about(said)

    with heard(service) as said:
        await register_person(service, **FATHER)
    assert len(said) == 2, about(said)


async def test_looking_for_a_question_is_one_statement(service, sharing, mother):
    father = await father_of(service)
    for found in (0, 1):
        with heard(service) as said:
            page = (await father.get("/consents", params={"state": "asked"})).json()
        assert (len(page["items"]), page["next_cursor"], len(said)) == (found, None, 1), about(said)
        await ask(service, mother)


async def test_a_decision_is_three_statements(service, sharing, mother):
    father = await father_of(service)
    await ask(service, mother)
    [consent] = (await father.get("/consents")).json()["items"]

    with heard(service) as said:
        decided = (await father.post(f"/consents/{consent['id']}/decision", json={"decision": "give"})).json()

    assert len(said) == 3, about(said)
    assert decided == (await father.get(f"/consents/{consent['id']}")).json()
    assert decided.pop("decided_at") is not None
    assert decided == {**{name: value for name, value in consent.items() if name != "decided_at"}, "state": "given"}


async def test_identifiers_and_the_line_about_them_are_one_statement(service, mother):
    reader = service.as_client("svc-sharing", "identity:identifier:read")
    why = {"purpose": "newborn/birth-registration", "reference": "r1"}

    with heard(service) as said:
        read = await reader.get(f"/persons/{mother}/identifiers", params=why)

    assert read.json() == {"name": MOTHER["name"], "number": MOTHER["number"], "phone": MOTHER["phone"]}
    assert len(said) == 1, about(said)


async def test_to_ask_is_five_statements_besides_the_jobs_own(service, sharing, mother):
    await register_person(service, **FATHER)
    asked = request(mother)
    with heard(service) as said:
        await service.receive(asked)
    assert len(said) == 3, about(said)

    with heard(service) as said:
        await service.run_jobs()
    assert len(said) == 5, about(said)


async def test_a_child_is_eight_statements_besides_the_jobs_own_and_one_reading_of_its_record(service, mother):
    neighbour = sharing_of(service)
    neighbour.values |= {(str(REGISTRATION), 0, field): value for field, value in CHILD.items()}
    father = UUID(await register_person(service, **FATHER))
    asked = guardianship([mother, father])
    await service.receive(asked)

    with heard(service) as said:
        await service.run_jobs()

    assert len(said) == 8, about(said)
    assert [body["fields"] for body in neighbour.resolved] == [["name", "number"]]
    [proofed] = await service.published(PersonProofed)
    async with service.session() as session:
        child = await session.get_one(Person, proofed.person_id)
    assert (child.name, child.number, child.phone) == (CHILD["name"], CHILD["number"], None)
    assert child.proofing == Proofing.MIDDLE


async def test_what_is_cancelled_elsewhere_is_not_looked_for_here(service):
    elsewhere = StepCancelled(request_id=new_id(), case_id=new_id(), capability=Capability.SHARING_QUERY)

    with heard(service, "step") as said:
        await service.receive(elsewhere)

    assert said == []
