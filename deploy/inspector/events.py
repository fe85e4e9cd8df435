"""Topics, and who may do what with them, as the cluster is told: made from the events that services declare and handle."""

from importlib import import_module
from typing import Any

import contracts.events  # noqa: F401 - declares the events
from chassis.bus import MAX_VALUE_BYTES
from chassis.documents import SERVICES
from chassis.service import Service
from contracts.event import declared_events

LABELS = {"strimzi.io/cluster": "events"}
PARTITIONS = 12
"""Most workers of one program that can share a topic."""
REPLICAS = 3
KEPT_DAYS, DEAD_KEPT_DAYS = 30, 90
"""Read or not: a program may be away for so long."""
ENVELOPE = 64 * 1024
"""Room for what the broker adds to the largest event."""


def programs() -> dict[str, Service]:
    """Every program of the house by its short name."""
    services = {name: import_module(f"svc_{name}.main").service for name in SERVICES}
    return {"gateway": import_module("gateway.main").service, **services}


def group_of(name: str) -> str:
    """A program's consumer group, and its user at the broker."""
    return f"svc-{name}"


def topics() -> list[str]:
    declared = declared_events().values()
    return sorted({event.topic for event in declared if event.__module__.startswith("contracts.events.")})


def dead_letters_of(topic: str) -> str:
    """Where whoever gave up on an event of a topic says so."""
    return f"{topic}.dlq"


def topic_manifests() -> list[dict[str, Any]]:
    live = [_topic(topic, PARTITIONS, KEPT_DAYS) for topic in topics()]
    return [*live, *(_topic(dead_letters_of(topic), 1, DEAD_KEPT_DAYS) for topic in topics())]


def _topic(name: str, partitions: int, kept_days: int) -> dict[str, Any]:
    config = {
        "cleanup.policy": "delete",
        "max.message.bytes": MAX_VALUE_BYTES + ENVELOPE,
        "min.insync.replicas": 2,
        "retention.ms": kept_days * 24 * 3600 * 1000,
    }
    return {
        "apiVersion": "kafka.strimzi.io/v1",
        "kind": "KafkaTopic",
        "metadata": {"name": name, "labels": LABELS},
        "spec": {"partitions": partitions, "replicas": REPLICAS, "config": config},
    }


def user_manifests() -> list[dict[str, Any]]:
    """A program writes its own topics, reads those whose events it handles, tells of those it gave up on, and belongs to its
    own group."""
    return [_user(group_of(name), name, program.handlers.topics) for name, program in programs().items()]


def _user(group: str, name: str, handled: Any) -> dict[str, Any]:
    own = [topic for topic in topics() if topic.startswith(f"onedoor.{name}.")]
    acls = [
        *(_acl("topic", topic, "Describe", "Write") for topic in own),
        *(_acl("topic", topic, "Describe", "Read") for topic in sorted(handled)),
        *(_acl("topic", dead_letters_of(topic), "Describe", "Write") for topic in sorted(handled)),
        _acl("group", group, "Describe", "Read"),
    ]
    return {
        "apiVersion": "kafka.strimzi.io/v1",
        "kind": "KafkaUser",
        "metadata": {"name": group, "labels": LABELS},
        "spec": {
            "authentication": {"type": "scram-sha-512"},
            "authorization": {"type": "simple", "acls": acls},
        },
    }


def _acl(kind: str, name: str, *operations: str) -> dict[str, Any]:
    return {"resource": {"type": kind, "name": name, "patternType": "literal"}, "operations": list(operations)}
