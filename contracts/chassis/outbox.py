"""Events leave through the outbox: if it was not written there, it did not happen."""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import asyncpg
import orjson
from sqlalchemy import ARRAY, LargeBinary, Text, bindparam, func, insert, select
from sqlalchemy import event as sql_event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession
from sqlalchemy.orm import Session as SyncSession

from chassis import context, metrics, telemetry
from chassis.bus import MAX_VALUE_BYTES, Bus, Message, TopicsMissing
from chassis.bus.pace import rest_after
from chassis.database import WakingSession, wake_after_commit
from chassis.identifiers import new_id
from chassis.logs import describe
from chassis.tables import ChassisBase
from contracts.event import Event

logger = logging.getLogger(__name__)
BATCH = 500
POLL_SECONDS = 1.0
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Seconds until it is tried again, doubled each time until a batch is sent or there is none."""
HELD_SECONDS = 30.0
"""A topic that the bus does not have is asked for again after this long; the others go on meanwhile."""
KEEP = timedelta(days=1)
TIDY_SECONDS = 60.0
Row = dict[str, str | bytes]
COLUMNS = ("topic", "key", "value")
OUTBOX = ChassisBase.metadata.tables["outbox"]
# Made once, with one parameter however many rows there are: what a statement costs is for the most part its making.
PUT = insert(OUTBOX).from_select(
    COLUMNS,
    select(
        func.unnest(bindparam("topic", type_=ARRAY(Text))),
        func.unnest(bindparam("key", type_=ARRAY(Text))),
        func.unnest(bindparam("value", type_=ARRAY(LargeBinary))),
    ),
)
# What the relay says all day, on the driver's connection: SQLAlchemy would take twice the time to say it.
# What is sent is marked and what is not is fetched together; the second part sees the rows as they were before the first.
UNSENT = """
with sent as (update outbox set sent_at = now() where id = any($1))
select id, topic, key, value from outbox
where sent_at is null and id <> all($1) and topic <> all($2) order by id limit $3
"""
LEAD = "select pg_try_advisory_lock(hashtext('onedoor relay'))"
TIDY = "delete from outbox where sent_at < now() - $1::interval"


class EventTooLarge(ValueError):
    """An event is at most 1 MB; what is larger is kept and referred to."""


def emit(session: AsyncSession, *events: Event) -> None:
    """Write events into the outbox, in the caller's transaction. They are published after the commit, in order per key."""
    source = str(session.sync_session.info.get("service", "onedoor"))
    put(session, *rows(events, source))


def put(session: AsyncSession, *given: Row) -> None:
    """Have rows written before the transaction commits, together; none of them if it is rolled back. There are no savepoints
    (tests/architecture refuses them): what goes back goes back whole."""
    if not session.in_transaction():
        session.sync_session.begin()  # without one there would be nothing to roll back
    session.sync_session.info.setdefault("outbox", []).extend(given)
    wake_after_commit(session, "outbox")


@sql_event.listens_for(WakingSession, "before_commit")
def _write(session: SyncSession) -> None:
    if given := session.info.pop("outbox", None):
        session.connection().execute(PUT, {name: [row[name] for row in given] for name in COLUMNS})


@sql_event.listens_for(WakingSession, "after_rollback")
def _forget(session: SyncSession) -> None:
    session.info.pop("outbox", None)


@sql_event.listens_for(WakingSession, "after_commit")
def _none_is_left(session: SyncSession) -> None:
    if session.info.get("outbox"):
        raise RuntimeError("an event was emitted while its transaction was committing: it is lost")


def rows(events: Iterable[Event], source: str) -> list[Row]:
    """Rows of the outbox for set-based writers on measured hot paths. Wake the relay after the commit."""
    return [{"topic": event.topic, "key": event.key, "value": _envelope(event, source)} for event in events]


def _envelope(event: Event, source: str) -> bytes:
    """`contracts.event.Envelope` byte for byte, without validating what was validated when the event was made."""
    if context.case_id.get() is None:
        context.about_case(context.case_of(event))
    envelope: dict[str, Any] = {
        "specversion": "1.0",
        "id": new_id(),
        "source": source,
        "type": event.type,
        "subject": event.key,
        "time": datetime.now(UTC),
        "datacontenttype": "application/json",
    }
    if (traceparent := context.traceparent.get()) is not None:
        envelope["traceparent"] = traceparent
    envelope["data"] = orjson.Fragment(event.model_dump_json())
    value = orjson.dumps(envelope, option=orjson.OPT_UTC_Z)
    if len(value) > MAX_VALUE_BYTES:
        raise EventTooLarge(event.type)
    return value


