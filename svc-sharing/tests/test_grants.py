"""Applying, deciding, using, revoking; and what a grant lets through."""

from datetime import UTC, datetime, timedelta

from chassis.identifiers import new_id
from chassis.testing import ServiceUnderTest
from contracts.events.sharing import AccessRecorded, GrantApproved, GrantRevoked, ResourcePublished, ResourceWithdrawn
from contracts.steps import Outcome
from demo.city import interfaces as bodies
from demo.city.interfaces import CIVIL_AFFAIRS, HOSPITAL, HUMAN_RESOURCES, POLICE

from . import acting, newborn
from .acting import MOTHER, answer_to, query

OFFICER = ("sharing:grant:apply", "sharing:grant:approve", "sharing:resource:write", "sharing:connector:write")
ASKED = bodies.GRANTS[4]


def officer(service: ServiceUnderTest, department: str):
    return service.as_staff(*OFFICER, department=department, post="数据管理岗")


async def marriage_described(service: ServiceUnderTest) -> None:
    body = {**bodies.RESOURCES["marriage"], "connector": None}
    await acting.describe(service, "marriage", body)


async def test_the_department_that_holds_the_data_decides(service):
    await marriage_described(service)
    applied = await officer(service, HOSPITAL["department"]).post("/grant-applications", json=ASKED)
    path = f"/grant-applications/{applied.json()['id']}/approval"

    own = await officer(service, HOSPITAL["department"]).post(path)
    holder = await officer(service, CIVIL_AFFAIRS["department"]).post(path)

    assert (applied.status_code, own.status_code, holder.status_code) == (201, 403, 200)
    (approved,) = await service.published(GrantApproved)
    assert (approved.department, approved.purpose) == (HOSPITAL["department"], "newborn/birth-certificate")


async def test_staff_apply_for_their_own_department_only(service):
    await marriage_described(service)

    refused = await officer(service, POLICE["department"]).post("/grant-applications", json=ASKED)

    assert refused.status_code == 403


async def test_asking_and_approving_again_changes_nothing(service):
    await marriage_described(service)

    first, again = await acting.grant(service, ASKED), await acting.grant(service, ASKED)

    assert first == again
    assert len(await service.published(GrantApproved)) == 1


async def test_a_rejected_application_cannot_be_approved(service):
    await marriage_described(service)
    asked = (await acting.operator(service).post("/grant-applications", json=ASKED)).json()["id"]
    holder = officer(service, CIVIL_AFFAIRS["department"])

    rejected = await holder.post(f"/grant-applications/{asked}/rejection", json={"reason": "只需要姓名"})
    approved = await holder.post(f"/grant-applications/{asked}/approval")

    assert rejected.json()["state"] == "rejected"
    assert (approved.status_code, approved.json()["state"]) == (409, "rejected")


async def test_what_cannot_be_granted_is_refused_at_the_field(service):
    await marriage_described(service)
    operator = acting.operator(service)
    past = (datetime.now(UTC) - timedelta(days=1)).isoformat()

    for change, pointer in (
        ({"fields": ["income"]}, "#/fields"),
        ({"until": past}, "#/until"),
        ({"department": "11440199MB2Y00056A"}, "#/department"),
        ({"purpose": "Newborn"}, "#/purpose"),
        ({"extra": 1}, "#/extra"),
    ):
        refused = await operator.post("/grant-applications", json={**ASKED, **change})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, pointer)


async def test_a_revoked_grant_is_dead_at_once(service, town):
    case_id = new_id()
    assert (await answer_to(service, query(case_id, "population"))).outcome is Outcome.DONE
    grants = (await acting.operator(service).get("/grants", params={"purpose": "newborn/prefill"})).json()["items"]
    ours = next(grant for grant in grants if grant["resource"] == "population")

    await acting.operator(service).post(f"/grants/{ours['id']}/revocation")

    answer = await answer_to(service, query(case_id, "population"))
    assert (answer.outcome, answer.reason) == (Outcome.FAILED, "grant-missing")
    assert [str(event.grant_id) for event in await service.published(GrantRevoked)] == [ours["id"]]


async def test_only_granted_fields_are_fetched_and_kept(service, town):
    narrow = {**bodies.GRANTS[2], "purpose": "newborn/address-only", "fields": ["address"]}
    await acting.grant(service, narrow)

    answer = await answer_to(service, query(new_id(), "population", purpose="newborn/address-only"))
    shown = await service.as_person(MOTHER, "sharing:exchange:read").get(f"/exchanges/{answer.result['exchange_id']}")

    assert answer.result["fields"] == ["address"]
    assert [set(record) for record in shown.json()["records"]] == [{"address"}]
    assert (await service.published(AccessRecorded))[-1].fields == ["address"]


