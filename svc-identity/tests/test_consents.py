"""The other parent's agreement."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from chassis.testing import ServiceUnderTest
from contracts.claims import Proofing
from contracts.events.identity import ConsentAsked, ConsentDeclined, ConsentGiven, IdentityStepAnswered
from contracts.events.workflow import StepCancelled
from contracts.steps import Capability, Outcome
from svc_identity.jobs import LapseConsents
from svc_identity.models import Consent

from .asking import MARRIAGE, ask, father_of, request, sharing_of
from .browser import MOTHER, register_person


@pytest.fixture
def sharing(service):
    return sharing_of(service)


@pytest.fixture
async def mother(service) -> UUID:
    return UUID(await register_person(service))


async def answers(service: ServiceUnderTest) -> list[tuple]:
    return [(event.request_id, event.outcome, event.reason) for event in await service.published(IdentityStepAnswered)]


async def test_the_father_is_asked_and_agrees(service, sharing, mother):
    father = await father_of(service)
    asked = await ask(service, mother)

    [consent] = (await father.get("/consents", params={"state": "asked"})).json()["items"]
    assert (consent["title"], consent["asked_by_name"], consent["case_id"]) == (
        "新生儿出生一件事", "李**", str(asked.case_id),
    )  # fmt: skip
    assert sharing.resolved == [
        {"fields": ["spouse_number"], "record": 0, "purpose": "newborn/agreement", "case_id": str(asked.case_id)}
    ]

    decided = await father.post(f"/consents/{consent['id']}/decision", json={"decision": "give"})
    assert decided.json()["state"] == "given"
    [answer] = await service.published(IdentityStepAnswered)
    assert (answer.outcome, answer.result["consent_id"]) == (Outcome.DONE, consent["id"])
    assert len(await service.published(ConsentAsked)) == len(await service.published(ConsentGiven)) == 1


async def test_deciding_twice_alike_is_boring_and_otherwise_refused(service, sharing, mother):
    father = await father_of(service)
    await ask(service, mother)
    path = f"/consents/{(await father.get('/consents')).json()['items'][0]['id']}/decision"
    await father.post(path, json={"decision": "decline"})

    again = await father.post(path, json={"decision": "decline"})
    otherwise = await father.post(path, json={"decision": "give"})

    assert (again.status_code, otherwise.status_code) == (200, 409)
    assert len(await service.published(ConsentDeclined)) == 1
    assert [(outcome, reason) for _, outcome, reason in await answers(service)] == [
        (Outcome.REFUSED, "consent-declined")
    ]


async def test_a_request_that_comes_twice_asks_once(service, sharing, mother):
    await father_of(service)
    asked = await ask(service, mother)

    await service.receive(request(mother, request_id=asked.request_id, case_id=asked.case_id))
    await service.run_jobs()

    assert len(await service.published(ConsentAsked)) == 1


async def test_a_father_without_an_account_is_asked_when_he_registers(service, sharing, mother):
    await ask(service, mother)
    assert await service.published(ConsentAsked) == []

    father = await father_of(service)

    assert len((await father.get("/consents")).json()["items"]) == 1
    assert len(await service.published(ConsentAsked)) == 1


async def test_the_list_has_pages(service, sharing, mother):
    father = await father_of(service)
    asked = [await ask(service, mother) for _ in range(3)]
    newest = (await father.get("/consents")).json()["items"]
    await father.post(f"/consents/{newest[2]['id']}/decision", json={"decision": "give"})

    pages, cursor = [], {}
    while cursor is not None:
        page = (await father.get("/consents", params={"limit": 1, "state": "asked", **cursor})).json()
        pages.append(page["items"])
        cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] is not None else None

    assert [item["case_id"] for item in newest] == [str(one.case_id) for one in reversed(asked)]
    assert pages == [[newest[0]], [newest[1]]]


async def test_agreeing_needs_the_middle_level(service, sharing, mother):
    father = await father_of(service, proofing=Proofing.BASIC)
    await ask(service, mother)
    [consent] = (await father.get("/consents")).json()["items"]

    answer = await father.post(f"/consents/{consent['id']}/decision", json={"decision": "give"})

    assert answer.status_code == 401
    assert 'acr_values="proofing-middle"' in answer.headers["www-authenticate"]


async def test_nobody_else_sees_or_decides(service, sharing, mother):
    father = await father_of(service)
    await ask(service, mother)
    [consent] = (await father.get("/consents")).json()["items"]
    me = service.as_person(mother, "identity:consent:decide")

    assert (await me.get("/consents")).json()["items"] == []
    assert (await me.get(f"/consents/{consent['id']}")).status_code == 404
    assert (await me.post(f"/consents/{consent['id']}/decision", json={"decision": "give"})).status_code == 404


async def test_silence_counts_as_no(service, sharing, mother):
    await father_of(service)
    asked = await ask(service, mother)
    async with service.session() as session:
        await session.execute(update(Consent).values(expires_at=Consent.expires_at - timedelta(days=15)))
        await LapseConsents().finish(session, None)

    assert await answers(service) == [(asked.request_id, Outcome.REFUSED, "consent-expired")]


async def test_a_cancelled_request_is_withdrawn_and_never_answered(service, sharing, mother):
    father = await father_of(service)
    asked = await ask(service, mother)
    [consent] = (await father.get("/consents")).json()["items"]

    await service.receive(
        StepCancelled(request_id=asked.request_id, case_id=asked.case_id, capability=Capability.IDENTITY_CONSENT)
    )

    answer = await father.post(f"/consents/{consent['id']}/decision", json={"decision": "give"})
    assert (answer.status_code, answer.json()["state"]) == (409, "withdrawn")
    assert await answers(service) == []


async def test_a_request_cancelled_before_its_job_ran_asks_nobody(service, sharing, mother):
    asked = request(mother)
    cancelled = StepCancelled(
        request_id=asked.request_id, case_id=asked.case_id, capability=Capability.IDENTITY_CONSENT
    )
    await service.receive(asked, cancelled)
    await service.run_jobs()

    assert (sharing.resolved, await service.published(ConsentAsked)) == ([], [])


async def test_asking_oneself_is_refused(service, sharing, mother):
    sharing.values[(str(MARRIAGE), 0, "spouse_number")] = MOTHER["number"]
    asked = await ask(service, mother)

    assert await answers(service) == [(asked.request_id, Outcome.REFUSED, "same-person")]


@pytest.mark.parametrize(
    ("bad_day", "reason", "calls"),
    [
        ({"down": True}, "answered-503", 30),
        ({"refusal": "grant-expired"}, "grant-expired", 1),
        ({"values": {}}, "value-missing", 1),
        ({"values": {(str(MARRIAGE), 0, "spouse_number"): "440199199302070012"}}, "number-not-valid", 1),
    ],
)
async def test_what_sharing_cannot_give_fails_the_step_for_a_clerk_to_see(
    service, sharing, mother, bad_day, reason, calls
):
    for name, value in bad_day.items():
        setattr(sharing, name, value)
    asked = await ask(service, mother)

    assert await answers(service) == [(asked.request_id, Outcome.FAILED, reason)]
    assert len(sharing.resolved) == calls


async def test_a_malformed_request_fails_at_once(service, sharing, mother):
    asked = request(mother, arguments={"person": "440199199302070013"})
    await service.receive(asked)

    assert await answers(service) == [(asked.request_id, Outcome.FAILED, "malformed-request")]


async def test_steps_of_other_services_are_not_ours(service, sharing, mother):
    await service.receive(request(mother, capability=Capability.SHARING_QUERY, arguments={}))

    assert (await answers(service), await service.run_jobs()) == ([], 0)