class Relay:
    """Takes what is committed to the bus. One a service at a time (advisory lock), woken after commits, polling besides.

    A batch is marked as sent when the next is fetched: whoever dies in between publishes it twice.
    """

    def __init__(self, engine: AsyncEngine, bus: Bus) -> None:
        self._engine, self._bus = engine, bus
        self._woken = asyncio.Event()
        self._pause = FIRST_PAUSE
        self._held: dict[str, float] = {}
        self._tidy_at = 0.0

    def wake(self) -> None:
        self._woken.set()

    async def run(self) -> None:
        """Until cancelled. Whatever goes away (database, bus) is waited for; nothing is lost, something may come twice."""
        while True:
            try:
                async with self._engine.connect() as connection:
                    await self._lead(await bare_of(connection))
            except asyncio.CancelledError:
                raise
            except Exception as error:
                logger.warning("relay waits", extra={"reason": describe(error), "seconds": self._pause})
                await asyncio.sleep(self._pause)
                self._pause = min(self._pause * 2, LONGEST_PAUSE)

    async def _lead(self, connection: asyncpg.Connection) -> None:
        # Another process holds it; nobody here can tell us when it lets go.
        while not await connection.fetchval(LEAD):  # noqa: ASYNC110
            await asyncio.sleep(POLL_SECONDS)
        try:
            while True:
                await self.drain(connection)
                self._pause = FIRST_PAUSE
                await self._idle(connection)
        finally:
            connection.terminate()  # and the lock is free; asking for that could fail and hide why we end

    async def _idle(self, connection: asyncpg.Connection) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._woken.wait()
        except TimeoutError:
            if monotonic() >= self._tidy_at:
                await connection.execute(TIDY, KEEP)
                self._tidy_at = monotonic() + TIDY_SECONDS

    async def drain(self, connection: asyncpg.Connection) -> None:
        """Publish what there is, batch after batch, and mark it as sent. While there is more, small batches wait for it a moment."""
        sent: Sequence[int] = ()
        while True:
            self._woken.clear()
            began = monotonic()
            sent = await self._turn(connection, sent)
            if not sent:
                return
            self._pause = FIRST_PAUSE
            await asyncio.sleep(rest_after(len(sent), monotonic() - began))

    async def _turn(self, connection: asyncpg.Connection, sent: Sequence[int]) -> Sequence[int]:
        """Mark what the last turn published, and publish the next batch, which the next turn marks.

        Events whose topic the bus does not have are left out, all of them, so that each topic keeps its order.
        """
        batch = await connection.fetch(UNSENT, sent, self._holding(), BATCH)
        if not batch:
            return ()
        try:
            await self._bus.publish([Message(row["topic"], row["key"], row["value"]) for row in batch])
        except TopicsMissing as error:
            self._hold(error)
            return await self._turn(connection, ())
        telemetry.published(row["value"] for row in batch)
        for topic, number in Counter(row["topic"] for row in batch).items():
            metrics.events_published.labels(topic).inc(number)
        return [row["id"] for row in batch]

    def _hold(self, error: TopicsMissing) -> None:
        self._held |= dict.fromkeys(error.topics, monotonic() + HELD_SECONDS)
        metrics.topics_missing.set(len(self._held))
        logger.error("events wait for topics that the bus does not have", extra={"topics": sorted(error.topics)})

    def _holding(self) -> list[str]:
        """The topics that are not asked for yet."""
        now = monotonic()
        self._held = {topic: until for topic, until in self._held.items() if until > now}
        metrics.topics_missing.set(len(self._held))
        return list(self._held)


async def bare_of(connection: AsyncConnection) -> asyncpg.Connection:
    """The driver's connection, each statement a transaction of its own."""
    await connection.execution_options(isolation_level="AUTOCOMMIT")
    return (await connection.get_raw_connection()).driver_connection
