"""What a person finds when they come home."""

import random

import pytest

from chassis.identifiers import new_id
from chassis.testing import ServiceUnderTest, open_service
from contracts.events.sharing import AccessRecorded
from contracts.events.workflow import CaseSilenced
from svc_profile.main import service as profile

from .story import CHILD, FATHER, MOTHER, NUMBER, Story

SCOPES = ("profile:home:read", "profile:message:read", "profile:message:write", "profile:contact:write")


def person(service: ServiceUnderTest, who=MOTHER):
    return service.as_person(who, *SCOPES)


async def home(service: ServiceUnderTest, who=MOTHER) -> dict:
    answer = await person(service, who).get("/home")
    assert answer.status_code == 200
    return answer.json()


async def test_a_draft_waits_to_be_continued(service):
    story = Story()
    await service.receive(story.started())

    found = await home(service)

    assert [(item["kind"], item["title"]) for item in found["waiting"]] == [("continue", "新生儿出生一件事")]
    assert found["under_way"] == []


async def test_what_waits_is_what_is_asked_and_not_answered(service):
    story = Story()
    await service.receive(
        story.started(), story.submitted(), story.asked(), story.agreement()[0], story.bills()[0], *story.parcels()[:2]
    )

    waiting = (await home(service))["waiting"]

    assert [item["kind"] for item in waiting] == ["supplement", "pay", "pick-up"]
    assert (waiting[0]["branch_title"], waiting[0]["due"], waiting[0]["case_number"]) == (
        "出生登记",
        "2026-03-12",
        NUMBER,
    )
    assert waiting[1]["facts"]["amount"] == 40000
    assert [item["kind"] for item in (await home(service, FATHER))["waiting"]] == ["agree"]


async def test_the_other_parent_sees_the_case(service):
    await service.receive(Story().submitted())

    [case] = (await home(service, FATHER))["under_way"]

    assert [(branch["title"], branch["state"]) for branch in case["branches"]] == [
        ("出生登记", "waiting"),
        ("预防接种证", "waiting"),
    ]


async def test_a_whole_story_leaves_nothing_waiting(service):
    for events in Story().topics():
        await service.receive(*events)

    found = await home(service)

    assert found["waiting"] == []
    assert [case["outcome"] for case in found["past"]] == ["granted"]
    assert [licence["title"] for licence in found["licences"]] == ["出生医学证明"]
    assert (found["parcels"][0]["state"], found["bills"][0]["state"]) == ("delivered", "paid")


async def test_a_parcel_that_moved_before_its_number_was_kept_does_not_go_back(service):
    created, moved, delivered = Story().parcels()

    await service.receive(moved, delivered, created)

    [parcel] = (await home(service))["parcels"]
    assert parcel["state"] == "delivered"


@pytest.mark.parametrize("seed", range(4))
async def test_topics_may_overtake_one_another(database_server, seed):
    """Whatever order the topics arrive in, the same home comes of it; only messages keep the order they were told in."""
    story = Story()
    homes = []
    for shuffled in (False, True):
        async with open_service(profile, database_server) as service:
            for event in _interleaved(story.topics(), random.Random(seed) if shuffled else None):  # noqa: S311
                event._meta = None
                await service.receive(event)
            found = await home(service)
            homes.append(
                {name: found[name] for name in ("waiting", "past", "under_way", "parcels", "bills", "licences")}
            )
    for found in homes:
        for rows in found.values():
            for row in rows:
                for moment in ("started_at", "changed_at", "registered_at", "issued_at"):
                    row.pop(moment, None)

    assert homes[0] == homes[1]


def _interleaved(topics, chance):
    queues = [list(topic) for topic in topics]
    while any(queues):
        queue = (
            chance.choice([queue for queue in queues if queue]) if chance else next(queue for queue in queues if queue)
        )
        yield queue.pop(0)


async def test_nothing_reaches_a_family_after_a_death(service):
    story = Story()
    await service.receive(story.started(), story.submitted(), story.asked())
    before = len((await person(service).get("/messages")).json()["items"])

    await service.receive(CaseSilenced(**story.facts(), subject_key=CHILD))
    await service.receive(*story.bills()[:1], *story.parcels()[:2], story.ratings()[0])

    assert (await home(service))["waiting"] == []
    assert len((await person(service).get("/messages")).json()["items"]) == before


async def test_accesses_are_shown_to_the_person_concerned(service):
    about = {
        "case_id": None,
        "resource_code": "marriage",
        "source_name": "民政局",
        "reader": "D1",
        "reader_name": "公安局",
    }
    access = AccessRecorded(
        access_id=new_id(), person_id=MOTHER, purpose="newborn/birth-registration", grant_id=None, fields=["spouse_name"],
        at="2026-03-05T02:00:00Z", **about,
    )  # fmt: skip
    await service.receive(access)

    [line] = (await person(service).get("/accesses")).json()["items"]

    assert (line["source_name"], line["reader_name"], line["fields"]) == ("民政局", "公安局", ["spouse_name"])
    assert (await person(service, FATHER).get("/accesses")).json()["items"] == []


async def test_a_certificate_tags_the_parents(service):
    await service.receive(*Story().licences())

    [tag] = (await person(service).get("/tags")).json()

    assert tag["tag"] == "parent-of-newborn"
    assert tag["source"].startswith("onedoor.sharing.licence.registered.v1/")


async def test_home_is_for_people_signed_in(service):
    assert (await service.http.get("/home")).status_code == 401
    assert (await service.as_staff("profile:home:read", department="D", post="p").get("/home")).status_code == 403
