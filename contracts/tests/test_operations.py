"""What operators see of a service, and what they can set going again."""

import pytest

from chassis.bus import BusUnavailable
from chassis.identifiers import new_id
from chassis.jobs import enqueue

from .conftest import Call, LedgerLine, NoteWritten
from .test_events import lines

UNKNOWN = (
    b'{"specversion":"1.0","id":"018f0000-0000-7000-8000-000000000000","source":"s","type":"onedoor.sample.note.written.v9",'
    b'"subject":"x","time":"2026-01-01T00:00:00Z","data":{}}'
)


@pytest.fixture
def operator(service):
    scopes = ("sample:operations:read", "sample:operations:write")
    return service.as_staff(*scopes, department="service-administration", post="operation")


@pytest.fixture
async def letter(service, operator, monkeypatch) -> dict:
    """An event whose handler failed."""
    monkeypatch.setattr("chassis.inbox.FIRST_PAUSE", 0.001)
    await service.receive(NoteWritten(note_id=new_id(), words="poison"))
    [found] = (await operator.get("/operations/dead-letters")).json()["items"]
    return found


async def ask(service, words: str) -> None:
    async with service.session() as session:
        await enqueue(session, Call(words=words))


async def test_the_overview_tells_what_waits_where(service, operator):
    await service.as_person(new_id(), "sample:note:write").post("/notes", json={"words": "hello"})
    await ask(service, "forbidden")
    await service.run_jobs()
    await ask(service, "me")
    await service.receive_bytes(b"nonsense")

    seen = (await operator.get("/operations/overview")).json()

    assert (seen["service"], seen["version"], seen["roles"]) == ("sample", "1.0.0", ["api", "worker"])
    assert seen["outbox"]["waiting"] == 2  # the note's event, and the notice of the dead letter
    assert seen["outbox"]["oldest_at"] is not None
    topics = ["onedoor.identity.revocation", "onedoor.sample.note"]
    assert seen["consumer"] == {"group": "svc-sample", "topics": topics, "lag": 0}
    assert [(one["kind"], one["state"], one["count"], one["retried"]) for one in seen["jobs"]] == [
        ("sample.call", "incident", 1, 1),
        ("sample.call", "waiting", 1, 0),
    ]
    assert seen["dead_letters"] == 1


async def test_a_bus_that_does_not_answer_is_told_as_such(service, operator, monkeypatch):
    async def away(group, topics):
        raise BusUnavailable("no connection")

    monkeypatch.setattr(service.runtime.bus, "lag", away)

    answer = await operator.get("/operations/overview")

    assert answer.status_code == 200
    assert answer.json()["consumer"]["lag"] is None


async def test_done_jobs_are_listed_but_not_counted(service, operator):
    await ask(service, "me")
    await service.run_jobs()

    done = (await operator.get("/operations/jobs", params={"state": "done"})).json()["items"]

    assert [(job["kind"], job["state"], job["attempts"], job["error"]) for job in done] == [
        ("sample.call", "done", 1, None)
    ]
    assert (await operator.get("/operations/overview")).json()["jobs"] == []
    assert (await operator.get("/operations/jobs", params={"state": "done", "kind": "another"})).json()["items"] == []


async def test_a_given_up_job_is_looked_at_and_tried_again_once(service, operator):
    await ask(service, "forbidden")
    await service.run_jobs()
    [incident] = (await operator.get("/operations/incidents")).json()["items"]

    one = await operator.get(f"/operations/jobs/{incident['id']}")
    first = await operator.post(f"/operations/incidents/{incident['id']}/retry", headers={"Idempotency-Key": "k"})
    again = await operator.post(f"/operations/incidents/{incident['id']}/retry", headers={"Idempotency-Key": "k"})
    later = await operator.post(f"/operations/incidents/{incident['id']}/retry")

    assert (one.json()["state"], one.json()["error"]) == ("incident", "not-allowed")
    assert [answer.status_code for answer in (first, again, later)] == [204, 204, 404]
    assert await service.run_jobs() == 1


async def test_a_dead_letter_says_what_it_was_and_why_it_died(operator, letter):
    assert (await operator.get(f"/operations/dead-letters/{letter['id']}")).json() == letter
    assert letter["topic"] == "onedoor.sample.note"
    assert letter["type"] == "onedoor.sample.note.written.v1"
    assert letter["reason"] == "handler-failed"
    assert "poison" not in str(letter)


async def test_a_dead_letter_that_fails_again_stays(service, operator, letter):
    answer = await operator.post(f"/operations/dead-letters/{letter['id']}/replay")

    assert answer.status_code == 409
    assert (answer.json()["type"].rpartition("/")[2], answer.json()["cause"]) == ("still-failing", "ValueError")
    assert (await operator.get("/operations/dead-letters", params={"replayed": False})).json()["items"] == [letter]
    assert await lines(service) == []


async def test_a_dead_letter_is_replayed_once(service, operator, letter, monkeypatch):
    async def mended(event, session):
        session.add(LedgerLine(line=event.words))

    monkeypatch.setitem(service.service.handlers._by_type, NoteWritten.type, mended)
    path = f"/operations/dead-letters/{letter['id']}/replay"

    first = await operator.post(path, headers={"Idempotency-Key": "k"})
    again = await operator.post(path, headers={"Idempotency-Key": "k"})
    later = await operator.post(path)

    assert [answer.json()["outcome"] for answer in (first, again, later)] == ["handled", "handled", "needed-nothing"]
    assert await lines(service) == ["poison"]
    assert (await operator.get("/operations/dead-letters", params={"replayed": False})).json()["items"] == []
    assert (await operator.get("/operations/overview")).json()["dead_letters"] == 0


@pytest.mark.parametrize(("value", "kind"), [(b"nonsense", None), (b"[1]", None), (UNKNOWN, "note.written.v9")])
async def test_what_nobody_understands_cannot_be_replayed(service, operator, value, kind):
    await service.receive_bytes(value)
    [letter] = (await operator.get("/operations/dead-letters")).json()["items"]

    answer = await operator.post(f"/operations/dead-letters/{letter['id']}/replay")

    assert answer.status_code == 409
    assert letter["type"] is None if kind is None else letter["type"].endswith(kind)


async def test_what_is_not_there_cannot_be_set_going(operator):
    assert (await operator.post("/operations/dead-letters/7/replay")).status_code == 404
    assert (await operator.get("/operations/dead-letters/7")).status_code == 404
    assert (await operator.get(f"/operations/jobs/{new_id()}")).status_code == 404


async def test_looking_needs_one_scope_and_setting_going_another(service):
    reader = service.as_staff("sample:operations:read", department="service-administration", post="operation")
    stranger = service.as_person(new_id())

    assert (await reader.get("/operations/overview")).status_code == 200
    assert (await reader.post("/operations/dead-letters/7/replay")).status_code == 403
    assert (await stranger.get("/operations/overview")).status_code == 403
    assert (await service.http.get("/operations/jobs")).status_code == 401
