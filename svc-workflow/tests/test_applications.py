"""Before there is a case: what a person fills in, and what departments fill in for them."""

from sqlalchemy import select

from chassis.identifiers import new_id
from contracts.events.workflow import ApplicationDiscarded, ApplicationStarted, StepCancelled, StepRequested
from svc_workflow.jobs import DiscardOldDrafts
from svc_workflow.models import Application

from .city import ANSWERS, ok


async def test_starting_asks_the_departments_what_they_know(service, family):
    application_id = await family.start()

    application = ok(await family.mother.get(f"/applications/{application_id}"))
    assert [prefill["state"] for prefill in application["prefills"]] == ["waiting"] * 3
    assert (application["tasks"][0], application["missing"][0]) == ({"code": "child", "state": "not-started"}, "child")
    steps = await service.published(StepRequested)
    assert [step.arguments["resource"] for step in steps] == ["hospital-deliveries", "marriage", "population"]
    assert {step.purpose for step in steps} == {"newborn/prefill"}
    assert {step.arguments["subject"] for step in steps} == {str(family.mother_id)}
    [started] = await service.published(ApplicationStarted)
    assert str(started.application_id) == application_id


async def test_a_prefill_names_its_exchange_and_never_its_values(city, family):
    application_id = await family.start()
    await city.exchange(application_id, "population", exchange_id=str(new_id()), source_name="云溪市公安局")

    application = ok(await family.mother.get(f"/applications/{application_id}"))
    population = application["prefills"][2]
    assert (population["state"], population["source_name"]) == ("done", "云溪市公安局")
    assert population["exchange_id"] is not None


async def test_a_failed_prefill_can_be_asked_for_again(city, family):
    application_id = await family.start()
    await city.answer(application_id, "population", "failed", reason="department-down")

    again = ok(await family.mother.post(f"/applications/{application_id}/prefills"), 202)

    assert again["prefills"][2]["state"] == "waiting"
    await city.exchange(application_id, "population")
    assert ok(await family.mother.get(f"/applications/{application_id}"))["prefills"][2]["state"] == "done"


async def test_answers_are_kept_page_by_page(family):
    application_id = await family.start()
    url = f"/applications/{application_id}"
    ok(await family.mother.patch(url, json={"answers": {"child_name": "云小溪"}}))
    ok(await family.mother.patch(url, json={"answers": {"household": "father"}}))
    ok(await family.mother.patch(url, json={"answers": {"household": None}}))

    application = ok(await family.mother.get(url))
    assert application["answers"] == {"child_name": "云小溪"}
    states = {task["code"]: task["state"] for task in application["tasks"]}
    assert (states["name"], states["household"], states["check"]) == ("done", "not-started", "not-yet")


async def test_answers_are_sealed_at_rest(service, family):
    application_id = await family.start()
    ok(await family.mother.patch(f"/applications/{application_id}", json={"answers": {"child_name": "云小溪"}}))

    async with service.session() as session:
        row = (await session.execute(select(Application))).scalar_one()
    assert "云小溪".encode() not in row.answers


async def test_each_wrong_answer_is_pointed_at(family):
    application_id = await family.start()
    wrong = {
        "child_name": "云",
        "household": "uncle",
        "clinic": "Not A Code",
        "insurance_place": "999999",
        "address_id": "here",
        "phone": "12345",
        "photo": "aGVsbG8=",
        "shoe_size": "17",
    }

    refused = await family.mother.patch(f"/applications/{application_id}", json={"answers": wrong})

    assert refused.status_code == 400
    errors = {error["pointer"]: error["code"] for error in refused.json()["errors"]}
    assert errors == {
        "#/answers/child_name": "not-a-name",
        "#/answers/household": "not-a-choice",
        "#/answers/clinic": "not-a-code",
        "#/answers/insurance_place": "unknown-place",
        "#/answers/address_id": "not-an-id",
        "#/answers/phone": "phone-number-length",
        "#/answers/photo": "not-a-picture",
        "#/answers/shoe_size": "unknown-field",
    }
    assert "12345" not in refused.text


