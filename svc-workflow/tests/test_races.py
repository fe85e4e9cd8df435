"""Two at once: one of them is first, the other hears of it."""

import asyncio

from contracts.events.workflow import BranchEnded, CaseWithdrawn, TaskCompleted

from .city import Family, ok


async def test_two_clerks_decide_one_task_and_one_of_them_has(service, city, family):
    await family.accepted()
    [task] = await city.tasks("birth-registration")
    url = f"/tasks/{task['id']}/completion"
    bodies = [{"decision": "approve"}, {"decision": "refuse", "reason": "household-mismatch"}]

    answers = await asyncio.gather(*[city.clerk("birth-registration").post(url, json=body) for body in bodies])

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    decided = [event for event in await service.published(BranchEnded) if event.branch == "birth-registration"]
    assert len(decided) == 1


async def test_a_withdrawal_and_a_decision_at_once_leave_one_story(service, city, family):
    case_id = await family.accepted()
    [task] = await city.tasks("birth-registration")
    decision = city.clerk("birth-registration").post(f"/tasks/{task['id']}/completion", json={"decision": "approve"})

    decided, withdrawn = await asyncio.gather(decision, family.mother.post(f"/cases/{case_id}/withdrawal"))

    assert withdrawn.status_code == 200
    assert decided.status_code in (200, 409)
    approved = [event for event in await service.published(TaskCompleted) if event.decision == "approve"]
    assert len(approved) == (decided.status_code == 200)
    expected = "granted" if decided.status_code == 200 else "withdrawn"
    assert (await family.branch(case_id, "birth-registration"))["state"] == expected
    assert len(await service.published(CaseWithdrawn)) == 1


async def test_a_batch_of_answers_for_several_cases_is_one_transaction(city):
    families = [Family(city) for _ in range(3)]
    cases = [await family.apply() for family in families]
    events = []
    receive = city.receive

    async def gather(*some):
        events.extend(some)

    city.receive = gather
    for case_id in cases:
        await city.exchange(case_id, "birth-certificate-request")
        await city.licence(case_id)
    city.receive = receive
    await city.receive(*events)

    for family, case_id in zip(families, cases, strict=True):
        assert (await family.branch(case_id, "birth-certificate"))["state"] == "granted"
        assert ok(await family.mother.get(f"/cases/{case_id}/timeline"))["entries"]
