"""What a service's tables forget, and what they must not."""

from datetime import UTC, datetime, timedelta
from inspect import signature
from uuid import UUID

import pytest
from sqlalchemy import insert, select

from chassis import outbox, retention
from chassis.bus.kafka.topics import KEPT_MS
from chassis.bus.transports import open_bus
from chassis.identifiers import new_id
from chassis.jobs import Worker
from chassis.retention import ANSWERS, INBOX, JOBS, Forget, first_id
from chassis.tables import IdempotencyRow, InboxRow, JobRow

NOW = datetime.now(UTC)
MOMENT = timedelta(hours=2)


async def forget(service) -> None:
    await Forget().call(service.runtime, Forget())


async def write_job(service, name: str, age: timedelta, *, key: str | None = None, state: str = "done") -> None:
    """`name` stands where the kind does."""
    then = NOW - age
    row = {"id": id_of(then), "kind": name, "key": key, "payload": {}, "state": state, "created_at": then}
    async with service.session() as session:
        await session.execute(insert(JobRow).values(**row, done_at=then if state == "done" else None))


def id_of(then: datetime):
    return UUID(int=first_id(then).int | new_id().int & (1 << 64) - 1)


async def left(service, column) -> set:
    async with service.session() as session:
        return set(await session.scalars(select(column)))


async def test_done_calls_go_after_a_week_and_those_with_a_key_as_late_as_inbox_rows(service):
    await write_job(service, "yesterday's", timedelta(days=1))
    await write_job(service, "old", JOBS + MOMENT)
    await write_job(service, "once", JOBS + MOMENT, key="k")
    await write_job(service, "once, long ago", INBOX + MOMENT, key="k")

    await forget(service)

    assert await left(service, JobRow.kind) == {"yesterday's", "once"}


@pytest.mark.parametrize("state", ["incident", "waiting", "running"])
async def test_a_call_that_is_not_done_is_never_forgotten(service, state):
    await write_job(service, "not done", INBOX * 2, state=state)

    await forget(service)

    assert await left(service, JobRow.kind) == {"not done"}


async def test_an_old_incident_that_was_done_today_stays_a_week(service):
    await write_job(service, "retried", INBOX * 2)
    async with service.session() as session:
        [job] = await session.scalars(select(JobRow))
        job.done_at = NOW

    await forget(service)

    assert await left(service, JobRow.kind) == {"retried"}


async def test_inbox_rows_and_remembered_answers_go_when_they_are_old(service):
    young, old = new_id(), new_id()
    answer = {"caller": "me", "fingerprint": b""}
    async with service.session() as session:
        await session.execute(insert(InboxRow).values(event_id=young, received_at=NOW - INBOX + MOMENT))
        await session.execute(insert(InboxRow).values(event_id=old, received_at=NOW - INBOX - MOMENT))
        for key, age in (("young", ANSWERS - MOMENT), ("old", ANSWERS + MOMENT)):
            await session.execute(insert(IdempotencyRow).values(**answer, key=key, created_at=NOW - age))

    await forget(service)

    assert await left(service, InboxRow.event_id) == {young}
    assert await left(service, IdempotencyRow.key) == {"young"}


async def test_much_goes_in_small_batches(service, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    for number in range(5):
        await write_job(service, f"old {number}", JOBS + MOMENT)

    await forget(service)

    assert await left(service, JobRow.kind) == set()


async def test_what_somebody_has_in_hand_is_left_for_the_next_time(service):
    await write_job(service, "free", JOBS + MOMENT)
    await write_job(service, "in hand", JOBS + MOMENT)

    async with service.session() as session:
        await session.scalars(select(JobRow).where(JobRow.kind == "in hand").with_for_update())
        await forget(service)

    assert await left(service, JobRow.kind) == {"in hand"}


async def test_every_service_forgets_once_an_hour(service):
    worker = Worker(service.runtime, service.service.jobs)
    await worker.plant()
    await worker.run_due()

    async with service.session() as session:
        [job] = await session.scalars(select(JobRow).where(JobRow.kind == Forget.kind))
    assert (job.state, job.error) == ("waiting", None)
    assert job.run_at - job.done_at == pytest.approx(timedelta(hours=1), abs=timedelta(minutes=1))


def test_an_event_is_remembered_longer_than_any_bus_keeps_it():
    in_the_log = signature(open_bus).parameters["retention"].default
    on_kafka = timedelta(milliseconds=int(KEPT_MS))
    in_the_outbox = outbox.KEEP

    assert min(in_the_log, on_kafka, in_the_outbox) > timedelta(0)
    assert max(in_the_log, on_kafka, in_the_outbox) < INBOX
