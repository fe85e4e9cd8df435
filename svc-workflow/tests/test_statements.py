"""What the requests that a case is made of say to the database, besides what the chassis says for each."""

import pytest

from chassis.testing import heard

from .city import ANSWERS, ok
from .test_sealed_forms import sharing

ABOUT = (
    *("application", "case_file", "branch", "step", "task", "supplement", "excluded_time", "form_part"),
    *("sealed_form_code", "place", "bundle_offer"),
)
"""Tables of this service; what the chassis keeps for it is not counted."""


def of_ours(said: list[str]) -> list[str]:
    return [one.split()[0] for one in said if any(f" {table} " in f"{one} ".replace("\n", " ") for table in ABOUT)]


async def test_a_draft_is_read_in_one_statement(service, family):
    application_id = await family.ready()

    with heard(service) as said:
        ok(await family.mother.get(f"/applications/{application_id}", params={"way": "ordinary"}))

    assert of_ours(said) == ["select"]


async def test_a_case_is_read_in_one_statement(service, family):
    case_id = await family.certified()

    with heard(service) as said:
        ok(await family.mother.get(f"/cases/{case_id}", params={"way": "ordinary"}))

    assert of_ours(said) == ["select"]


async def test_what_was_just_asked_is_not_read_back(service, city, family):
    with heard(service, "FROM step") as said:
        application_id = await family.start()
    assert said == []

    await family.prefill(application_id)
    with heard(service, "step") as said:
        await family.fill(application_id)
    assert len(said) == 1

    with heard(service, "step") as said:
        ok(await family.mother.post(f"/applications/{application_id}/agreement"), 202)
    assert [one.split()[0] for one in said] == ["SELECT", "INSERT"]


async def test_kept_answers_are_answered_as_they_are_read(family):
    application_id = await family.start()
    await family.prefill(application_id)

    kept = await family.fill(application_id)

    assert kept["answers"] == ANSWERS
    assert ok(await family.mother.get(f"/applications/{application_id}")) == kept


@pytest.mark.parametrize("asked", ["first", "agreement", "again"])
async def test_questions_are_answered_as_they_are_read(city, family, asked):
    application_id = await family.start()
    answer = await family.mother.get(f"/applications/{application_id}")
    if asked != "first":
        await family.prefill(application_id)
        await city.answer(application_id, "population", outcome="failed", reason="department-down")
        path = f"/applications/{application_id}/" + {"agreement": "agreement", "again": "prefills"}[asked]
        answer = await family.mother.post(path)

    assert ok(await family.mother.get(f"/applications/{application_id}")) == answer.json()


async def test_an_inbox_is_read_in_one_statement(service, city, family):
    await family.certified()

    with heard(service) as said:
        [task] = await city.tasks("birth-registration")

    assert of_ours(said) == ["SELECT"]
    assert (task["title"], len(task["case_number"])) == ("新生儿出生一件事", len("440199-2026-000001"))


async def test_a_task_is_read_and_claimed_in_one_statement_each(service, city, family):
    await family.certified()
    [task] = await city.tasks("birth-registration")
    clerk = city.clerk("birth-registration")

    with heard(service) as said:
        read = ok(await clerk.get(f"/tasks/{task['id']}"))
        claimed = ok(await clerk.post(f"/tasks/{task['id']}/claim"))

    assert of_ours(said) == ["select", "with"]
    assert claimed == {**read, "claimed_by": claimed["claimed_by"]}
    assert claimed["claimed_by"] is not None


async def test_a_completion_writes_its_task_once(service, city, family):
    await family.certified()
    [task] = await city.tasks("birth-registration")

    with heard(service, " task ") as said:
        ok(await city.clerk("birth-registration").post(f"/tasks/{task['id']}/completion", json={"decision": "receive"}))

    assert [one.split()[0] for one in said] == ["SELECT", "UPDATE", "INSERT"]


async def test_a_part_is_opened_in_one_statement(service, city, family):
    case_id = await family.apply()
    step = await city.asked(case_id, "birth-certificate-request")

    with heard(service) as said:
        body = {"code": step.form_code, "request_id": str(step.request_id)}
        ok(await sharing(city).post("/sealed-forms/open", json=body, params={"way": "ordinary"}))

    assert of_ours(said) == ["with"]
