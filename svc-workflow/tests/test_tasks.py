"""Clerks at work: who sees a task, who may decide, and what a decision needs."""

from chassis.identifiers import new_id
from contracts.events.workflow import FormOpened, SupplementAsked, SupplementSupplied, TaskCompleted, TaskOpened
from contracts.scopes import STAFF

from .city import CARDS, POLICE, Caller, Family, ok

REGISTRATION = "birth-registration"


async def test_a_task_reaches_its_post_and_nobody_else(service, city, family):
    await family.certified()

    [task] = await city.tasks(REGISTRATION)
    assert (task["action"], task["decisions"], task["state"]) == ("receive", ["receive"], "open")
    assert await city.tasks("social-card") == []
    for department, post in [(POLICE, "front-desk"), (CARDS, "household-registration")]:
        stranger = Caller(city, service.as_staff(*STAFF["clerk"], department=department, post=post))
        assert (await stranger.get(f"/tasks/{task['id']}")).status_code == 404
        assert (await stranger.get(f"/tasks/{task['id']}/form")).status_code == 404
        decision = {"json": {"decision": "receive"}}
        assert (await stranger.post(f"/tasks/{task['id']}/completion", **decision)).status_code == 404
    [opened] = await service.published(TaskOpened)
    assert (opened.department, opened.post) == (POLICE, "household-registration")


async def test_a_claimed_task_is_left_alone_by_colleagues(city, family):
    await family.certified()
    one, other = city.clerk(REGISTRATION, new_id()), city.clerk(REGISTRATION, new_id())
    [task] = await city.tasks(REGISTRATION)
    url = f"/tasks/{task['id']}"

    ok(await one.post(f"{url}/claim"))

    assert ok(await other.get("/tasks"))["items"] == []
    assert [each["id"] for each in ok(await one.get("/tasks", params={"mine": True}))["items"]] == [task["id"]]
    for act in ("claim", "release"):
        assert (await other.post(f"{url}/{act}")).json()["type"].endswith("/task-taken")
    taken = await other.post(f"{url}/completion", json={"decision": "receive"})
    assert (taken.status_code, taken.json()["type"].rpartition("/")[2]) == (409, "task-taken")
    ok(await one.post(f"{url}/release"))
    ok(await other.post(f"{url}/completion", json={"decision": "receive"}))


async def test_a_task_is_done_once(service, city, family):
    await family.certified()
    [task] = await city.tasks(REGISTRATION)
    clerk = city.clerk(REGISTRATION)
    ok(await clerk.post(f"/tasks/{task['id']}/completion", json={"decision": "receive"}))

    again = await clerk.post(f"/tasks/{task['id']}/completion", json={"decision": "receive"})

    assert (again.status_code, again.json()["type"].rpartition("/")[2]) == (409, "task-closed")
    assert len(await service.published(TaskCompleted)) == 1


async def test_only_what_the_process_offers_can_be_decided(city, family):
    await family.certified()
    [task] = await city.tasks(REGISTRATION)

    refused = await city.clerk(REGISTRATION).post(f"/tasks/{task['id']}/completion", json={"decision": "approve"})

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "#/decision")


async def test_a_refusal_needs_its_reason_and_a_supplement_its_items(city, family):
    await family.certified()
    await city.decide(REGISTRATION, "receive")
    [task] = await city.tasks(REGISTRATION)
    clerk, url = city.clerk(REGISTRATION), f"/tasks/{task['id']}/completion"

    for body in (
        {"decision": "refuse-to-accept"},
        {"decision": "supplement"},
        {"decision": "accept", "items": [{"code": "household", "note": "?"}]},
        {"decision": "accept", "procedure": "appraisal"},
        {"decision": "accept", "haste": True},
    ):
        assert (await clerk.post(url, json=body)).status_code == 400


async def test_not_accepted_is_told_with_the_reason(city, family):
    case_id = await family.certified()
    await city.decide(REGISTRATION, "receive")

    answer = await city.decide(REGISTRATION, "refuse-to-accept", reason="not-competent")

    assert answer["branch_state"] == "not-accepted"
    assert (await family.branch(case_id, REGISTRATION))["reason"] == "not-competent"
    assert (await family.branch(case_id, "social-card"))["state"] == "prerequisite-refused"


