"""Outbox, relay, bus, consumer, inbox: the whole way of an event, on both transports."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
import pytest_asyncio
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.bus import Bus, BusUnavailable, Message, Received, Subscription, open_bus, prepare
from chassis.bus.kafka.cluster import Cluster
from chassis.identifiers import new_id
from chassis.inbox import Consumer, replay
from chassis.outbox import Relay, emit
from chassis.tables import OutboxRow
from chassis.testing import ServiceUnderTest, open_service
from contracts.event import parse

from .conftest import LedgerLine, Note, NoteWritten, handlers, sample
from .test_events import lines


@pytest_asyncio.fixture(params=["postgres", "kafka"])
async def bus(request: pytest.FixtureRequest, database_server: str) -> AsyncIterator[Bus]:
    if request.param == "kafka":
        opened = open_bus("", "kafka", cluster=Cluster(request.getfixturevalue("kafka_broker")))
        await catch_up(opened)
    else:
        name = f"t_bus_{new_id().hex[-12:]}"
        await prepare(database_server, database=name)
        opened = open_bus(database_server, database=name)
    yield opened
    await opened.close()


async def catch_up(bus: Bus) -> None:
    """The broker serves all tests: what others left behind is not this one's."""
    async with bus.subscribe("svc-sample", handlers.topics) as subscription:
        while await bus.lag("svc-sample", handlers.topics):
            await subscription.commit(await subscription.batch(500, 1.0))


@pytest_asyncio.fixture
async def quiet(bus: Bus, database_server: str) -> AsyncIterator[ServiceUnderTest]:
    """The sample with a bus, and nobody at work."""
    async with open_service(sample, database_server) as opened:
        opened.runtime.bus = bus
        yield opened


@pytest_asyncio.fixture
async def running(quiet: ServiceUnderTest) -> AsyncIterator[ServiceUnderTest]:
    """The sample with its workers."""
    async with sample.running(quiet.runtime):
        yield quiet


async def until(service: ServiceUnderTest, wanted: list[str]) -> list[str]:
    async with asyncio.timeout(60):
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
    async with asyncio.timeout(60):
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


WAITING = "select count(*) from pg_locks where relation = 'outbox'::regclass and not granted"


async def test_a_relay_ends_in_the_middle_of_a_statement_too(quiet, bus):
    async with quiet.session() as session:
        await session.execute(text("lock table outbox"))
        relay = asyncio.create_task(Relay(quiet.runtime.engine, bus).run())
        async with asyncio.timeout(10):
            while not (await session.execute(text(WAITING))).scalar():
                await asyncio.sleep(0.01)

        relay.cancel()
        done, _ = await asyncio.wait({relay}, timeout=10)

    assert done == {relay}
    assert relay.cancelled()


async def test_what_commits_late_is_published_late_and_not_left_out(running):
    """Rows of the outbox are numbered before their transaction commits: the relay must not take the last number for the end."""
    async with running.session() as slow:
        emit(slow, NoteWritten(note_id=new_id(), words="numbered first"))
        await slow.flush()
        async with running.session() as quick:
            emit(quick, NoteWritten(note_id=new_id(), words="committed first"))
        assert await until(running, ["committed first"]) == ["committed first"]

    assert await until(running, ["committed first", "numbered first"]) == ["committed first", "numbered first"]


async def test_who_locks_its_aggregate_before_it_speaks_of_it_is_heard_in_order(running):
    """Which every use case does: the second gets its number when the first has committed."""
    note = new_id()
    async with running.session() as session:
        session.add(Note(id=note, words=""))

    async def write(words: str) -> None:
        async with running.session() as session:
            await session.get(Note, note, with_for_update=True)
            emit(session, NoteWritten(note_id=note, words=words))
            await session.flush()
            await asyncio.sleep(0.05)

    await asyncio.gather(*(write(f"{number}") for number in range(8)))
    async with running.session() as session:
        rows = (await session.execute(select(OutboxRow.value).order_by(OutboxRow.id))).scalars()
        written = [event.words for event in map(parse, rows)]

    assert await until(running, [f"{number}" for number in range(8)]) == written


