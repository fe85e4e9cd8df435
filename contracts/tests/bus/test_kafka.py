"""What is Kafka's alone: how a cluster is named, its own refusals, and a group that cannot wait any longer."""

import asyncio

import pytest

from chassis.bus import LeaseLost, Message, MessageRefused, MessageTooLarge
from chassis.bus.kafka import member
from chassis.settings import NotConfigured, Settings
from chassis.transport import cluster_of

from .reading import PATIENCE, numbered, numbers, read, take, take_together
from .transports import Transport


@pytest.fixture(scope="module")
def transport(kafka_broker: str) -> Transport:
    return Transport("kafka", kafka_broker)


async def test_who_is_busy_longer_than_the_group_can_wait_loses_its_batch_and_nothing_is_lost(
    opened, topic, group, monkeypatch
):
    monkeypatch.setattr(member, "FINISH_SECONDS", 0.5)
    await opened().publish(numbered(topic, range(64), keys=64))
    async with opened().subscribe(group, [topic]) as slow:
        working = await read(slow, 64)
        async with opened().subscribe(group, [topic]) as quick:
            again = await quick.batch(64, PATIENCE)
            with pytest.raises(LeaseLost):
                await slow.commit(working)
            await quick.commit(again)
            others, rest = await take_together([slow, quick], 64 - len(again))

    assert again != []
    assert sorted(numbers(again + others + rest)) == list(range(64))


async def test_two_buses_of_one_process_lead_their_groups_by_themselves(opened, topic, group):
    """The assignor of aiokafka keeps what it knows in its class; each consumer therefore has one of its own."""
    bus = opened()
    await bus.publish(numbered(topic, range(20)))
    async with bus.subscribe(group, [topic]) as one, opened().subscribe(f"{group}-other", [topic]) as other:
        received, same = await asyncio.gather(take(one, 20), take(other, 20))

    assert sorted(numbers(received)) == sorted(numbers(same)) == list(range(20))


@pytest.mark.parametrize("name", ["", ".", "with space", "x" * 250, "题目"])
async def test_a_name_that_no_topic_can_have_is_refused(bus, name):
    with pytest.raises(MessageRefused, match="no such topic name"):
        await bus.publish([Message(name, "k", b"")])


async def test_a_key_counts_towards_the_size(bus, topic):
    with pytest.raises(MessageTooLarge, match="with its key"):
        await bus.publish([Message(topic, "k" * 50_000, b"x" * 1_000_000)])


def test_a_cluster_that_is_not_named_is_asked_for():
    with pytest.raises(NotConfigured, match="KAFKA_BOOTSTRAP_SERVERS is not set"):
        cluster_of(Settings(bus="kafka", kafka_bootstrap_servers=None))


@pytest.mark.parametrize("login", [{}, {"kafka_username": "svc-sample"}, {"kafka_password": "secret"}])
def test_signing_in_needs_a_name_and_a_password(login):
    with pytest.raises(NotConfigured, match="KAFKA_USERNAME or KAFKA_PASSWORD"):
        cluster_of(
            Settings(bus="kafka", kafka_bootstrap_servers="kafka:9093", kafka_security_protocol="SASL_SSL", **login)
        )


def test_a_password_is_never_shown():
    login = {"kafka_security_protocol": "SASL_SSL", "kafka_username": "svc-sample", "kafka_password": "not for logs"}
    cluster = cluster_of(Settings(bus="kafka", kafka_bootstrap_servers="kafka:9093", **login))

    assert cluster is not None
    assert cluster.access()["sasl_plain_password"] == "not for logs"
    assert "not for logs" not in repr(cluster)


def test_the_embedded_log_asks_for_no_cluster():
    assert cluster_of(Settings(bus="postgres")) is None