async def test_a_supplement_is_asked_answered_and_then_accepted(service, city, family):
    case_id = await family.certified()
    await city.decide(REGISTRATION, "receive")
    items = [
        {"code": "household", "note": "户口簿与所选不符"},
        {"code": "household_book_page", "note": "请说明户口簿页码"},
    ]
    await city.decide(REGISTRATION, "supplement", items=items)

    case = await family.case(case_id)
    [supplement] = case["supplements"]
    assert (supplement["items"], supplement["open"], supplement["reply_by"]) == (items, True, "2026-03-17")
    assert (await family.branch(case_id, REGISTRATION))["state"] == "supplement-asked"
    assert ok(await family.mother.get("/cases"))["items"][0]["waiting_for_me"] == 1
    assert (await service.published(SupplementAsked))[0].reply_by.isoformat() == "2026-03-17"

    url = f"/cases/{case_id}/supplements/{supplement['id']}"
    partial = await family.mother.post(url, json={"answers": {"household": "father", "shoe_size": "17"}})
    assert {error["pointer"] for error in partial.json()["errors"]} == {
        "#/answers/household_book_page",
        "#/answers/shoe_size",
    }
    replied = {"answers": {"household": "father", "household_book_page": "第3页"}}
    ok(await family.mother.post(url, json=replied))
    assert (await family.branch(case_id, REGISTRATION))["state"] == "received"
    assert (await family.mother.post(url, json=replied)).json()["type"].endswith("/supplement-closed")
    assert len(await service.published(SupplementSupplied)) == 1

    [task] = await city.tasks(REGISTRATION)
    assert "supplement" not in task["decisions"]
    form = ok(await city.clerk(REGISTRATION).get(f"/tasks/{task['id']}/form"))
    assert (form["fields"]["household"], form["supplied"]["household_book_page"]) == ("father", "第3页")
    assert (await city.decide(REGISTRATION, "accept"))["branch_state"] == "accepted"


async def test_a_corrected_choice_goes_on_with_the_process(city, family):
    case_id = await family.certified()
    await city.decide(REGISTRATION, "receive")
    await city.decide(REGISTRATION, "supplement", items=[{"code": "household", "note": "?"}])
    [supplement] = (await family.case(case_id))["supplements"]
    url = f"/cases/{case_id}/supplements/{supplement['id']}"
    ok(await family.mother.post(url, json={"answers": {"household": "father"}}))

    await city.decide(REGISTRATION, "accept")
    await city.decide(REGISTRATION, "approve")
    await city.parcel(case_id, "in:household-book")

    step = await city.asked(case_id, "birth-registration")
    assert step.arguments["values"]["parent_number"]["field"] == "spouse_number"


async def test_a_clerk_asks_only_for_fields_of_their_own_part(city, family):
    await family.certified()
    await city.decide(REGISTRATION, "receive")
    [task] = await city.tasks(REGISTRATION)
    body = {"decision": "supplement", "items": [{"code": "bank", "note": "?"}]}

    refused = await city.clerk(REGISTRATION).post(f"/tasks/{task['id']}/completion", json=body)

    assert refused.json()["errors"][0]["pointer"] == "#/items/0/code"


async def test_the_form_shows_the_branchs_part_and_each_look_is_told(service, city, family):
    await family.certified()
    [task] = await city.tasks(REGISTRATION)

    form = ok(await city.clerk(REGISTRATION).get(f"/tasks/{task['id']}/form"))

    assert form["fields"] == {"child_name": "云小溪", "household": "mother", "phone": "13800138000"}
    resources = {exchange["resource"] for exchange in form["exchanges"]}
    sources = {"hospital-deliveries", "marriage", "population", "birth-certificate-request", "birth-certificate"}
    assert resources == sources
    assert {exchange["purpose"] for exchange in form["exchanges"]} == {"newborn/birth-registration"}
    [opened] = await service.published(FormOpened)
    assert (opened.department, opened.fields) == (POLICE, ["child_name", "household", "phone"])


async def test_a_task_comes_with_its_case(city, family):
    case_id = await family.accepted()
    [task] = await city.tasks(REGISTRATION)

    page = ok(await city.clerk(REGISTRATION).get(f"/tasks/{task['id']}"))

    assert (page["case"]["id"], page["case"]["role"], len(page["case"]["branches"])) == (case_id, "department", 5)


async def test_what_is_due_first_comes_first_page_by_page(city):
    families = [Family(city) for _ in range(3)]
    cases = []
    for family in families:
        cases.append(await family.certified())
        await city.decide(REGISTRATION, "receive")
        city.later(days=1)
    clerk = city.clerk(REGISTRATION)

    first = ok(await clerk.get("/tasks", params={"limit": 2}))
    rest = ok(await clerk.get("/tasks", params={"limit": 2, "cursor": first["next_cursor"]}))

    assert [task["case_id"] for task in first["items"] + rest["items"]] == cases
    assert rest["next_cursor"] is None
    assert [task["late"] for task in first["items"]] == [False, False]
    city.later(days=14)
    assert len(ok(await clerk.get("/tasks", params={"late": True}))["items"]) == 3


async def test_another_post_is_refused(city):
    response = await city.clerk(REGISTRATION).get("/tasks", params={"post": "card-making"})

    assert response.status_code == 403
