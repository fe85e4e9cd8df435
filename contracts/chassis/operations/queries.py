"""How a service stands, read from its own tables and from the bus."""

import asyncio
from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.bus import Bus, BusError
from chassis.inbox import Handlers, group_of
from chassis.operations.schemas import ConsumerOut, DeadLetterOut, JobCount, OutboxOut
from chassis.tables import DeadLetter, JobRow, OutboxRow

BUS_SECONDS = 2.0


async def consumer(service: str, handlers: Handlers, bus: Bus) -> ConsumerOut | None:
    """Asks the bus, so call it before the session's first statement opens a transaction."""
    if not handlers.topics:
        return None
    group, topics = group_of(service), sorted(handlers.topics)
    try:
        async with asyncio.timeout(BUS_SECONDS):
            lag = await bus.lag(group, topics)
    except (BusError, TimeoutError):
        return ConsumerOut(group=group, topics=topics, lag=None)
    return ConsumerOut(group=group, topics=topics, lag=lag)


async def outbox(session: AsyncSession) -> OutboxOut:
    unsent = select(func.count(), func.min(OutboxRow.created_at)).where(OutboxRow.sent_at.is_(None))
    waiting, oldest_at = (await session.execute(unsent)).one()
    return OutboxOut(waiting=waiting, oldest_at=oldest_at)


async def undone_jobs(session: AsyncSession) -> list[JobCount]:
    """Two reads, each over its own partial index: the done ones, which are many, are never touched."""
    counts = [
        await _counted(session, JobRow.state == "incident"),
        await _counted(session, JobRow.state.in_(("waiting", "running"))),
    ]
    return sorted((one for part in counts for one in part), key=lambda one: (one.kind, one.state))


async def _counted(session: AsyncSession, which: Any) -> Sequence[JobCount]:
    retried = func.count().filter(JobRow.error.is_not(None))
    query = select(JobRow.kind, JobRow.state, func.count(), retried, func.min(JobRow.run_at)).where(which)
    rows = await session.execute(query.group_by(JobRow.kind, JobRow.state))
    return [
        JobCount(kind=kind, state=state, count=count, retried=again, first_run_at=first)
        for kind, state, count, again, first in rows
    ]


async def waiting_letters(session: AsyncSession) -> int:
    query = select(func.count()).select_from(DeadLetter).where(DeadLetter.replayed_at.is_(None))
    return (await session.execute(query)).scalar_one()


def letter_out(letter: DeadLetter) -> DeadLetterOut:
    facts = {
        name: getattr(letter, name) for name in ("id", "topic", "key", "reason", "error", "dead_at", "replayed_at")
    }
    return DeadLetterOut(**facts, type=_type_of(letter.value))


def _type_of(envelope: bytes) -> str | None:
    try:
        found = orjson.loads(envelope)
    except orjson.JSONDecodeError:
        return None
    named = found.get("type") if isinstance(found, dict) else None
    return named if isinstance(named, str) else None
