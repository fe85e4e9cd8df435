"""Drafts, reviews by somebody else, publication from a day, and what is refused."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chassis.identifiers import new_id
from contracts.events.catalog import ItemPublished, ItemWithdrawn
from svc_catalog.use_cases.items import bring_due_into_force

from .invented import HEALTH, editor, item, operator, publish, reviewer

REGISTRATION = item("birth-registration", "出生登记（国内出生）")
V1 = "/items/birth-registration/versions/1"


async def drafted(service, **elements: Any):
    return await editor(service).post("/items", json=REGISTRATION | elements)


async def test_nobody_reviews_what_they_wrote(service):
    both = {"staff": new_id()}
    await editor(service, "catalog:item:review", **both).post("/items", json=REGISTRATION)

    own = await reviewer(service, **both).post(f"{V1}/review")
    other = await reviewer(service).post(f"{V1}/review")

    assert (own.status_code, own.json()["type"].rsplit("/", 1)[-1]) == (409, "four-eyes")
    assert (other.status_code, other.json()["state"]) == (200, "reviewed")


async def test_a_draft_is_not_published_unread(service):
    await drafted(service)

    refused = await reviewer(service).post(f"{V1}/publication")

    assert (refused.status_code, refused.json()["state"]) == (409, "draft")
    assert (await service.http.get("/items/birth-registration")).status_code == 404


async def test_a_draft_sent_back_says_why_and_can_be_changed(service):
    await drafted(service)
    returned = await reviewer(service).post(f"{V1}/review", json={"passed": False, "remark": "时限写错了"})
    assert (returned.json()["state"], returned.json()["remark"]) == ("draft", "时限写错了")

    etag = (await editor(service).get(V1)).headers["etag"]
    changed = await editor(service).put(V1, json=REGISTRATION | {"name": "出生登记"}, headers={"if-match": etag})

    assert (changed.status_code, changed.json()["name"]) == (200, "出生登记")


async def test_two_editors_do_not_overwrite_each_other(service):
    etag = (await drafted(service)).headers["etag"]
    change = REGISTRATION | {"summary": "甲"}

    assert (await editor(service).put(V1, json=change)).status_code == 428
    assert (await editor(service).put(V1, json=change, headers={"if-match": etag})).status_code == 200
    late = await editor(service).put(V1, json=REGISTRATION | {"summary": "乙"}, headers={"if-match": etag})

    assert late.status_code == 412
    assert (await editor(service).get(V1)).json()["elements"]["summary"] == "甲"


async def test_one_version_is_worked_on_at_a_time(service):
    await drafted(service)

    second = await drafted(service, name="出生登记")

    assert (second.status_code, second.json()["version"]) == (409, 1)


async def test_the_next_version_supersedes_the_one_before(service):
    await publish(service, REGISTRATION)
    await publish(service, REGISTRATION | {"name": "出生登记"})

    versions = (await editor(service).get("/items/birth-registration/versions")).json()["items"]
    assert [(one["version"], one["state"]) for one in versions] == [(2, "published"), (1, "superseded")]
    assert [event.version for event in await service.published(ItemPublished)] == [1, 2]
    assert (await service.http.get("/items")).json()["items"][0]["name"] == "出生登记"


async def test_a_version_comes_into_force_on_its_day(service):
    await publish(service, REGISTRATION)
    second = REGISTRATION | {"name": "出生登记"}
    await operator(service).post("/items", json=second)
    v2 = "/items/birth-registration/versions/2"
    await operator(service).post(f"{v2}/review")
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).date()
    scheduled = await operator(service).post(f"{v2}/publication", json={"in_force_from": tomorrow.isoformat()})
    assert scheduled.json()["state"] == "scheduled"

    async with service.session() as session:
        assert await bring_due_into_force(session, tomorrow - timedelta(days=1)) == 0
    assert len(await service.published(ItemPublished)) == 1

    async with service.session() as session:
        assert await bring_due_into_force(session, tomorrow) == 1
    assert (await service.http.get("/items/birth-registration")).json()["version"] == 2
    assert [event.version for event in await service.published(ItemPublished)] == [1, 2]


async def test_a_draft_thrown_away_is_no_news(service):
    await drafted(service)

    gone = await reviewer(service).post(f"{V1}/withdrawal", json={"remark": "重复"})

    assert gone.json()["state"] == "withdrawn"
    assert await service.published(ItemWithdrawn) == []
    assert (await drafted(service)).json()["version"] == 2


@pytest.mark.parametrize(
    ("elements", "pointers"),
    [
        ({"implementation_code": "1" * 30}, ["#/implementation_code"]),
        ({"department": HEALTH}, ["#/implementation_code"]),
        ({"level": "2"}, ["#/implementation_code"]),
        ({"kind": "licence"}, ["#/kind"]),
        ({"name": "名\x00"}, ["#/name"]),
        ({"name": "名" * 201}, ["#/name"]),
        ({"served": []}, ["#/served"]),
        ({"colour": "red"}, ["#/colour"]),
        ({"promised_limit": {"amount": -1, "unit": "days"}}, ["#/promised_limit/amount", "#/promised_limit/unit"]),
    ],
)
async def test_what_is_wrong_is_pointed_at(service, elements, pointers):
    refused = await drafted(service, **elements)

    assert refused.status_code == 400, refused.text
    found = {error["pointer"] for error in refused.json()["errors"]}
    assert {pointer for pointer in pointers if any(one.startswith(pointer) for one in found)} == set(pointers)


async def test_a_short_code_belongs_to_one_item(service):
    await publish(service, REGISTRATION)

    taken = await operator(service).post("/items", json=item("birth-registration", "另一件事", serial=9))

    assert (taken.status_code, taken.json()["type"].rsplit("/", 1)[-1]) == (409, "short-code-taken")


async def test_a_short_code_stays_with_its_item(service):
    await publish(service, REGISTRATION)

    without = await operator(service).post("/items", json=REGISTRATION | {"slug": None})
    changed = await operator(service).post("/items", json=REGISTRATION | {"slug": "born"})

    assert (without.status_code, without.json()["slug"]) == (200, "birth-registration")
    assert (changed.status_code, changed.json()["errors"][0]["pointer"]) == (400, "#/slug")


async def test_writing_and_reviewing_need_their_scopes(service):
    await drafted(service)

    assert (await service.http.post("/items", json=REGISTRATION)).status_code == 401
    assert (await reviewer(service).post("/items", json=REGISTRATION)).status_code == 403
    assert (await editor(service).post(f"{V1}/review")).status_code == 403
    assert (await service.http.get(V1)).status_code == 401


async def test_two_who_publish_at_once_announce_once(service):
    await drafted(service)
    await reviewer(service).post(f"{V1}/review")

    answers = await asyncio.gather(*[reviewer(service).post(f"{V1}/publication") for _ in range(4)])

    assert {answer.status_code for answer in answers} == {200}
    assert len(await service.published(ItemPublished)) == 1
