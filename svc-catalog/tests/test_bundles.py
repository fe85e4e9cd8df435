"""Bundles of items that are on offer."""

import pytest

from contracts.events.catalog import BundlePublished, BundleWithdrawn

from .invented import HEALTH, POLICE, bundle, item, operator, publish, publish_bundle

CERTIFICATE = item("birth-certificate", "出生医学证明（首次签发）", HEALTH, short_name="出生医学证明")
REGISTRATION = item("birth-registration", "出生登记（国内出生）")
BRANCHES = (
    {"branch": "birth-certificate", "item": "birth-certificate"},
    {"branch": "birth-registration", "item": "birth-registration", "needs": ["birth-certificate"]},
)


async def test_a_published_bundle_names_its_branches(service):
    await publish(service, CERTIFICATE)
    await publish(service, REGISTRATION)
    await publish_bundle(service, "newborn", bundle(*BRANCHES))

    shown = (await service.http.get("/bundles/newborn")).json()
    assert [branch["department"] for branch in shown["branches"]] == [HEALTH, POLICE]
    assert shown["branches"][1]["needs"] == ["birth-certificate"]
    [event] = await service.published(BundlePublished)
    assert (event.bundle_code, event.process) == ("newborn", "newborn")
    assert [branch.item_code for branch in event.branches] == [
        CERTIFICATE["implementation_code"],
        REGISTRATION["implementation_code"],
    ]


async def test_a_bundle_waits_for_its_items(service):
    await publish(service, CERTIFICATE)
    await operator(service).put("/bundles/newborn", json=bundle(*BRANCHES))

    refused = await operator(service).post("/bundles/newborn/publication")

    assert (refused.status_code, refused.json()["items"]) == (409, ["birth-registration"])
    assert await service.published(BundlePublished) == []


async def test_a_withdrawn_bundle_leaves_its_items(service):
    await publish(service, CERTIFICATE)
    await publish_bundle(service, "newborn", bundle(BRANCHES[0]))

    await operator(service).post("/bundles/newborn/withdrawal")

    assert (await service.http.get("/bundles/newborn")).status_code == 404
    assert (await service.http.get("/items/birth-certificate")).status_code == 200
    assert len(await service.published(BundleWithdrawn)) == 1


async def test_the_same_bundle_again_changes_nothing(service):
    await publish(service, CERTIFICATE)
    await publish_bundle(service, "newborn", bundle(BRANCHES[0]))

    again = await publish_bundle(service, "newborn", bundle(BRANCHES[0]))

    assert (again["version"], again["state"]) == (1, "published")
    assert len(await service.published(BundlePublished)) == 1


async def test_a_changed_bundle_is_a_new_version(service):
    await publish(service, CERTIFICATE)
    await publish_bundle(service, "newborn", bundle(BRANCHES[0]))

    await operator(service).put("/bundles/newborn", json=bundle(BRANCHES[0], summary="五件事"))
    assert (await service.http.get("/bundles/newborn")).json()["summary"] == ""
    await operator(service).post("/bundles/newborn/publication")

    shown = (await service.http.get("/bundles/newborn")).json()
    assert (shown["version"], shown["summary"]) == (2, "五件事")
    assert [event.version for event in await service.published(BundlePublished)] == [1, 2]


async def test_two_people_do_not_overwrite_each_others_draft(service):
    composer = operator(service)
    etag = (await composer.put("/bundles/newborn", json=bundle(BRANCHES[0]))).headers["etag"]
    changes = [bundle(BRANCHES[0], summary=summary) for summary in "甲乙丙"]

    assert (await composer.put("/bundles/newborn", json=changes[0])).status_code == 428
    assert (await composer.put("/bundles/newborn", json=changes[1], headers={"if-match": etag})).status_code == 200
    assert (await composer.put("/bundles/newborn", json=changes[2], headers={"if-match": etag})).status_code == 412


async def test_a_withdrawn_item_shows_in_its_bundle(service):
    await publish(service, CERTIFICATE)
    await publish_bundle(service, "newborn", bundle(BRANCHES[0]))

    await operator(service).post("/items/birth-certificate/versions/1/withdrawal")

    assert [branch["offered"] for branch in (await service.http.get("/bundles/newborn")).json()["branches"]] == [False]


async def test_an_item_tells_its_bundles(service):
    await publish(service, CERTIFICATE)
    spared = {"days": [32, 5], "visits": [4, 1], "documents": [9, 2], "steps": [16, 3]}
    await publish_bundle(service, "newborn", bundle(BRANCHES[0], before_after=spared))

    shown = (await service.http.get("/items/birth-certificate")).json()

    assert shown["bundles"] == [{"code": "newborn", "name": "新生儿出生一件事"}]
    [listed] = (await service.http.get("/bundles")).json()["items"]
    assert (listed["code"], listed["before_after"]) == ("newborn", spared)


@pytest.mark.parametrize(
    ("given", "pointer", "code"),
    [
        ({"branches": [BRANCHES[0], BRANCHES[0]]}, "#/branches/1/branch", "duplicate"),
        ({"branches": [BRANCHES[1]]}, "#/branches/0/needs/0", "unknown-branch"),
        ({"branches": [BRANCHES[0] | {"needs": ["birth-registration"]}, BRANCHES[1]]}, "#/branches", "circular-needs"),
        ({"lead_department": f"{HEALTH[:17]}#"}, "#/lead_department", "credit-code-characters"),
        ({"branches": []}, "#/branches", "too-short"),
    ],
)
async def test_what_does_not_fit_together_is_pointed_at(service, given, pointer, code):
    refused = await operator(service).put("/bundles/newborn", json=bundle(BRANCHES[0]) | given)

    assert refused.status_code == 400
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [(pointer, code)]
