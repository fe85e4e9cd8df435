"""Events leave through the outbox: if it was not written there, it did not happen."""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import ARRAY, BigInteger, any_, bindparam, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from chassis import context, metrics, telemetry
from chassis.bus import MAX_VALUE_BYTES, Bus, Message
from chassis.identifiers import new_id
from chassis.logs import describe
from chassis.tables import OutboxRow
from contracts.event import Event

logger = logging.getLogger(__name__)
BATCH = 500
POLL_SECONDS = 1.0
KEEP = "1 day"
# One parameter however many there are, so that the statement is compiled once.
SENT = (
    update(OutboxRow).where(OutboxRow.id == any_(bindparam("ids", type_=ARRAY(BigInteger)))).values(sent_at=func.now())
)


class EventTooLarge(ValueError):
    """An event is at most 1 MB; what is larger is kept and referred to."""


def emit(session: AsyncSession, *events: Event) -> None:
    """Write events into the outbox, in the caller's transaction. They are published after the commit, in order per key."""
    source = str(session.sync_session.info.get("service", "onedoor"))
    session.add_all(OutboxRow(**row) for row in rows(events, source))
    session.sync_session.info["emitted"] = True


def rows(events: Iterable[Event], source: str) -> list[dict[str, str | bytes]]:
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
    """Takes what is committed to the bus. One a service at a time (advisory lock), woken after commits, polling besides."""

    def __init__(self, engine: AsyncEngine, bus: Bus) -> None:
        self._engine, self._bus = engine, bus
        self._woken = asyncio.Event()

    def wake(self) -> None:
        self._woken.set()

    async def run(self) -> None:
        """Until cancelled. Whatever goes away (database, bus) is waited for; nothing is lost, something may come twice."""
        pause = 0.1
        while True:
            try:
                async with self._engine.connect() as connection:
                    connection = await connection.execution_options(isolation_level="AUTOCOMMIT")
                    await self._lead(connection)
            except asyncio.CancelledError:
                raise
            except Exception as error:
                logger.warning("relay waits", extra={"reason": describe(error)})
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5.0)
            else:
                pause = 0.1

    async def _lead(self, connection: AsyncConnection) -> None:
        lock = text("SELECT pg_try_advisory_lock(hashtext('onedoor relay'))")
        # Another process holds it; nobody here can tell us when it lets go.
        while not (await connection.execute(lock)).scalar():  # noqa: ASYNC110
            await asyncio.sleep(POLL_SECONDS)
        try:
            while True:
                self._woken.clear()
                if await self.drain(connection) == BATCH:
                    continue
                try:
                    await asyncio.wait_for(self._woken.wait(), POLL_SECONDS)
                except TimeoutError:
                    await self._tidy(connection)
        finally:
            if not connection.closed and not connection.invalidated:
                await connection.execute(text("SELECT pg_advisory_unlock_all()"))

    async def drain(self, connection: AsyncConnection) -> int:
        """Publish one batch and mark it sent, in this order; how many there were."""
        unsent = select(OutboxRow.id, OutboxRow.topic, OutboxRow.key, OutboxRow.value).where(
            OutboxRow.sent_at.is_(None)
        )
        batch = (await connection.execute(unsent.order_by(OutboxRow.id).limit(BATCH))).all()
        if not batch:
            return 0
        await self._bus.publish([Message(row.topic, row.key, row.value) for row in batch])
        await connection.execute(SENT, {"ids": [row.id for row in batch]})
        telemetry.published(row.value for row in batch)
        for topic, number in Counter(row.topic for row in batch).items():
            metrics.events_published.labels(topic).inc(number)
        return len(batch)

    async def _tidy(self, connection: AsyncConnection) -> None:
        old = OutboxRow.sent_at < func.now() - text(f"interval '{KEEP}'")
        await connection.execute(delete(OutboxRow).where(old))
