"""The database goes away and comes back: nobody is told a lie meanwhile, nothing is lost, no call is made twice for it."""

import asyncio
from pathlib import Path

import asyncpg
import httpx
import pytest
import pytest_asyncio
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from chassis.database import is_away
from chassis.identifiers import new_id
from chassis.jobs import CALL_SECONDS, LEASE, Worker, enqueue
from chassis.keyset import RemoteKeySet
from chassis.tables import DeadLetter, JobRow
from chassis.testing import ISSUER, open_service
from chassis.tokens import Denylist, Tokens
from launcher.ports import free_port
from launcher.postgres import Server

from .conftest import Call, NoteWritten, sample
from .test_events import lines

AWAY = [
    asyncpg.CannotConnectNowError("the database system is starting up"),
    asyncpg.AdminShutdownError("terminating connection"),
    asyncpg.DiskFullError("could not extend file"),
    asyncpg.TooManyConnectionsError("sorry, too many clients already"),
    asyncpg.ConnectionDoesNotExistError("connection was closed"),
    asyncpg.InternalClientError("got result for unknown protocol state"),
    asyncpg.InvalidCachedStatementError("cached statement plan is invalid"),
    ConnectionRefusedError(),
    PoolTimeout(),
]
REFUSED = [
    asyncpg.UniqueViolationError("twice"),
    asyncpg.QueryCanceledError("too slow"),
    ValueError("a mistake of ours"),
]


@pytest.mark.parametrize("error", AWAY, ids=repr)
def test_what_passes_is_waited_for(error):
    assert is_away(error)
    assert not isinstance(error, asyncpg.PostgresError) or is_away(OperationalError("select", {}, error))


@pytest.mark.parametrize("error", REFUSED, ids=repr)
def test_what_does_not_pass_is_somebodys_mistake(error):
    assert not is_away(error)
    assert not is_away(DBAPIError("select", {}, error))


@pytest.fixture
def server(tmp_path: Path):
    server = Server(tmp_path / "data", free_port(), durable=False)
    server.start()
    yield server
    server.stop()


@pytest_asyncio.fixture
async def service(server: Server):
    opening = open_service(sample, server.url)
    opened = await opening.__aenter__()
    yield opened
    await opening.__aexit__(None, None, None)


async def stopped(server: Server) -> None:
    await asyncio.to_thread(server.stop)


async def started(server: Server) -> None:
    await asyncio.to_thread(server.start)


async def test_whoever_asks_meanwhile_is_told_to_come_again(service, server):
    writer = service.as_person(new_id(), "sample:note:write")
    await writer.post("/notes", json={"words": "before"})
    await stopped(server)

    refused = await writer.post("/notes", json={"words": "meanwhile"})
    await started(server)
    taken = await writer.post("/notes", json={"words": "meanwhile"})

    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    assert refused.json()["type"].endswith("/unavailable")
    assert taken.status_code == 201


async def test_an_answer_that_came_while_the_database_was_away_is_kept(service, server, monkeypatch):
    calls = []

    async def call(self, runtime, plan):
        calls.append(plan.words)
        await stopped(server)
        return plan.words

    monkeypatch.setattr(Call, "call", call)
    async with service.session() as session:
        await enqueue(session, Call(words="once"))

    working = asyncio.create_task(service.run_jobs())
    await asyncio.sleep(3)
    await started(server)
    await working

    assert calls == ["once"]
    assert await lines(service) == ["once"]


async def test_an_event_that_came_meanwhile_is_no_dead_letter(service, server):
    await stopped(server)
    handling = asyncio.create_task(service.receive(NoteWritten(note_id=new_id(), words="late")))
    await asyncio.sleep(6)
    await started(server)

    assert await handling is True
    assert await lines(service) == ["late"]
    async with service.session() as session:
        assert (await session.execute(select(DeadLetter))).all() == []


async def test_a_call_that_takes_longer_than_a_lease_is_not_made_by_somebody_else(service, monkeypatch):
    """Two workers, a lease much shorter than the call: the one at work renews it."""
    calls = []

    async def call(self, runtime, plan):
        calls.append(plan.words)
        await asyncio.sleep(3)
        return plan.words

    monkeypatch.setattr("chassis.jobs.LEASE", LEASE / 15)
    monkeypatch.setattr(Call, "call", call)
    async with service.session() as session:
        await enqueue(session, Call(words="slow"))
    workers = [asyncio.create_task(Worker(service.runtime, sample.jobs).run()) for _ in range(2)]
    await _until_done(service)
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)

    assert calls == ["slow"]
    assert await lines(service) == ["slow"]
    assert LEASE.total_seconds() < CALL_SECONDS


async def _until_done(service) -> None:
    for _ in range(100):
        async with service.session() as session:
            if (await session.execute(select(JobRow.state))).scalars().all() == ["done"]:
                return
        await asyncio.sleep(0.1)
    raise AssertionError("the job does not end")


async def test_a_call_that_fails_like_a_network_counts_as_a_try(service, monkeypatch):
    """A refused connection to somebody else is not our database's absence."""

    async def call(self, runtime, plan):
        raise ConnectionRefusedError

    monkeypatch.setattr(Call, "call", call)
    async with service.session() as session:
        await enqueue(session, Call(words="down"))

    assert await service.run_jobs() == Call.attempts
    assert await lines(service) == ["gave up: ConnectionRefusedError"]


async def test_a_job_that_ends_its_process_each_time_becomes_an_incident(service):
    async with service.session() as session:
        await enqueue(session, Call(words="deadly"))
        await session.execute(
            text("UPDATE job SET state = 'running', attempts = :all, lease_until = now() - interval '1 second'"),
            {"all": Call.attempts},
        )

    assert await service.run_jobs() == 1
    assert await lines(service) == ["gave up: interrupted"]


async def test_a_token_that_cannot_be_verified_yet_is_not_called_wrong(service):
    """Started again while the issuer is away: the caller is asked to come again, not to sign in."""
    async with httpx.AsyncClient() as http:
        keys = RemoteKeySet("http://127.0.0.1:1/keys", http)
        service.runtime.tokens = Tokens("sample", ISSUER, keys, Denylist())

        answer = await service.as_person(new_id(), "sample:note:write").post("/notes", json={"words": "who"})

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
