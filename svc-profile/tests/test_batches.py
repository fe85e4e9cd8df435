"""Events that arrive together cost few statements, and come to what they come to one by one."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete

from chassis.identifiers import new_id
from chassis.tables import InboxRow
from chassis.testing import ServiceUnderTest, heard, open_service
from contracts.event import Event
from contracts.events.profile import MessageSent, ReminderSet, TagAdded
from contracts.events.sharing import AccessRecorded
from contracts.events.workflow import CaseSubmitted
from svc_profile.jobs.schedules import FetchSchedule, RemindDue
from svc_profile.main import service as profile
from svc_profile.models import StepNote

from .story import BRANCHES, FATHER, MOTHER, Story
from .test_home import home
from .test_messages import SCHEDULE, brought, messages, schedule_events


def accesses() -> list[Event]:
    about = {
        "case_id": None,
        "resource_code": "marriage",
        "source_name": "民政局",
        "reader": "D1",
        "reader_name": "公安局",
    }
    used = {
        "person_id": MOTHER,
        "purpose": "newborn",
        "grant_id": None,
        "fields": ["spouse_name"],
        "at": datetime.now(UTC),
    }
    return [AccessRecorded(access_id=new_id(), **about, **used) for _ in range(5)]


def whole(story: Story) -> list[Event]:
    return [event for topic in story.topics() for event in topic]


async def come_of_it(service: ServiceUnderTest) -> dict[str, object]:
    """What both parents find, in the order they find it, and what others were told."""
    found: dict[str, object] = {}
    for who in (MOTHER, FATHER):
        seen = await home(service, who)
        found[f"{who} told"] = [(one["kind"], one["link"], one["text"]) for one in await messages(service, who)]
        found[f"{who} sees"] = [
            [(row["id"], row.get("state"), row.get("outcome"), row.get("branches")) for row in seen[part]]
            for part in ("waiting", "past", "licences", "parcels", "bills")
        ]
    for kind in (MessageSent, TagAdded):
        found[kind.__name__] = sorted(str(event.person_id) for event in await service.published(kind))
    return found


async def test_a_batch_comes_to_what_its_events_come_to(database_server):
    story, found = Story(), []
    for together in (False, True):
        async with open_service(profile, database_server) as service:
            events = whole(story)
            for batch in [events] if together else [[event] for event in events]:
                await service.receive(*batch)
            found.append(await come_of_it(service))

    assert found[0] == found[1]
    assert len(found[0]["MessageSent"]) == 15


async def test_a_batch_costs_few_statements(service):
    story = Story()
    begun, *rest = whole(story)
    await service.receive(begun)

    with heard(service) as said:
        await service.receive(*rest, *accesses())

    for words in ("FROM case_card", "FROM message", "INTO message", "INTO access_line", "INTO tag", "INTO case_person"):
        assert sum(words in statement for statement in said) == 1, words
    assert len(said) <= 29  # for 26 events; what is put on a list and settled in one batch is the most of it


async def test_who_is_named_twice_is_told_once(service):
    about = {"bundle_code": "newborn", "title": "t", "parties": [MOTHER, FATHER, FATHER], "branches": BRANCHES}
    await service.receive(CaseSubmitted(**Story().facts(), **about))

    assert [len(await messages(service, who)) for who in (MOTHER, FATHER)] == [1, 1]
    assert len(await service.published(MessageSent)) == 2


async def test_what_the_inbox_has_forgotten_is_not_told_again(service):
    events = whole(Story())
    await service.receive(*events)
    before = await come_of_it(service)
    async with service.session() as session:
        await session.execute(delete(InboxRow))

    assert await service.receive(*events)

    assert await come_of_it(service) == before


async def test_a_schedule_is_set_in_one_statement(service):
    story = Story()
    await service.receive(story.submitted())

    with heard(service, "INTO reminder") as said:
        await brought(service, story)

    assert len(said) == 1
    assert len(await service.published(ReminderSet)) == 4


async def test_a_schedule_that_was_set_is_not_set_again(service):
    story = Story()
    asked, answered = schedule_events(story)
    await service.receive(story.submitted(), asked, answered)

    for doses in (SCHEDULE[:1], SCHEDULE):
        async with service.session() as session:
            assert await session.get_one(StepNote, asked.request_id)
            await FetchSchedule(request_id=asked.request_id).finish(session, doses)

    assert sorted(str(event.person_id) for event in await service.published(ReminderSet)) == [
        *[str(MOTHER)] * 2,
        *[str(FATHER)] * 2,
    ]


@pytest.mark.parametrize("number", [1, 4])
async def test_what_is_due_is_said_in_as_many_statements_however_much_it_is(service, number):
    for story in (Story() for _ in range(number)):
        await service.receive(story.submitted())
        await brought(service, story)

    with heard(service) as said:
        await RemindDue().call(service.runtime, RemindDue())

    assert [message["kind"] for message in await messages(service)].count("vaccination-due") == number
    assert len(said) == 6  # the due, their cards, what was told; the messages, the reminders' new state, the events
