"""Calls to the outside: retried, then an incident that a person can retry."""

import pytest
from sqlalchemy import select

from chassis.identifiers import new_id
from chassis.jobs import enqueue, retry_incident
from chassis.tables import JobRow

from .conftest import Call
from .test_events import lines


async def ask(service, words: str, key: str | None = None) -> None:
    async with service.session() as session:
        await enqueue(session, Call(words=words), key=key)


async def test_a_job_runs_after_the_commit_and_keeps_its_answer(service):
    await service.as_person(new_id(), "sample:note:write").post("/notes", json={"words": "call me"})

    assert await service.run_jobs() == 1
    assert await lines(service) == ["me"]


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
