"""Bundles of items that are on offer."""

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
