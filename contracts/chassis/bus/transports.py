"""Which transport a service runs on is a setting."""

from datetime import timedelta
from typing import Literal

from chassis.bus.interface import Bus
from chassis.bus.kafka.cluster import Cluster
from chassis.bus.postgres_log.log import PostgresLog
from chassis.bus.postgres_log.schema import DATABASE

Kind = Literal["postgres", "kafka"]


def open_bus(
    database_url: str,
    kind: Kind = "postgres",
    *,
    cluster: Cluster | None = None,
    lease_seconds: float = 15.0,
    poll_seconds: float = 1.0,
    patience: float = 10.0,
    retention: timedelta = timedelta(days=7),
    database: str = DATABASE,
) -> Bus:
    """A bus for this process; it connects at its first use and comes back after outages. `prepare` it once before.

    A member that is silent for `lease_seconds` loses its partitions. Of the PostgreSQL log: `poll_seconds` is how long a
    lost wake-up can delay a message, and what all groups have read is kept for `retention`. Of Kafka: `cluster` says where
    it is, and what took longer than `patience` seconds is called an outage.
    """
    if kind == "postgres":
        return PostgresLog(database_url, database, lease_seconds, poll_seconds, retention)
    if kind != "kafka":
        raise ValueError(f"unknown bus {kind!r}: this build knows 'postgres' and 'kafka'")
    if cluster is None:
        raise ValueError("the bus 'kafka' needs a cluster")
    from chassis.bus.kafka.bus import KafkaBus  # only here: its client would weigh on every process of the embedded log

    return KafkaBus(cluster, lease_seconds, patience)
