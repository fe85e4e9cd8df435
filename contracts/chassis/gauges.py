"""What stands in a service's tables, on its bus and in its pool: looked up when somebody scrapes, at most every few seconds.

Every process of a service tells the same of tables and bus: of several, take the largest, never the sum. What could not be
looked up is not a number: one that stands still would say that all is well.
"""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING

from prometheus_client import Gauge
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.pool import QueuePool

from chassis.database import FOR_BURSTS
from chassis.logs import describe
from chassis.operations import queries
from chassis.runtime import Runtime

if TYPE_CHECKING:
    from chassis.service import Service

logger = logging.getLogger(__name__)
FRESH_SECONDS = 5.0
PATIENCE = 5.0

outbox_waiting = Gauge("onedoor_outbox_waiting", "Events committed but not yet taken by the bus")
outbox_oldest = Gauge("onedoor_outbox_oldest_seconds", "Age of the oldest of them")
events_waiting = Gauge("onedoor_events_waiting", "Events on the bus that the group has not handled", ["group"])
jobs_undone = Gauge("onedoor_jobs_undone", "Calls to the outside that are not done", ["kind", "state"])
jobs_overdue = Gauge("onedoor_jobs_overdue_seconds", "For how long the oldest waiting one has been due", ["kind"])
letters_waiting = Gauge("onedoor_dead_letters_waiting", "Dead letters not replayed")
connections = Gauge("onedoor_db_connections", "Connections of this process to its database", ["state"])
connections_limit = Gauge("onedoor_db_connections_limit", "Most of them that this process opens")

Look = Callable[[AsyncSession], Awaitable[None]]
"""A service's own gauges, set from its tables; `Service.gauges`."""


class Gauges:
    """One for each app."""

    def __init__(self) -> None:
        self._looked_at = -FRESH_SECONDS
        self._lock = asyncio.Lock()

    async def refresh(self, service: "Service", runtime: Runtime) -> None:
        async with self._lock:
            _pool(runtime)
            if monotonic() - self._looked_at < FRESH_SECONDS:
                return
            for look in (_tables, _bus):
                try:
                    async with asyncio.timeout(PATIENCE):
                        await look(service, runtime)
                except Exception as error:
                    logger.warning("a gauge was not read", extra={"reason": describe(error)})
            self._looked_at = monotonic()


def _pool(runtime: Runtime) -> None:
    pool = runtime.engine.pool
    if isinstance(pool, QueuePool):
        connections.labels("busy").set(pool.checkedout())
        connections.labels("idle").set(pool.checkedin())
        connections_limit.set(runtime.settings.pool_size + FOR_BURSTS)


async def _tables(service: "Service", runtime: Runtime) -> None:
    for gauge in (outbox_waiting, outbox_oldest, letters_waiting):
        gauge.set(math.nan)
    for counted in (jobs_undone, jobs_overdue):
        counted.clear()
    now = datetime.now(UTC)
    async with runtime.sessions.transaction() as session:
        outbox, jobs = await queries.outbox(session), await queries.undone_jobs(session)
        letters = await queries.waiting_letters(session)
        if service.gauges is not None:
            await service.gauges(session)
    outbox_waiting.set(outbox.waiting)
    outbox_oldest.set(_since(outbox.oldest_at, now))
    letters_waiting.set(letters)
    for job in jobs:
        jobs_undone.labels(job.kind, job.state).set(job.count)
        if job.state == "waiting":
            jobs_overdue.labels(job.kind).set(_since(job.first_run_at, now))


async def _bus(service: "Service", runtime: Runtime) -> None:
    events_waiting.clear()
    consumer = await queries.consumer(service.name, service.handlers, runtime.bus)
    if consumer is not None and consumer.lag is not None:
        events_waiting.labels(consumer.group).set(consumer.lag)


def _since(moment: datetime | None, now: datetime) -> float:
    return 0.0 if moment is None else max(0.0, (now - moment).total_seconds())
