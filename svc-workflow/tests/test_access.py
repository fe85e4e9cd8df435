"""Who may call what, as a property of every route; and whose a case is."""

from chassis.access import Requires
from chassis.identifiers import new_id
from contracts.scopes import CLIENTS, PERSON, STAFF
from svc_workflow.main import service as workflow

from .city import Caller, ok

ROUTES = [route for router in workflow.routers for route in router.routes]
GRANTED = {*PERSON, *(scope for scopes in STAFF.values() for scope in scopes)} | {
    scope for audiences in CLIENTS.values() for scope in audiences.get("svc-workflow", [])
}


def guards(route) -> list[Requires]:
    dependencies = [each.call for each in route.dependant.dependencies]
    return [call for call in dependencies if isinstance(call, Requires)]


NAMED = {"year": "2026", "division": "440199", "kind": "bank", "case_number": "440196-2026-000001"}


def address(route) -> str:
    url = route.path
    for name in route.param_convertors:
        url = url.replace(
            f"{{{name}}}",
            {"year": "2026", "division": "440199", "kind": "bank", "case_number": "440196-2026-000001"}.get(
                name, str(new_id())
            ),
        )
    return url


def test_every_scope_that_a_route_needs_is_granted_to_somebody():
    needed = {scope for route in ROUTES for guard in guards(route) for scope in guard.scopes}

    assert needed <= GRANTED


async def test_every_route_but_the_public_ones_is_guarded(service):
    open_to_all = []
    for route in ROUTES:
        method, url = min(route.methods), address(route)
        if not guards(route):
            open_to_all.append(route.name)
            continue
        assert guards(route)[0].kinds, f"{route.name} says which kind of account it is for"
        assert (await service.http.request(method, url)).status_code == 401, route.name
        assert (await service.as_person(new_id()).request(method, url)).status_code == 403, route.name

    assert open_to_all == ["read_bundle_form", "list_places", "list_offices"]


async def test_the_other_parent_sees_the_case_and_nobody_else_does(city, family):
    case_id = await family.apply()
    stranger = city.person(new_id())

    assert ok(await family.father.get(f"/cases/{case_id}"))["role"] == "party"
    assert [line["id"] for line in ok(await family.father.get("/cases"))["items"]] == [case_id]
    assert (await family.father.get(f"/cases/{case_id}/timeline")).status_code == 200
    assert ok(await stranger.get("/cases"))["items"] == []
    for url in ("", "/timeline"):
        assert (await stranger.get(f"/cases/{case_id}{url}")).status_code == 404


async def test_a_case_is_found_by_its_number_by_those_it_concerns(city, family):
    case_id = await family.apply()
    number = (await family.case(case_id))["case_number"]

    for one in (family.mother, family.father):
        assert ok(await one.get(f"/cases/by-number/{number}"))["id"] == case_id
    unknown = await city.person(new_id()).get(f"/cases/by-number/{number}")
    never = await family.mother.get("/cases/by-number/440196-2020-000001")
    assert (unknown.status_code, never.status_code) == (404, 404)
    assert unknown.json()["type"] == never.json()["type"]
    assert (await family.mother.get("/cases/by-number/7")).status_code == 400


async def test_only_the_applicant_withdraws_and_supplies(city, family):
    case_id = await family.certified()
    await city.decide("birth-registration", "receive")
    await city.decide("birth-registration", "supplement", items=[{"code": "household", "note": "?"}])
    [supplement] = (await family.case(case_id))["supplements"]
    reply = {"json": {"answers": {"household": "mother"}}}

    assert ok(await family.father.get(f"/cases/{case_id}"))["supplements"] == []
    assert ok(await family.father.get(f"/cases/{case_id}"))["may_withdraw"] is False
    for url, options in [("withdrawal", {}), (f"supplements/{supplement['id']}", reply)]:
        assert (await family.father.post(f"/cases/{case_id}/{url}", **options)).status_code == 404


async def test_staff_have_no_way_into_peoples_urls(service, city, family):
    case_id = await family.apply()
    clerk = Caller(city, service.as_staff(*PERSON, department="any", post="any"))

    assert (await clerk.get(f"/cases/{case_id}")).status_code == 403
