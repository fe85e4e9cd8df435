"""Handing in: each check, and one case whatever is repeated."""

import asyncio

from contracts.claims import Proofing
from contracts.events.catalog import BundleWithdrawn, ItemWithdrawn
from contracts.events.workflow import CaseSubmitted
from contracts.scopes import PERSON
from svc_workflow import clock

from .city import ANSWERS, City, Family, ok


def kind(response) -> str:
    return response.json()["type"].rpartition("/")[2]


async def test_a_case_gets_the_citys_number_of_the_year(service, city, family):
    submitted = ok(await family.submit(await family.ready()), 201)
    other = Family(city)
    second = ok(await other.submit(await other.ready()), 201)

    assert [submitted["case_number"], second["case_number"]] == ["440199-2026-000001", "440199-2026-000002"]
    assert len(submitted["branches"]) == 5
    event = (await service.published(CaseSubmitted))[0]
    assert (event.case_number, event.parties) == (submitted["case_number"], [family.father_id])
    assert event.subject_key == family.children[0]


async def test_the_count_begins_anew_with_the_citys_year(service):
    city = await City(service).open()
    first = Family(city)
    ok(await first.submit(await first.ready()), 201)
    city.now = city.now.replace(year=2026, month=12, day=31, hour=16, minute=30)
    second = Family(city)

    assert ok(await second.submit(await second.ready()), 201)["case_number"] == "440199-2027-000001"


async def test_submitting_twice_with_one_key_makes_one_case(service, family):
    application_id = await family.ready()

    first = await family.submit(application_id, **{"idempotency-key": "k1"})
    again = await family.submit(application_id, **{"idempotency-key": "k1"})

    assert (first.status_code, again.json()) == (201, first.json())
    assert len(await service.published(CaseSubmitted)) == 1


async def test_submitting_again_without_a_key_names_the_case(family):
    application_id = await family.ready()
    case = ok(await family.submit(application_id), 201)

    again = await family.submit(application_id)

    assert (again.status_code, kind(again)) == (409, "already-applied")
    assert (again.json()["case_id"], again.json()["case_number"]) == (case["id"], case["case_number"])


async def test_the_same_child_again_names_the_case(city, family):
    case = ok(await family.submit(await family.ready()), 201)
    father = Family(city)
    father.children = family.children

    again = await father.submit(await father.ready())

    assert (again.status_code, kind(again)) == (409, "already-applied")
    assert again.json()["case_number"] == case["case_number"]


async def test_two_who_submit_for_one_child_at_once_make_one_case(service, city, family):
    father = Family(city)
    father.children = family.children
    mine, his = await family.ready(), await father.ready()

    answers = await asyncio.gather(family.submit(mine), father.submit(his))

    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert len(await service.published(CaseSubmitted)) == 1


async def test_twins_are_two_children_and_two_cases(service):
    city = await City(service).open()
    family = Family(city, children=2)

    first, second = await family.apply(record=0), await family.apply(record=1)

    assert first != second
    keys = [event.subject_key for event in await service.published(CaseSubmitted)]
    assert keys == family.children


async def test_after_a_withdrawal_one_may_apply_again(family):
    case_id = await family.apply()
    ok(await family.mother.post(f"/cases/{case_id}/withdrawal"))

    assert (await family.submit(await family.ready())).status_code == 201


async def test_what_is_missing_is_pointed_at(family):
    application_id = await family.start()
    await family.prefill(application_id)
    given = {name: value for name, value in ANSWERS.items() if name not in ("bank", "phone")}
    ok(await family.mother.patch(f"/applications/{application_id}", json={"answers": given}))

    refused = await family.submit(application_id)

    assert refused.status_code == 400
    assert [error["pointer"] for error in refused.json()["errors"]] == ["#/child", "#/answers/bank", "#/answers/phone"]


async def test_without_the_other_parents_word_nothing_is_handed_in(city, family):
    application_id = await family.start()
    await family.prefill(application_id)
    await family.fill(application_id)
    assert kind(await family.submit(application_id)) == "not-agreed"

    ok(await family.mother.post(f"/applications/{application_id}/agreement"), 202)
    await city.answer(application_id, "identity.consent", "refused", reason="consent-declined")
    declined = await family.submit(application_id)
    assert (declined.status_code, kind(declined), declined.json()["state"]) == (409, "not-agreed", "declined")


async def test_one_parent_alone_needs_nobodys_word(family):
    application_id = await family.start()
    await family.prefill(application_id, married=False)
    await family.fill(application_id)

    assert (await family.submit(application_id)).status_code == 201


async def test_the_departments_must_have_answered(city, family):
    application_id = await family.start()
    await family.prefill(application_id, married=False)
    await family.fill(application_id)
    ok(await family.mother.post(f"/applications/{application_id}/prefills"), 202)
    other = Family(city)
    waiting = await other.start()
    await city.exchange(waiting, "hospital-deliveries", records=1, record_keys=other.children)
    await city.exchange(waiting, "marriage", records=0)
    await other.fill(waiting)

    refused = await other.submit(waiting)

    assert (refused.status_code, kind(refused), refused.json()["resources"]) == (409, "still-asking", ["population"])
    assert (await family.submit(application_id)).status_code == 201


async def test_a_household_needs_a_register_that_knows_it(family):
    application_id = await family.start()
    await family.prefill(application_id, married=False)
    await family.fill(application_id)
    ok(await family.mother.patch(f"/applications/{application_id}", json={"answers": {"household": "father"}}))

    refused = await family.submit(application_id)

    assert refused.status_code == 400
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [
        ("#/answers/household", "not-possible")
    ]


async def test_a_withdrawn_item_is_not_handed_in(city, family):
    application_id = await family.ready()
    await city.receive(ItemWithdrawn(item_code="item-social-card", version=1))

    refused = await family.submit(application_id)

    assert (refused.status_code, kind(refused)) == (409, "item-withdrawn")
    assert refused.json()["item_code"] == "item-social-card"


async def test_a_withdrawn_bundle_is_neither_begun_nor_handed_in(city, family):
    application_id = await family.ready()
    await city.receive(BundleWithdrawn(bundle_code="newborn", version=1))

    assert kind(await family.submit(application_id)) == "item-withdrawn"
    assert kind(await family.mother.post("/applications", json={"bundle_code": "newborn"})) == "item-withdrawn"


async def test_a_limit_beyond_the_loaded_calendars_is_refused_at_once(city, family):
    city.now = city.now.replace(year=2027, month=12)
    application_id = await family.ready()

    refused = await family.submit(application_id)

    assert (refused.status_code, kind(refused), refused.json()["year"]) == (409, "calendar-missing", 2028)


async def test_handing_in_needs_a_person_proofed_to_the_highest_tier(service, city, family):
    application_id = await family.ready()
    body = {"application_id": application_id}
    middle = service.as_person(family.mother_id, *PERSON, proofing=Proofing.MIDDLE)

    with clock.standing_at(city.now):
        refused = await middle.post("/cases", json=body)

    assert (refused.status_code, kind(refused)) == (401, "assurance-too-low")
    assert "insufficient_user_authentication" in refused.headers["www-authenticate"]


async def test_somebody_elses_application_is_none(city, family):
    application_id = await family.ready()

    refused = await family.father.post("/cases", json={"application_id": application_id})

    assert refused.json()["errors"][0]["pointer"] == "#/application_id"
