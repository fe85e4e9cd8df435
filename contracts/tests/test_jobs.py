"""Calls to the outside: retried, then an incident that a person can retry."""

import asyncio

import pytest
from sqlalchemy import select, update

from chassis import jobs
from chassis.identifiers import new_id
from chassis.jobs import Worker, enqueue, retry_incident
from chassis.tables import JobRow

from .conftest import Call
from .statements import heard
from .test_events import lines


async def ask(service, words: str, key: str | None = None) -> None:
    async with service.session() as session:
        await enqueue(session, Call(words=words), key=key)


async def test_a_job_runs_after_the_commit_and_keeps_its_answer(service):
    await service.as_person(new_id(), "sample:note:write").post("/notes", json={"words": "call me"})

    assert await service.run_jobs() == 1
    assert await lines(service) == ["me"]


async def test_as_many_jobs_run_at_once_as_there_is_room_for(service, monkeypatch):
    at_hand, most = set(), []

    async def call(job: Call, runtime, plan) -> str:
        at_hand.add(job.words)
        most.append(len(at_hand))
        await asyncio.sleep(0.02)
        at_hand.discard(job.words)
        return job.words

    monkeypatch.setattr(Call, "call", call)
    for number in range(5):
        await ask(service, str(number))
    worker = asyncio.create_task(Worker(service.runtime, service.service.jobs, concurrency=2).run())
    async with asyncio.timeout(30):
        while len(await lines(service)) < 5:
            await asyncio.sleep(0.01)
    worker.cancel()
    await asyncio.wait([worker])

    assert max(most) == 2
    assert sorted(await lines(service)) == ["0", "1", "2", "3", "4"]


async def test_one_key_is_one_job(service):
    await ask(service, "me", key="k")
    await ask(service, "me", key="k")

    assert await service.run_jobs() == 1


@pytest.mark.parametrize(
    ("words", "runs", "line"), [("never", 3, "gave up: other-side-down"), ("forbidden", 1, "gave up: not-allowed")]
)
async def test_what_cannot_be_done_becomes_an_incident(service, words, runs, line):
    await ask(service, words)

    assert await service.run_jobs() == runs
    assert await lines(service) == [line]


async def test_an_incident_can_be_tried_again(service):
    await ask(service, "forbidden")
    await service.run_jobs()
    async with service.session() as session:
        [job] = (await session.execute(select(JobRow))).scalars()
        assert await retry_incident(session, job.id) is True

    assert await service.run_jobs() == 1


async def test_who_has_taken_all_that_is_due_looks_again_when_woken(service, monkeypatch):
    claims, claim = [], Worker._claim

    async def counted(worker: Worker, number: int, **how: bool) -> object:
        rows = await claim(worker, number, **how)
        claims.append([row.kind for row in rows])
        return rows

    monkeypatch.setattr(Worker, "_claim", counted)
    monkeypatch.setattr(jobs, "POLL_SECONDS", 60.0)
    worker = Worker(service.runtime, service.service.jobs)
    service.runtime.sessions.wakers["job"] = worker.wake
    running = asyncio.create_task(worker.run())
    async with asyncio.timeout(30):
        for number in range(3):
            await ask(service, str(number))
            while len(await lines(service)) <= number:
                await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.wait([running])

    assert [kinds for kinds in claims if Call.kind in kinds] == 3 * [[Call.kind]]
    assert len(claims) <= 4


async def test_jobs_are_enqueued_together_and_known_at_once(service):
    with heard(service, "INSERT INTO job") as said:
        async with service.session() as session:
            for number in range(5):
                await enqueue(session, Call(words=str(number)), key=str(number % 3))
            known = (await session.execute(select(JobRow.key).where(JobRow.kind == Call.kind))).scalars().all()

    assert len(said) == 1
    assert sorted(known) == ["0", "1", "2"]


async def test_an_attempt_that_was_overtaken_changes_nothing(service):
    await ask(service, "me")
    worker = Worker(service.runtime, service.service.jobs)
    [ours] = await worker._claim(1)
    async with service.session() as session:
        await session.execute(update(JobRow).values(attempts=JobRow.attempts + 1))

    await worker._perform(ours)

    assert await lines(service) == []
    async with service.session() as session:
        assert (await session.scalars(select(JobRow.state).where(JobRow.kind == Call.kind))).all() == ["running"]
