"""A case that cannot go on waits for a clerk, and holds up nobody else."""

from collections import Counter
from datetime import UTC, datetime

from sqlalchemy import update

from contracts.events.workflow import IncidentRaised, IncidentResolved, StepRequested
from contracts.scopes import STAFF
from svc_workflow.models import Incident, Instance, Task

from .city import CLINIC, POLICE, Caller, Family, ok


def clinic(city) -> Caller:
    return Caller(city, city.service.as_staff(*STAFF["clerk"], department=CLINIC, post="registration"))


def operator(city) -> Caller:
    return Caller(city, city.service.as_staff(*STAFF["operator"], department=POLICE, post="operation"))


async def test_an_expired_grant_is_an_incident_that_a_clerk_retries(service, city, family):
    case_id = await family.certified()
    first = await city.answer(case_id, "vaccination-record", "failed", reason="grant-expired")

    [incident] = ok(await clinic(city).get("/incidents"))["items"]
    assert (incident["case_id"], incident["branch"], incident["reason"]) == (case_id, "vaccination", "grant-expired")
    [raised] = await service.published(IncidentRaised)
    assert (raised.branch, raised.reason) == ("vaccination", "grant-expired")

    ok(await clinic(city).post(f"/incidents/{incident['id']}/retry"), 202)

    again = await city.asked(case_id, "vaccination-record")
    assert again.request_id != first.request_id
    assert again.form_code not in (None, first.form_code)
    await city.exchange(case_id, "vaccination-record")
    assert (await family.branch(case_id, "vaccination"))["state"] == "granted"
    assert ok(await clinic(city).get("/incidents"))["items"] == []
    assert len(await service.published(IncidentResolved)) == 1
    assert "incident-raised" in await family.kinds(case_id)


async def test_failing_again_is_a_new_incident(city, family):
    case_id = await family.certified()
    await city.answer(case_id, "vaccination-record", "failed", reason="grant-expired")
    [incident] = ok(await clinic(city).get("/incidents"))["items"]
    ok(await clinic(city).post(f"/incidents/{incident['id']}/retry"), 202)

    await city.answer(case_id, "vaccination-record", "failed", reason="department-down")

    [other] = ok(await clinic(city).get("/incidents"))["items"]
    assert (other["reason"], other["id"] != incident["id"]) == ("department-down", True)
    again = await clinic(city).post(f"/incidents/{incident['id']}/retry")
    assert again.json()["type"].endswith("/incident-resolved")


async def test_an_incident_is_its_departments_alone(city, family):
    case_id = await family.certified()
    await city.answer(case_id, "vaccination-record", "failed", reason="grant-expired")
    [incident] = ok(await clinic(city).get("/incidents"))["items"]
    police = Caller(city, city.service.as_staff(*STAFF["clerk"], department=POLICE, post="household-registration"))

    assert ok(await clinic(city).get(f"/incidents/{incident['id']}")) == incident
    assert ok(await police.get("/incidents"))["items"] == []
    assert (await police.get(f"/incidents/{incident['id']}")).status_code == 404
    assert (await police.post(f"/incidents/{incident['id']}/retry")).status_code == 404


async def test_an_answer_that_comes_twice_counts_once(service, city, family):
    case_id = await family.certified()
    step = await city.exchange(case_id, "vaccination-record")
    await city.answer(case_id, "vaccination-record", "failed", reason="department-down")

    assert (await family.branch(case_id, "vaccination"))["state"] == "granted"
    assert await service.published(IncidentRaised) == []
    assert step.request_id == (await city.asked(case_id, "vaccination-record")).request_id


async def test_a_poisoned_instance_becomes_an_incident_and_the_others_go_on(service, city):
    sick, well = Family(city), Family(city)
    sick_case, well_case = await sick.certified(), await well.certified()
    async with service.session() as session:
        state = (await session.get_one(Instance, sick_case)).state
        poison = update(Instance).where(Instance.case_id == sick_case).values(state=b"[99]")
        await session.execute(poison)

    events = [await answered(city, case) for case in (sick_case, well_case)]
    await city.receive(*events)

    assert (await well.branch(well_case, "vaccination"))["state"] == "granted"
    assert await service.dead_letters() == []
    [incident] = ok(await clinic(city).get("/incidents"))["items"]
    assert (incident["case_id"], incident["reason"]) == (sick_case, "process-stuck")

    async with service.session() as session:
        await session.execute(update(Instance).where(Instance.case_id == sick_case).values(state=state))
    ok(await clinic(city).post(f"/incidents/{incident['id']}/retry"), 202)
    assert (await sick.branch(sick_case, "vaccination"))["state"] == "granted"


async def test_a_case_that_is_stuck_is_set_going_by_an_operator_who_sees_nothing_of_departments(service, city, family):
    case_id = await family.certified()
    await city.answer(case_id, "vaccination-record", "failed", reason="grant-expired")
    assert ok(await operator(city).get("/stuck-cases"))["items"] == []

    async with service.session() as session:
        nobodys = update(Incident).where(Incident.case_id == case_id).values(department=None, branch=None)
        await session.execute(nobodys)

    assert ok(await clinic(city).get("/incidents"))["items"] == []
    [stuck] = ok(await operator(city).get("/stuck-cases"))["items"]
    assert (stuck["case_id"], stuck["branch"]) == (case_id, None)
    assert ok(await operator(city).get(f"/stuck-cases/{stuck['id']}")) == stuck
    ok(await operator(city).post(f"/stuck-cases/{stuck['id']}/retry"), 202)
    assert ok(await operator(city).get("/stuck-cases"))["items"] == []
    [resolved] = ok(await operator(city).get("/stuck-cases?resolved=true"))["items"]
    assert resolved["id"] == stuck["id"]
    assert (
        (await operator(city).post(f"/stuck-cases/{stuck['id']}/retry")).json()["type"].endswith("/incident-resolved")
    )


async def test_a_stuck_process_is_listed_to_its_department_and_to_operators(service, city, family):
    case_id = await family.certified()
    async with service.session() as session:
        await session.execute(update(Instance).where(Instance.case_id == case_id).values(state=b"[99]"))
    await city.receive(await answered(city, case_id))

    [mine] = ok(await clinic(city).get("/incidents"))["items"]
    [stuck] = ok(await operator(city).get("/stuck-cases"))["items"]
    assert (mine["id"], mine["reason"]) == (stuck["id"], "process-stuck")


async def test_clerks_do_not_see_what_only_operators_can_mend(city):
    assert (await clinic(city).get("/stuck-cases")).status_code == 403
    assert (await operator(city).get("/incidents")).status_code == 403


async def test_what_is_open_is_counted_for_operators(service, city, family):
    case_id = await family.certified()
    await city.answer(case_id, "vaccination-record", "failed", reason="grant-expired")
    async with service.session() as session:
        await session.execute(update(Task).values(due_at=datetime(2020, 1, 1, tzinfo=UTC)))

    told = (await service.http.get("/metrics")).text

    states = [part["state"] for part in (await family.case(case_id))["branches"] if not part["ended_at"]]
    assert "onedoor_cases_open 1.0" in told
    for state, count in Counter(states).items():
        assert f'onedoor_branches_open{{state="{state}"}} {count}.0' in told
    assert 'onedoor_tasks_open{late="yes"} 1.0' in told
    assert 'onedoor_tasks_open{late="no"} 0.0' in told


async def answered(city, case_id):
    from contracts.events.sharing import SharingStepAnswered

    step = await city.asked(case_id, "vaccination-record")
    assert isinstance(step, StepRequested)
    return SharingStepAnswered(request_id=step.request_id, case_id=step.case_id, outcome="done")
