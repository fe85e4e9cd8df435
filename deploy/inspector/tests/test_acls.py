"""What the manifests allow at the broker is enough for a program, and no more: on a real broker that asks who is there."""

import pytest

from chassis.bus import BusUnavailable, Message, open_bus
from chassis.bus.kafka.topics import prepare
from inspector import events
from inspector.rendering import rendered
from inspector.tests.guarded import Guarded
from launcher.ports import free_house_port

RATED, CLOSED = "onedoor.feedback.rating", "onedoor.workflow.case"


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
