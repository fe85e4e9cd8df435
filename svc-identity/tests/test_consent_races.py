"""An agreement is asked for, given, withdrawn, and its person registers: two of these at once."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from contracts.events.identity import ConsentAsked, ConsentDeclined, ConsentGiven, IdentityStepAnswered
from contracts.events.workflow import StepCancelled
from contracts.steps import Capability
from svc_identity.models import Consent, Step
from svc_identity.use_cases import consents

from .asking import FATHER, ask, father_of, request, sharing_of
from .browser import register_person

A_MOMENT = 0.3
SOON = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
async def mother(service) -> UUID:
    sharing_of(service)
    return UUID(await register_person(service))


async def states(service) -> tuple[str, str]:
    async with service.session() as session:
        row = (await session.execute(select(Step.state, Consent.state).join(Consent))).one()
        return row[0], row[1]


async def waits(task: asyncio.Task) -> bool:
    return (await asyncio.wait([task], timeout=A_MOMENT))[0] == set()


async def test_who_registers_while_they_are_being_asked_is_asked(service, mother):
    asked = request(mother)
    await service.receive(asked)

    async with service.session() as session:
        await consents.ask(session, asked.request_id, FATHER["number"], SOON)
        registering = asyncio.create_task(register_person(service, **FATHER))
        assert await waits(registering)
    father = await registering

    [event] = await service.published(ConsentAsked)
    assert str(event.person_id) == father


async def test_who_is_asked_while_they_register_is_asked(service, mother):
    asked = request(mother)
    await service.receive(asked)

    father, _ = await asyncio.gather(register_person(service, **FATHER), service.run_jobs())

    [event] = await service.published(ConsentAsked)
    assert str(event.person_id) == father


async def test_what_is_cancelled_while_it_is_being_asked_is_withdrawn(service, mother):
    asked = request(mother)
    await service.receive(asked)

    async with service.session() as session:
        await consents.ask(session, asked.request_id, FATHER["number"], SOON)
        cancelling = asyncio.create_task(cancel(service, asked))
        assert await waits(cancelling)
    await cancelling

    assert await states(service) == ("cancelled", "withdrawn")


async def test_yes_and_no_at_once_is_one_of_them(service, mother):
    father = await father_of(service)
    await ask(service, mother)
    path = f"/consents/{(await father.get('/consents')).json()['items'][0]['id']}/decision"

    answers = await asyncio.gather(
        *(father.post(path, json={"decision": decision}) for decision in ("give", "decline", "give", "decline"))
    )

    assert sorted(answer.status_code for answer in answers) == [200, 200, 409, 409]
    said = [*await service.published(ConsentGiven), *await service.published(ConsentDeclined)]
    assert len(said) == len(await service.published(IdentityStepAnswered)) == 1


async def test_what_is_cancelled_while_it_is_decided_is_the_one_or_the_other(service, mother):
    father = await father_of(service)
    for _ in range(5):
        asked = await ask(service, mother)
        [consent] = (await father.get("/consents", params={"state": "asked"})).json()["items"]

        decided, _ = await asyncio.gather(
            father.post(f"/consents/{consent['id']}/decision", json={"decision": "give"}), cancel(service, asked)
        )

        now = (await father.get(f"/consents/{consent['id']}")).json()["state"]
        assert (decided.status_code, now) in [(200, "given"), (409, "withdrawn")]
    given = await service.published(ConsentGiven)
    assert len(given) == len(await service.published(IdentityStepAnswered))


async def test_silence_leaves_out_what_is_being_decided(service, mother):
    await father_of(service)
    asked = await ask(service, mother)
    async with service.session() as session:
        (await session.scalars(select(Consent))).one().expires_at -= timedelta(days=15)

    async with service.session() as session:
        await session.get(Step, asked.request_id, with_for_update=True)
        async with service.session() as another:
            await consents.lapse(another)

    assert await states(service) == ("open", "asked")


async def cancel(service, asked) -> None:
    await service.receive(
        StepCancelled(request_id=asked.request_id, case_id=asked.case_id, capability=Capability.IDENTITY_CONSENT)
    )
