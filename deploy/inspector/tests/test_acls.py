"""What the manifests allow at the broker is enough for a program, and no more: on a real broker that asks who is there."""

import asyncio

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import insert, select

from chassis.bus import BusUnavailable, Message, TopicsMissing, open_bus
from chassis.bus.kafka.topics import create_missing, prepare
from chassis.outbox import Relay, bare_of
from chassis.tables import OutboxRow
from chassis.testing import open_service
from inspector import events
from inspector.rendering import rendered
from inspector.tests.guarded import Guarded
from launcher.ports import free_house_port

RATED, CLOSED = "onedoor.feedback.rating", "onedoor.workflow.case"
UNHEARD_OF = "onedoor.feedback.unheard-of"


@pytest.fixture
async def broker(tmp_path):
    users = rendered("yunxi").of_kind("KafkaUser")
    broker = Guarded(tmp_path / "broker", free_house_port([1, 2]), [user["metadata"]["name"] for user in users])
    broker.start()
    try:
        await prepare(broker.open_access(), events.topics())
        await broker.allow(users)
        yield broker
    finally:
        broker.stop()


def bus_of(broker, user):
    return open_bus("", "kafka", cluster=broker.as_user(user), patience=8)


async def test_programs_do_their_own_work_at_the_broker_and_keda_only_counts(broker):
    workflow, feedback, keda = (bus_of(broker, user) for user in ("svc-workflow", "svc-feedback", "keda"))
    handled = events.programs()["feedback"].handlers.topics
    closed = Message(CLOSED, "case", b"{}")
    try:
        await prepare(broker.as_user("svc-feedback"), events.topics())  # as its migration does; it may make none
        await workflow.publish([closed])
        await feedback.publish([Message(RATED, "case", b"{}"), Message(events.dead_letters_of(CLOSED), "case", b"{}")])
        async with feedback.subscribe("svc-feedback", handled) as subscription:
            batch = await subscription.batch(10, 20)
            await subscription.commit(batch)
        await workflow.publish([closed])

        assert [(each.topic, each.key) for each in batch] == [(CLOSED, "case")]
        assert await feedback.lag("svc-feedback", handled) == await keda.lag("svc-feedback", handled) == 1

        for refused in (feedback.publish([closed]), feedback.lag("svc-workflow", handled), keda.publish([closed])):
            with pytest.raises(BusUnavailable, match="Authorization"):
                await refused
        async with keda.subscribe("svc-feedback", [CLOSED]) as subscription:
            assert await subscription.batch(10, 3) == []
    finally:
        for bus in (workflow, feedback, keda):
            await bus.close()


@pytest.fixture
async def feedback(broker):
    """The bus as svc-feedback sees it."""
    bus = bus_of(broker, "svc-feedback")
    yield bus
    await bus.close()


async def test_a_topic_that_is_missing_holds_up_its_own_events_only(broker, feedback, database_server):
    async with open_service(events.programs()["feedback"], database_server) as service:
        for topic in (UNHEARD_OF, RATED, UNHEARD_OF, RATED):
            async with service.session() as session:
                await session.execute(insert(OutboxRow).values(topic=topic, key="k", value=b"{}"))

        await drained(service, Relay(service.runtime.engine, feedback))
        assert await waiting(service) == [UNHEARD_OF] * 2
        assert REGISTRY.get_sample_value("onedoor_topics_missing") == 1

        await create_missing(broker.open_access(), [UNHEARD_OF], 10)
        await broker.allow([writer_of(UNHEARD_OF)])
        async with asyncio.timeout(60):
            while await waiting(service):  # the broker takes a moment to see who may write
                await drained(service, Relay(service.runtime.engine, feedback))
        assert REGISTRY.get_sample_value("onedoor_topics_missing") == 0


async def test_nothing_of_a_batch_is_published_when_a_topic_is_missing(broker, feedback):
    with pytest.raises(TopicsMissing) as missing:
        await feedback.publish([Message(RATED, "k", b"{}"), Message(UNHEARD_OF, "k", b"{}")])
    workers = bus_of(broker, "keda")
    try:
        assert missing.value.topics == {UNHEARD_OF}
        assert await workers.lag("svc-feedback", [RATED]) == 0
    finally:
        await workers.close()


async def drained(service, relay: Relay) -> None:
    async with service.runtime.engine.connect() as connection:
        await relay.drain(await bare_of(connection))


async def waiting(service) -> list[str]:
    async with service.session() as session:
        query = select(OutboxRow.topic).where(OutboxRow.sent_at.is_(None)).order_by(OutboxRow.id)
        return list(await session.scalars(query))


def writer_of(topic: str):
    resource = {"type": "topic", "name": topic, "patternType": "literal"}
    acls = [{"resource": resource, "operations": ["Write"]}]
    return {"metadata": {"name": "svc-feedback"}, "spec": {"authorization": {"acls": acls}}}
