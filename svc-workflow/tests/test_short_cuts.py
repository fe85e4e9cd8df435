"""A short cut answers what the ordinary route answers; a query string, of no meaning here, makes sure of the ordinary one."""

import asyncio
from datetime import datetime
from uuid import UUID

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import func, select, update

from chassis.identifiers import new_id
from chassis.tables import IdempotencyRow
from contracts.events.sharing import DeathReported
from contracts.scopes import STAFF
from svc_workflow.models import Case, SealedFormCode, Step, Task

from .city import CARDS, POLICE, Caller, ok
from .test_sealed_forms import sharing

APPLICATION, CASE, CLAIM = "/applications/{application_id}", "/cases/{case_id}", "/tasks/{task_id}/claim"
OPEN = "/sealed-forms/open"
REGISTRATION = "birth-registration"
ORDINARY = {"way": "ordinary"}


def taken(route: str) -> float:
    return REGISTRY.get_sample_value("onedoor_http_short_cuts_total", {"route": route, "result": "taken"}) or 0.0


async def both_ways(caller: Caller, route: str, path: str) -> dict[str, object]:
    before = taken(route)
    short, ordinary = await caller.get(path), await caller.get(path, params=ORDINARY)
    assert taken(route) == before + 1
    assert short.status_code == ordinary.status_code == 200
    assert short.json() == ordinary.json()
    for name in ("content-type", "etag"):
        assert short.headers.get(name) == ordinary.headers.get(name)
    return dict(short.json())


async def test_a_draft_is_shown_alike_however_far_it_is(city, family):
    application_id = await family.start()
    path = f"/applications/{application_id}"
    asked = await both_ways(family.mother, APPLICATION, path)
    assert asked["prefills"][0]["state"] == "waiting"

    await family.prefill(application_id)
    await family.fill(application_id)
    ok(await family.mother.post(f"{path}/agreement"), 202)
    waiting = await both_ways(family.mother, APPLICATION, path)
    assert (waiting["agreement"]["state"], waiting["child"]["record"]) == ("asked", 0)

    await city.answer(application_id, "identity.consent", consent_id=new_id(), person_id=family.father_id)
    assert (await both_ways(family.mother, APPLICATION, path))["missing"] == []

    ok(await family.submit(application_id), 201)
    handed_in = await both_ways(family.mother, APPLICATION, path)
    assert (handed_in["state"], handed_in["answers"]) == ("submitted", {})


async def test_a_draft_that_a_register_could_not_answer_is_shown_alike(city, family):
    application_id = await family.start()
    await city.answer(application_id, "marriage", outcome="failed", reason="department-down")

    shown = await both_ways(family.mother, APPLICATION, f"/applications/{application_id}")

    assert shown["prefills"][1]["reason"] == "department-down"


async def test_a_case_is_shown_alike_to_both_parents(city, family):
    case_id = await family.certified()
    await city.decide(REGISTRATION, "receive")
    items = [{"code": "household", "note": "户口簿与所选不符"}]
    await city.decide(REGISTRATION, "supplement", items=items)

    mine = await both_ways(family.mother, CASE, f"/cases/{case_id}")
    theirs = await both_ways(family.father, CASE, f"/cases/{case_id}")

    assert (mine["role"], mine["supplements"][0]["items"], mine["may_withdraw"]) == ("applicant", items, True)
    assert (theirs["role"], theirs["supplements"], theirs["may_withdraw"]) == ("party", [], False)


async def test_a_case_whose_time_does_not_count_is_shown_alike(city, family):
    case_id = await family.accepted()
    await city.decide(REGISTRATION, "start-special-procedure", procedure="appraisal")
    city.later(days=2)
    await city.decide(REGISTRATION, "end-special-procedure")

    shown = await both_ways(family.mother, CASE, f"/cases/{case_id}")

    [branch] = [branch for branch in shown["branches"] if branch["branch"] == REGISTRATION]
    assert branch["excluded"][0]["procedure"] == "appraisal"
    assert branch["statutory_due"]