async def come(subscription: Subscription, words: bytes) -> list[Received]:
    """The messages with these words; the broker may know others, of other tests."""
    found: list[Received] = []
    async with asyncio.timeout(60):
        while not found:
            found = [message for message in await subscription.batch(500, 1.0) if words in message.value]
    return found


async def test_work_that_was_done_before_a_crash_is_not_done_again(quiet, bus):
    group, words = f"crashing-{new_id()}", f"once, {new_id()}"
    relay = asyncio.create_task(Relay(quiet.runtime.engine, bus).run())
    async with quiet.session() as session:
        emit(session, NoteWritten(note_id=new_id(), words=words))
    await until_sent(quiet)
    relay.cancel()
    consumer = Consumer(quiet.runtime.sessions, handlers, bus, group, 500)

    handled = []
    for _ in range(2):  # the first time it goes away between its work and the commit to the bus
        async with bus.subscribe(group, [NoteWritten.topic]) as subscription:
            handled.append(await consumer.take(await come(subscription, words.encode())))

    assert (handled, await lines(quiet)) == ([1, 0], [words])


class Faltering:
    """A bus that is away for the next so many publications."""

    def __init__(self, bus: Bus) -> None:
        self.bus, self.away = bus, 0

    async def publish(self, messages: Sequence[Message]) -> None:
        if self.away:
            self.away -= 1
            raise BusUnavailable("away")
        await self.bus.publish(messages)


async def test_a_relay_does_not_remember_troubles_that_are_over(quiet, bus, caplog):
    faltering = Faltering(bus)
    relay = asyncio.create_task(Relay(quiet.runtime.engine, faltering).run())
    for _ in range(2):
        faltering.away = 3
        async with quiet.session() as session:
            emit(session, NoteWritten(note_id=new_id(), words="late"))
        await until_sent(quiet)
    relay.cancel()

    pauses = [record.seconds for record in caplog.records if record.message == "relay waits"]
    assert pauses == [0.1, 0.2, 0.4, 0.1, 0.2, 0.4]


class Slow:
    """A bus that takes its time; `at_once` is how many messages came together, `taken` is set after each publication."""

    def __init__(self) -> None:
        self.at_once: list[int] = []
        self.taken = asyncio.Event()

    async def publish(self, messages: Sequence[Message]) -> None:
        self.at_once.append(len(messages))
        await asyncio.sleep(0.3)
        self.taken.set()


async def test_a_relay_that_is_busy_waits_for_more_before_it_goes_again(service, monkeypatch):
    monkeypatch.setattr("chassis.bus.pace.LONGEST_REST", 1.0)
    slow = Slow()
    relay = asyncio.create_task(Relay(service.runtime.engine, slow).run())
    for number in range(4):
        async with service.session() as session:
            emit(session, NoteWritten(note_id=new_id(), words=f"{number}"))
        await asyncio.wait_for(slow.taken.wait(), 60)  # the first is published, the others come while the relay rests
    await until_sent(service)
    relay.cancel()

    assert slow.at_once == [1, 3]


async def test_poison_in_a_batch_dies_alone_and_lives_again_when_replayed(running, bus, monkeypatch):
    monkeypatch.setattr("chassis.inbox.FIRST_PAUSE", 0.001)
    note = new_id()
    async with running.session() as session:
        emit(session, *(NoteWritten(note_id=note, words=words) for words in ("before", "poison", "after")))
    assert await until(running, ["before", "after"]) == ["before", "after"]
    async with asyncio.timeout(60):
        while not (letters := await running.dead_letters()):
            await asyncio.sleep(0.02)

    async with bus.subscribe(f"gravedigger-{new_id()}", [f"{NoteWritten.topic}.dlq"]) as subscription:
        [notice] = await come(subscription, str(note).encode())
    monkeypatch.setitem(handlers._by_type, NoteWritten.type, mended)
    replayed = [await replay(running.runtime.sessions, handlers, letters[0].id) for _ in range(2)]

    assert (notice.key, replayed) == (str(note), [True, False])
    assert await lines(running) == ["before", "after", "poison, mended"]


async def mended(event: NoteWritten, session: AsyncSession) -> None:
    session.add(LedgerLine(line=f"{event.words}, mended"))
