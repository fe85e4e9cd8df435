"""From a draft to an item on offer, and off it."""

from contracts.events.catalog import ItemPublished, ItemWithdrawn, Limit, LimitUnit

from .invented import POLICE, item, operator, publish

REGISTRATION = item("birth-registration", "出生登记（国内出生）")


async def test_a_published_item_is_on_offer_and_announced(service):
    published = await publish(service, REGISTRATION)

    shown = (await service.http.get("/items/birth-registration")).json()
    assert shown["code"] == REGISTRATION["implementation_code"]
    assert shown["elements"]["name"] == "出生登记（国内出生）"
    assert (published["state"], published["version"]) == ("published", 1)
    [event] = await service.published(ItemPublished)
    assert (event.item_code, event.department) == (REGISTRATION["implementation_code"], POLICE)
    assert event.promised_limit == Limit(amount=3, unit=LimitUnit.WORKING_DAYS)


async def test_the_same_item_again_changes_nothing(service):
    await publish(service, REGISTRATION)

    again = await operator(service).post("/items", json=REGISTRATION)

    assert (again.status_code, again.json()["version"], again.json()["state"]) == (200, 1, "published")
    await publish(service, REGISTRATION)
    assert len(await service.published(ItemPublished)) == 1


async def test_a_withdrawn_item_is_found_no_more(service):
    await publish(service, REGISTRATION)

    withdrawn = await operator(service).post("/items/birth-registration/versions/1/withdrawal", json={})

    assert withdrawn.json()["state"] == "withdrawn"
    assert (await service.http.get("/items/birth-registration")).status_code == 404
    assert (await service.http.get("/search", params={"q": "出生"})).json()["total"] == 0
    [event] = await service.published(ItemWithdrawn)
    assert event.item_code == REGISTRATION["implementation_code"]
