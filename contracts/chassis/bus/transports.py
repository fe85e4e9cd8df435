"""Which transport a service runs on is a setting."""

from datetime import timedelta
from typing import Literal

from chassis.bus.interface import Bus
from chassis.bus.postgres_log.log import PostgresLog
from chassis.bus.postgres_log.schema import DATABASE


def open_bus(
    database_url: str,
    kind: Literal["postgres"] = "postgres",
    *,
    lease_seconds: float = 15.0,
    poll_seconds: float = 1.0,
    retention: timedelta = timedelta(days=7),
    database: str = DATABASE,
) -> Bus:
    """A bus for this process; it connects at its first use and comes back after outages. `prepare` it once before.

    A member that is silent for `lease_seconds` loses its partitions; `poll_seconds` is how long a lost wake-up can delay a
    message. What all groups have read is kept for `retention`.
    """
    if kind != "postgres":
        raise ValueError(f"unknown bus {kind!r}: this build knows 'postgres'")
    return PostgresLog(database_url, database, lease_seconds, poll_seconds, retention)
