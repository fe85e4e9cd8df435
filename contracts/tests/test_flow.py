"""Outbox, relay, bus, consumer, inbox: the whole way of an event, on the real log."""

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio
from sqlalchemy import select, text

from chassis.bus import open_bus, prepare
from chassis.identifiers import new_id
from chassis.outbox import Relay, emit
from chassis.tables import OutboxRow
from chassis.testing import ServiceUnderTest, open_service

from .conftest import NoteWritten, sample
from .test_events import lines


@pytest_asyncio.fixture
async def running(database_server) -> AsyncIterator[ServiceUnderTest]:
    """The sample with its workers and a bus of its own."""
    name = f"t_bus_{new_id().hex[-12:]}"
    await prepare(database_server, database=name)
    bus = open_bus(database_server, database=name)
    async with open_service(sample, database_server) as opened:
        opened.runtime.bus = bus
        async with sample.running(opened.runtime):
            yield opened
    await bus.close()


async def until(service: ServiceUnderTest, wanted: list[str]) -> list[str]:
    async with asyncio.timeout(20):
        while sorted(found := await lines(service)) != sorted(wanted):
            await asyncio.sleep(0.02)
    return found


async def test_events_reach_their_handler_in_order(running):
    note = new_id()
    for number in range(30):
        async with running.session() as session:
            emit(session, NoteWritten(note_id=note, words=f"{number:02}"))

    assert await until(running, [f"{number:02}" for number in range(30)]) == [f"{number:02}" for number in range(30)]


async def test_jobs_run_by_themselves(running):
    await running.as_person(new_id(), "sample:note:write").post("/notes", json={"words": "call home"})

    await until(running, ["home", "call home"])


async def test_a_relay_that_dies_before_marking_publishes_again_and_harms_nobody(running):
    async with running.session() as session:
        emit(session, NoteWritten(note_id=new_id(), words="twice"))
    await until(running, ["twice"])
    async with running.session() as session:
        await session.execute(text("UPDATE outbox SET sent_at = NULL"))

    await until_sent(running)

    assert await lines(running) == ["twice"]


async def until_sent(service: ServiceUnderTest) -> None:
    async with asyncio.timeout(20):
        while True:
            async with service.session() as session:
                if not (await session.execute(select(OutboxRow.id).where(OutboxRow.sent_at.is_(None)))).all():
                    return
            await asyncio.sleep(0.05)


async def test_two_relays_take_turns(running):
    second = asyncio.create_task(Relay(running.runtime.engine, running.runtime.bus).run())
    for number in range(10):
        async with running.session() as session:
            emit(session, NoteWritten(note_id=new_id(), words=f"{number}"))

    await until(running, [f"{number}" for number in range(10)])
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