async def test_a_change_made_elsewhere_is_not_overwritten(family):
    url = f"/applications/{await family.start()}"
    read = await family.mother.get(url)
    ok(await family.mother.patch(url, json={"answers": {"child_name": "云小溪"}}))

    late = await family.mother.patch(
        url, json={"answers": {"child_name": "云大溪"}}, headers={"if-match": read.headers["etag"]}
    )

    assert late.status_code == 412
    assert ok(await family.mother.get(url))["answers"]["child_name"] == "云小溪"


async def test_a_child_is_chosen_among_the_deliveries(city, family):
    application_id = await family.start()
    url = f"/applications/{application_id}"
    assert (await family.mother.patch(url, json={"child": {"record": 0}})).status_code == 409

    await family.prefill(application_id)
    beyond = await family.mother.patch(url, json={"child": {"record": 1}})
    assert beyond.json()["errors"][0]["pointer"] == "#/child/record"
    chosen = ok(await family.mother.patch(url, json={"child": {"record": 0}}))
    assert chosen["child"]["subject_key"] == family.children[0]


async def test_the_other_parent_is_asked_by_the_registers_reference(city, family):
    application_id = await family.start()
    url = f"/applications/{application_id}"
    assert (await family.mother.post(f"{url}/agreement")).status_code == 409

    await family.prefill(application_id)
    asked = ok(await family.mother.post(f"{url}/agreement"), 202)

    assert (asked["agreement"]["needed"], asked["agreement"]["state"]) == (True, "asked")
    step = await city.asked(application_id, "identity.consent")
    assert step.arguments["person"]["field"] == "spouse_number"
    assert (await family.mother.post(f"{url}/agreement")).status_code == 409

    await city.answer(application_id, "identity.consent", "refused", reason="consent-declined")
    assert ok(await family.mother.get(url))["agreement"]["state"] == "declined"
    ok(await family.mother.post(f"{url}/agreement"), 202)


async def test_nobody_is_asked_when_no_marriage_is_registered(city, family):
    application_id = await family.start()
    await family.prefill(application_id, married=False)

    application = await family.fill(application_id)

    assert application["agreement"]["needed"] is False
    assert application["missing"] == []
    assert (await family.mother.post(f"/applications/{application_id}/agreement")).status_code == 409


async def test_a_draft_thrown_away_is_erased_and_its_questions_called_off(service, family):
    application_id = await family.start()
    ok(await family.mother.patch(f"/applications/{application_id}", json={"answers": ANSWERS}))

    ok(await family.mother.delete(f"/applications/{application_id}"), 204)

    async with service.session() as session:
        row = (await session.execute(select(Application))).scalar_one()
    assert (row.state, row.answers, row.data_key) == ("discarded", None, None)
    assert len(await service.published(StepCancelled)) == 3
    assert len(await service.published(ApplicationDiscarded)) == 1
    change = await family.mother.patch(f"/applications/{application_id}", json={"answers": {}})
    assert change.json()["type"].endswith("/not-a-draft")
    assert ok(await family.mother.get("/applications")) == []


async def test_an_untouched_draft_is_thrown_away_after_thirty_days(city, family):
    await family.start()
    city.later(days=20)
    touched = await family.start()
    city.later(days=11)

    await city.run(DiscardOldDrafts())

    assert [each["id"] for each in ok(await family.mother.get("/applications"))] == [touched]


async def test_a_draft_is_its_owners_alone(city, family):
    application_id = await family.start()

    for method, url in [("get", ""), ("patch", ""), ("delete", ""), ("post", "/agreement"), ("post", "/prefills")]:
        options = {"json": {}} if method == "patch" else {}
        stranger = await getattr(family.father, method)(f"/applications/{application_id}{url}", **options)
        assert stranger.status_code == 404


async def test_an_unknown_bundle_cannot_be_applied_for(city, family):
    refused = await family.mother.post("/applications", json={"bundle_code": "moon-landing"})

    assert refused.json()["errors"][0]["pointer"] == "#/bundle_code"
