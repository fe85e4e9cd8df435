"""What the city's operators enter: persons, departments, staff, companies."""

import pytest

from contracts.events.identity import PersonRegistered, SessionRevoked

from .browser import MOTHER, Browser, answered, register_client, register_person

POLICE = "11440199MB2D000212"
CLERK = {
    "name": "周启明",
    "department": POLICE,
    "post": "birth-registration",
    "roles": ["clerk"],
    "password": "a long secret",
}


@pytest.fixture
async def operator(service):
    nouns = ("department", "staff", "person", "company", "client")
    client = service.as_client("demo-operator", *(f"identity:{noun}:write" for noun in nouns))
    await client.put(f"/departments/{POLICE}", json={"name": "云溪市公安局", "division": "440199"})
    return client


async def test_a_person_registered_again_is_the_same_person(operator, service):
    first = await operator.post("/persons", json=MOTHER)
    again = await operator.post("/persons", json=MOTHER | {"password": "another secret"})

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert len(await service.published(PersonRegistered)) == 1


async def test_a_number_under_another_name_is_refused(operator):
    await operator.post("/persons", json=MOTHER)

    answer = await operator.post("/persons", json=MOTHER | {"name": "王小明"})

    assert (answer.status_code, answer.json()["type"].rsplit("/")[-1]) == (409, "person-differs")


async def test_a_username_belongs_to_one(operator):
    await operator.post("/persons", json=MOTHER)

    answer = await operator.post("/persons", json=MOTHER | {"name": "王小明", "number": "440199198808080054"})

    assert answer.json()["type"].endswith("login-name-taken")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"number": "440199199504120024"}, "#/number"),
        ({"phone": "123"}, "#/phone"),
        ({"password": "short"}, "#/password"),
        ({"nmae": "x"}, "#/nmae"),
    ],
)
async def test_wrong_input_is_pointed_at_and_not_repeated(operator, change, pointer):
    answer = await operator.post("/persons", json=MOTHER | change)

    assert (answer.status_code, [error["pointer"] for error in answer.json()["errors"]]) == (400, [pointer])
    assert not [value for value in change.values() if f'"{value}"' in answer.text]


async def test_identifiers_are_read_for_a_reason_that_is_written_down(operator, service):
    person_id = (await operator.post("/persons", json=MOTHER)).json()["id"]
    reader = service.as_client("svc-sharing", "identity:identifier:read")
    why = {"purpose": "newborn/prefill", "reference": "r1"}

    answer = await reader.get(f"/persons/{person_id}/identifiers", params=why)

    assert answer.json() == {name: MOTHER[name] for name in ("name", "number", "phone")}
    assert (await reader.get(f"/persons/{person_id}/identifiers")).status_code == 400
    assert (await operator.get(f"/persons/{person_id}/identifiers", params=why)).status_code == 403


async def test_a_person_sees_only_themselves(operator, service):
    mine = (await operator.post("/persons", json=MOTHER)).json()["id"]
    other = await register_person(service, number="440199199302070013", name="陈北辰", username=None, password=None)
    me = service.as_person(mine, "identity:account:read")

    assert (await me.get(f"/persons/{mine}")).json()["proofing"] == 2
    assert (await me.get(f"/persons/{other}")).status_code == 404


async def test_staff_sign_in_at_the_same_page_with_their_place_and_scopes(operator, service):
    await operator.put("/staff/Zhou", json=CLERK)
    await register_client(service)
    browser = Browser(service)
    await browser.sign_in(name="zhou")
    tokens = (await browser.exchange(answered(await browser.authorize())["code"])).json()

    claims = await service.runtime.tokens.verify(tokens["access_token"])

    assert (claims.kind, claims.department, claims.post, claims.roles) == (
        "staff",
        POLICE,
        "birth-registration",
        ["clerk"],
    )
    assert "workflow:task:work" in claims.scopes
    assert "workflow:case:submit" not in claims.scopes
    me = (await service.client(tokens["access_token"]).get("/me")).json()
    assert (me["name"], me["department_name"]) == ("周启明", "云溪市公安局")


async def test_staff_moved_to_another_post_are_signed_out(operator, service):
    await operator.put("/staff/zhou", json=CLERK)
    await register_client(service)
    browser = Browser(service)
    await browser.sign_in(name="zhou")

    await operator.put("/staff/zhou", json=CLERK)
    assert await service.published(SessionRevoked) == []
    await operator.put("/staff/zhou", json=CLERK | {"post": "household"})
    assert len(await service.published(SessionRevoked)) == 1


async def test_staff_need_a_known_department_and_known_roles(operator):
    nowhere = await operator.put("/staff/zhou", json=CLERK | {"department": "11440199MB2D000300"})
    king = await operator.put("/staff/zhou", json=CLERK | {"roles": ["king"]})

    assert [answer.json()["errors"][0]["pointer"] for answer in (nowhere, king)] == ["#/department", "#/roles"]


async def test_departments_are_public_and_paged(operator, service):
    await operator.put("/departments/11440199MB2D000300", json={"name": "云溪市民政局"})

    first = (await service.http.get("/departments", params={"limit": 1})).json()
    rest = (await service.http.get("/departments", params={"cursor": first["next_cursor"]})).json()

    assert [one["name"] for one in first["items"] + rest["items"]] == ["云溪市公安局", "云溪市民政局"]
    assert (await service.http.get(f"/departments/{POLICE}")).json()["division"] == "440199"
    assert (await service.http.get("/departments/11440199MB2D000211")).status_code == 400


async def test_a_company_and_its_legal_representative(operator, service):
    await register_person(service)
    path = "/companies/91440199MA5EXAMPLD"

    unknown = await operator.put(path, json={"name": "青禾食品", "legal_representative": "440199198808080054"})
    known = await operator.put(path, json={"name": "青禾食品", "legal_representative": MOTHER["number"]})
    again = await operator.put(path, json={"name": "青禾食品有限公司"})

    assert (unknown.status_code, known.json()["has_legal_representative"]) == (400, True)
    assert again.json() == {"code": "91440199MA5EXAMPLD", "name": "青禾食品有限公司", "has_legal_representative": True}
    assert (await service.http.get(path)).json() == again.json()


async def test_staff_who_left_are_out_at_once_and_may_come_back(operator, service):
    await operator.put("/staff/zhou", json=CLERK)
    await register_client(service)
    browser = Browser(service)
    await browser.sign_in(name="zhou")
    tokens = (await browser.exchange(answered(await browser.authorize())["code"])).json()

    assert (await operator.delete("/staff/zhou")).status_code == 204

    assert (await service.client(tokens["access_token"]).get("/me")).status_code == 401
    assert (await browser.sign_in(name="zhou")).status_code == 401
    assert (await operator.delete("/staff/nobody")).status_code == 404
    await operator.put("/staff/zhou", json=CLERK)
    assert (await browser.sign_in(name="zhou")).status_code == 303