@pytest.mark.parametrize("end", ["withdrawn", "silenced"])
async def test_a_case_that_ended_is_shown_alike(city, family, end):
    case_id = await family.certified()
    if end == "withdrawn":
        ok(await family.mother.post(f"/cases/{case_id}/withdrawal"))
    else:
        await city.receive(DeathReported(subject_key=family.children[0], source_name="人口库"))

    shown = await both_ways(family.mother, CASE, f"/cases/{case_id}")

    assert (shown["state"], shown["may_withdraw"]) == ("closed" if end == "withdrawn" else "silenced", False)


NOS = [
    *[(APPLICATION, case) for case in ("stranger", "the other parent", "no scope", "no token", "nothing of the kind")],
    *[(CASE, case) for case in ("stranger", "no scope", "no token", "nothing of the kind")],
]


@pytest.mark.parametrize(("route", "case"), NOS)
async def test_every_no_is_the_ordinary_routes(service, city, family, route, case):
    case_id = await family.apply()
    callers = {
        "stranger": city.person(new_id()),
        "the other parent": family.father,
        "no scope": Caller(city, service.as_person(family.mother_id, "sharing:licence:show")),
        "no token": Caller(city, service.http),
    }
    key = new_id() if case == "nothing of the kind" else case_id
    path, before = route.partition("{")[0] + str(key), taken(route)

    short, ordinary = [await callers.get(case, family.mother).get(path, params=way) for way in ({}, ORDINARY)]

    assert taken(route) == before
    assert short.status_code == ordinary.status_code >= 400
    assert short.json()["type"] == ordinary.json()["type"]


async def task_for_two(city, family) -> str:
    await family.certified()
    [task] = await city.tasks(REGISTRATION)
    return f"/tasks/{task['id']}"


def key(word: str) -> dict[str, dict[str, str]]:
    return {"headers": {"idempotency-key": word}}


async def holder_of(service) -> UUID | None:
    async with service.session() as session:
        return await session.scalar(select(Task.claimed_by))


async def test_both_ways_claim_alike(service, city, family):
    path, staff, before = await task_for_two(city, family), new_id(), taken(CLAIM)
    clerk = city.clerk(REGISTRATION, staff)

    short = await clerk.post(f"{path}/claim", json={}, **key("short"))
    assert taken(CLAIM) == before + 1
    assert await holder_of(service) == staff
    ok(await clerk.post(f"{path}/release"))
    ordinary = await clerk.post(f"{path}/claim", json={}, params=ORDINARY, **key("ordinary"))

    assert taken(CLAIM) == before + 1
    assert short.status_code == ordinary.status_code == 200
    assert short.json() == ordinary.json()
    assert short.json()["claimed_by"] == str(staff)
    assert short.headers["content-type"] == ordinary.headers["content-type"]


async def test_a_claim_sent_again_is_answered_as_before(service, city, family):
    path, clerk = await task_for_two(city, family), city.clerk(REGISTRATION, new_id())
    first = await clerk.post(f"{path}/claim", json={}, **key("one"))
    ok(await clerk.post(f"{path}/release"))

    again = await clerk.post(f"{path}/claim", json={}, **key("one"))

    assert (again.status_code, again.content, again.headers["idempotent-replayed"]) == (200, first.content, "true")
    assert await holder_of(service) is None


@pytest.mark.parametrize("case", ["a colleague has it", "done", "another post", "no such task", "no scope"])
async def test_every_no_to_a_claim_is_the_ordinary_routes(service, city, family, case):
    path = await task_for_two(city, family)
    colleague = city.clerk(REGISTRATION, new_id())
    if case == "a colleague has it":
        ok(await colleague.post(f"{path}/claim"))
    if case == "done":
        ok(await colleague.post(f"{path}/completion", json={"decision": "receive"}))
    callers = {
        "another post": Caller(city, service.as_staff(*STAFF["clerk"], department=POLICE, post="front-desk")),
        "no scope": Caller(
            city, service.as_staff("workflow:task:read", department=POLICE, post="household-registration")
        ),
    }
    claim = f"/tasks/{new_id()}/claim" if case == "no such task" else f"{path}/claim"
    caller, before, holder = (
        callers.get(case, city.clerk(REGISTRATION, new_id())),
        taken(CLAIM),
        await holder_of(service),
    )

    short = await caller.post(claim, json={}, **key("short"))
    ordinary = await caller.post(claim, json={}, params=ORDINARY, **key("ordinary"))

    wanted = {"a colleague has it": 409, "done": 409, "no scope": 403}.get(case, 404)
    assert short.status_code == ordinary.status_code == wanted
    assert short.json()["type"] == ordinary.json()["type"]
    assert (taken(CLAIM), await holder_of(service)) == (before, holder)
    async with service.session() as session:
        assert await session.scalar(select(func.count()).select_from(IdempotencyRow)) == 0