async def test_a_clerk_reads_what_the_departments_grant_covers_and_it_is_noted(service, town):
    case_id = new_id()
    known = await newborn.prefilled(service, case_id)
    clerk = service.as_staff("sharing:exchange:read", department=POLICE["department"], post="户政岗")
    why = {"case_id": str(case_id), "purpose": "newborn/birth-registration"}
    await acting.handled_by(service, case_id, "birth-registration", POLICE)

    read = await clerk.get(f"/exchanges/{known['marriage']}", params=why)
    elsewhere = await clerk.get(f"/exchanges/{known['marriage']}", params={**why, "case_id": str(new_id())})
    unsaid = await clerk.get(f"/exchanges/{known['marriage']}")

    assert set(read.json()["records"][0]) == {"spouse_name", "spouse_number"}
    assert (elsewhere.status_code, unsaid.status_code) == (404, 400)
    line = (await service.published(AccessRecorded))[-1]
    assert (line.reader_name, line.resource_code, line.fields) == (
        "云溪市公安局",
        "marriage",
        ["spouse_name", "spouse_number"],
    )


async def test_a_branch_without_a_grant_opens_nothing(service, town):
    case_id = new_id()
    known = await newborn.prefilled(service, case_id)
    await acting.handled_by(service, case_id, "social-card", HUMAN_RESOURCES)
    clerk = service.as_staff("sharing:exchange:read", department=HUMAN_RESOURCES["department"], post="社保卡岗")

    read = await clerk.get(
        f"/exchanges/{known['marriage']}", params={"case_id": str(case_id), "purpose": "newborn/social-card"}
    )

    assert (read.status_code, read.json()["reason"]) == (403, "grant-missing")


async def test_another_departments_branch_opens_nothing(service, town):
    case_id = new_id()
    known = await newborn.prefilled(service, case_id)
    await acting.handled_by(service, case_id, "social-card", HUMAN_RESOURCES)
    clerk = service.as_staff("sharing:exchange:read", department=POLICE["department"], post="户政岗")

    read = await clerk.get(
        f"/exchanges/{known['marriage']}", params={"case_id": str(case_id), "purpose": "newborn/birth-registration"}
    )

    assert (read.status_code, read.json()["reason"]) == (403, "not-your-branch")


async def test_a_service_resolves_by_reference_for_the_case_alone(service, town):
    case_id = new_id()
    known = await newborn.prefilled(service, case_id)
    identity = service.as_client("svc-identity", "sharing:exchange:resolve")
    path, why = f"/exchanges/{known['marriage']}/resolve", {"purpose": "newborn/agreement"}

    resolved = await identity.post(path, json={**why, "fields": ["spouse_number"], "case_id": str(case_id)})
    elsewhere = await identity.post(path, json={**why, "fields": ["spouse_number"], "case_id": str(new_id())})
    unknown = await identity.post(path, json={**why, "fields": ["income"], "case_id": str(case_id)})

    assert resolved.json() == {"values": {"spouse_number": "440197199308170012"}}
    assert (elsewhere.status_code, unknown.status_code) == (404, 400)
    assert (await service.published(AccessRecorded))[-1].reader == "svc-identity"


async def test_a_withdrawn_resource_is_shared_no_more(service, town):
    await acting.operator(service).post("/resources/marriage/withdrawal")

    answer = await answer_to(service, query(new_id(), "marriage"))

    assert (answer.outcome, answer.reason) == (Outcome.FAILED, "not-shared")
    assert [event.resource_code for event in await service.published(ResourceWithdrawn)] == ["marriage"]


async def test_describing_a_resource_twice_publishes_once(service):
    await marriage_described(service)
    await marriage_described(service)

    assert len(await service.published(ResourcePublished)) == 1


async def test_a_department_describes_its_own_data_only(service):
    body = {**bodies.RESOURCES["marriage"], "connector": None}

    refused = await officer(service, POLICE["department"]).put("/resources/marriage", json=body)
    stolen = await officer(service, POLICE["department"]).put("/resources/marriage", json={**body, **POLICE})

    assert refused.status_code == 403
    assert stolen.status_code == 200
    taken = await officer(service, CIVIL_AFFAIRS["department"]).put("/resources/marriage", json=body)
    assert taken.status_code == 403
