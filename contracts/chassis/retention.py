"""What every service's tables forget, and when: done calls, inbox rows, answers kept for repeated requests.

Sent events go sooner, by the relay's hand (`outbox.KEEP`). Dead letters, incidents and what a service itself keeps stay.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, Delete, and_, delete, or_, select, tuple_
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import InstrumentedAttribute

from chassis.jobs import Job
from chassis.runtime import Runtime
from chassis.tables import IdempotencyRow, InboxRow, JobRow

INBOX = timedelta(days=60)
"""Longer than any bus keeps an event: a group whose place on the bus is lost begins at the oldest event there."""
JOBS = timedelta(days=7)
ONCE = INBOX
"""A done call with a key keeps the same call from being made again, by an event that comes again for instance."""
ANSWERS = timedelta(days=7)
"""For so long a request with the same Idempotency-Key is answered with the first answer."""
BATCH = 1000
BUDGET_SECONDS = 30.0


class Forget(Job):
    """Deletes in small batches, each in a transaction of its own; what it does not manage is there the next time."""

    kind: ClassVar = "chassis.forget"
    every: ClassVar = timedelta(hours=1)

    async def call(self, runtime: Runtime, plan: "Forget") -> None:
        deadline = monotonic() + BUDGET_SECONDS
        for batch in batches(datetime.now(UTC)):
            while monotonic() < deadline:
                async with runtime.sessions.transaction() as session:
                    done: CursorResult[Any] = await session.execute(batch)  # type: ignore[assignment]
                if done.rowcount < BATCH:
                    break


def batches(now: datetime) -> list[Delete]:
    """Statements that each delete at most `BATCH` rows and leave alone what somebody else has in hand."""
    return [
        _some([JobRow.id], _is_forgotten(now), first=JobRow.id),
        _some([InboxRow.event_id], InboxRow.received_at < now - INBOX, first=InboxRow.received_at),
        _some(
            [IdempotencyRow.caller, IdempotencyRow.key],
            IdempotencyRow.created_at < now - ANSWERS,
            first=IdempotencyRow.created_at,
        ),
    ]


def _is_forgotten(now: datetime) -> ColumnElement[bool]:
    """By the key of the table, whose values grow with time: no index of its own is needed."""
    done = and_(JobRow.state == "done", JobRow.id < first_id(now - JOBS), JobRow.done_at < now - JOBS)
    return and_(done, or_(JobRow.key.is_(None), and_(JobRow.id < first_id(now - ONCE), JobRow.done_at < now - ONCE)))


def first_id(moment: datetime) -> UUID:
    """No identifier that was made at this moment or later is smaller (UUIDv7 begins with milliseconds since 1970)."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


def _some(key: Sequence[InstrumentedAttribute[Any]], old: ColumnElement[bool], first: Any) -> Delete:
    chosen = select(*key).where(old).order_by(first).limit(BATCH).with_for_update(skip_locked=True)
    return delete(key[0].class_).where(tuple_(*key).in_(chosen))