async def test_of_many_clerks_at_once_one_has_the_task(service, city, family):
    path, staff = await task_for_two(city, family), [new_id() for _ in range(8)]
    ways = [{}, ORDINARY] * 4

    answers = await asyncio.gather(
        *(
            city.clerk(REGISTRATION, one).post(f"{path}/claim", json={}, params=way, **key(f"key-{one}"))
            for one, way in zip(staff, ways, strict=True)
        )
    )

    [holder] = [one for one, answer in zip(staff, answers, strict=True) if answer.status_code == 200]
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    assert await holder_of(service) == holder


async def test_another_departments_post_of_the_same_name_claims_nothing(service, city, family):
    path = await task_for_two(city, family)
    other = Caller(city, service.as_staff(*STAFF["clerk"], department=CARDS, post="household-registration"))

    assert (await other.post(f"{path}/claim", json={}, **key("one"))).status_code == 404
    assert await holder_of(service) is None


async def code_of(city, family) -> dict[str, str]:
    step = await city.asked(await family.apply(), "birth-certificate-request")
    return {"code": str(step.form_code), "request_id": str(step.request_id)}


async def opened_at(service) -> datetime | None:
    async with service.session() as session:
        return await session.scalar(select(SealedFormCode.opened_at))


async def test_both_ways_open_alike(service, city, family):
    body, before = await code_of(city, family), taken(OPEN)

    short = await sharing(city).post(OPEN, json=body)
    assert taken(OPEN) == before + 1
    at = await opened_at(service)
    city.later(minutes=1)
    ordinary = await sharing(city).post(OPEN, json=body, params=ORDINARY)

    assert taken(OPEN) == before + 1
    assert short.status_code == ordinary.status_code == 200
    assert short.json() == ordinary.json() == {"fields": {"child_name": "云小溪"}}
    assert short.headers["content-type"] == ordinary.headers["content-type"]
    assert at is not None
    assert await opened_at(service) == at


async def test_an_erased_part_is_opened_alike(service, city, family):
    body = await code_of(city, family)
    async with service.session() as session:
        await session.execute(update(Case).values(data_key=None))

    answers = [await sharing(city).post(OPEN, json=body, params=way) for way in ({}, ORDINARY)]

    assert [answer.json() for answer in answers] == [{"fields": {}}] * 2


@pytest.mark.parametrize("case", ["another request", "another code", "answered", "too short a code", "a person"])
async def test_every_no_to_opening_is_the_ordinary_routes(service, city, family, case):
    body, before = await code_of(city, family), taken(OPEN)
    if case == "answered":
        async with service.session() as session:
            await session.execute(update(Step).values(state="done"))
    astray = {
        "another request": {"request_id": str(new_id())},
        "another code": {"code": "x" * 43},
        "too short a code": {"code": "x"},
    }
    person = Caller(city, service.as_person(family.mother_id, "workflow:sealed-form:open"))
    caller = person if case == "a person" else sharing(city)

    given = {**body, **astray.get(case, {})}
    short, ordinary = [await caller.post(OPEN, json=given, params=way) for way in ({}, ORDINARY)]

    wanted = {"too short a code": 400, "a person": 403}.get(case, 409)
    assert short.status_code == ordinary.status_code == wanted
    assert short.json()["type"] == ordinary.json()["type"]
    assert (taken(OPEN), await opened_at(service)) == (before, None)


async def test_what_is_opened_under_a_key_is_remembered_by_the_ordinary_route(city, family):
    body, before = await code_of(city, family), taken(OPEN)

    first, again = [await sharing(city).post(OPEN, json=body, **key("one")) for _ in range(2)]

    assert first.json() == again.json() == {"fields": {"child_name": "云小溪"}}
    assert (again.headers["idempotent-replayed"], taken(OPEN)) == ("true", before)
