"""A silence and what is under way at the same moment, in another process: whichever is first, nothing is left to be heard."""

import asyncio
from datetime import UTC, datetime

import pytest

from chassis.identifiers import new_id
from chassis.testing import ServiceUnderTest
from contracts.event import Event, Meta
from contracts.events.sharing import DeathReported
from contracts.events.workflow import CaseSilenced
from svc_profile.handlers import handlers
from svc_profile.jobs.schedules import FetchSchedule

from .story import CHILD, Story
from .test_home import home
from .test_messages import SCHEDULE, messages, schedule_events


def silences(story: Story) -> list[Event]:
    return [
        CaseSilenced(**story.facts(), subject_key=CHILD),
        DeathReported(subject_key=CHILD, source_name="市妇幼保健院"),
    ]


async def handle(session, *events: Event) -> None:
    """As a consumer does, in a transaction that has not ended."""
    for event in events:
        event.received(Meta(id=new_id(), time=datetime.now(UTC), source="tests"))
    await handlers.prepare(events, session)
    for event in events:
        await handlers.handler_of(event)(event, session)


async def waits(task: asyncio.Task) -> bool:
    await asyncio.wait([task], timeout=0.3)
    return not task.done()


async def submitted(service: ServiceUnderTest) -> tuple[Story, FetchSchedule]:
    story = Story()
    asked, answered = schedule_events(story)
    await service.receive(story.submitted(), asked, answered)
    return story, FetchSchedule(request_id=asked.request_id)


@pytest.mark.parametrize("which", [0, 1])
async def test_what_was_just_asked_waits_no_more(service, which):
    story, _ = await submitted(service)
    async with service.session() as session:
        await handle(session, story.bills()[0])
        silence = asyncio.create_task(service.receive(silences(story)[which]))
        assert await waits(silence)
    await silence

    assert (await home(service))["waiting"] == []


@pytest.mark.parametrize("which", [0, 1])
async def test_nothing_is_asked_or_told_once_silence_began(service, which):
    story, _ = await submitted(service)
    before = len(await messages(service))
    async with service.session() as session:
        await handle(session, silences(story)[which])
        bill = asyncio.create_task(service.receive(story.bills()[0]))
        assert await waits(bill)
    await bill

    assert (await home(service))["waiting"] == []
    assert len(await messages(service)) == before


@pytest.mark.parametrize("which", [0, 1])
async def test_reminders_that_were_just_set_fall_silent(service, which):
    story, fetch = await submitted(service)
    async with service.session() as session:
        await fetch.finish(session, SCHEDULE)
        silence = asyncio.create_task(service.receive(silences(story)[which]))
        assert await waits(silence)
    await silence

    assert (await home(service))["reminders"] == []


@pytest.mark.parametrize("which", [0, 1])
async def test_no_reminders_are_set_once_silence_began(service, which):
    story, fetch = await submitted(service)

    async def finish() -> None:
        async with service.session() as session:
            await fetch.finish(session, SCHEDULE)

    async with service.session() as session:
        await handle(session, silences(story)[which])
        finishing = asyncio.create_task(finish())
        assert await waits(finishing)
    await finishing

    assert (await home(service))["reminders"] == []


async def test_a_silence_in_the_middle_of_a_batch_silences_the_rest(service):
    story, _ = await submitted(service)
    before = len(await messages(service))

    await service.receive(*silences(story), story.bills()[0], story.ratings()[0], *story.parcels())

    assert (await home(service))["waiting"] == []
    assert len(await messages(service)) == before
