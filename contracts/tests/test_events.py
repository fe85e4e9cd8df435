"""Outbox, inbox, dead letters: everything arrives twice, and the second time is boring."""

from functools import partial

import pytest
from sqlalchemy import event as sql_event
from sqlalchemy import select, text, update
from sqlalchemy.exc import ProgrammingError

from chassis.bus import MAX_VALUE_BYTES
from chassis.identifiers import new_id
from chassis.inbox import replay
from chassis.jobs import enqueue
from chassis.outbox import emit
from chassis.tables import InboxRow, OutboxRow
from chassis.testing import heard
from contracts.event import Envelope

from .conftest import Call, LedgerLine, NoteLost, NoteWritten, prepared


async def lines(service) -> list[str]:
    async with service.session() as session:
        return list((await session.execute(select(LedgerLine.line).order_by(LedgerLine.id))).scalars())


async def test_an_event_stands_in_the_outbox_with_what_caused_it(service):
    me = service.as_person(new_id(), "sample:note:write")
    await me.post("/notes", json={"words": "hello"})
    await me.post("/notes", json={"words": "fail"})

    assert [event.words for event in await service.published(NoteWritten)] == ["hello"]


async def test_the_outbox_holds_an_envelope_as_it_is_declared(service):
    traced = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
    me = service.as_person(new_id(), "sample:note:write")
    await me.post("/notes", json={"words": "出生“一件事”\u2028\U0001f476"}, headers=traced)

    async with service.session() as session:
        [value] = (await session.execute(select(OutboxRow.value))).scalars()

    envelope = Envelope.model_validate_json(value)
    assert envelope.traceparent is not None
    assert envelope.traceparent.split("-")[1] == "0af7651916cd43dd8448eb211c80319c"
    assert envelope.model_dump_json(exclude_none=True).encode() == value


async def test_what_a_transaction_emits_keeps_its_order_and_goes_with_it(service):
    async with service.runtime.sessions.open() as session:
        emit(session, NoteWritten(note_id=new_id(), words="rolled back"))
        await session.rollback()
        emit(session, *(NoteWritten(note_id=new_id(), words=str(number)) for number in range(3)))
        await session.commit()
        await session.commit()

    assert [event.words for event in await service.published(NoteWritten)] == ["0", "1", "2"]


async def test_what_is_emitted_while_its_transaction_commits_is_not_lost_in_silence(service):
    async with service.runtime.sessions.open() as session:
        event = NoteWritten(note_id=new_id(), words="late")
        sql_event.listen(session.sync_session, "before_commit", lambda _: emit(session, event))
        session.add(LedgerLine(line="something to commit"))
        with pytest.raises(RuntimeError, match="it is lost"):
            await session.commit()


async def test_only_those_are_woken_whose_rows_were_committed(service):
    woken = []
    service.runtime.sessions.wakers |= {table: partial(woken.append, table) for table in ("outbox", "job")}
    me = service.as_person(new_id(), "sample:note:write")

    await me.post("/notes", json={"words": "fail"})
    await me.post("/notes", json={"words": "hello"})
    assert woken == ["outbox"]

    async with service.session() as session:
        await enqueue(session, Call(words="me"))
    assert woken == ["outbox", "job"]


async def test_an_event_is_handled_once(service):
    event = NoteWritten(note_id=new_id(), words="hello")

    assert await service.receive(event) is True
    assert await service.receive(event) is False
    assert await lines(service) == ["hello"]


async def test_the_same_event_twice_in_a_batch_is_handled_once(service):
    event = NoteWritten(note_id=new_id(), words="hello")

    await service.receive(event, event)

    assert await lines(service) == ["hello"]


async def test_of_what_is_not_ours_nothing_is_kept(service):
    prepared.clear()
    with heard(service, "INSERT INTO") as said:
        await service.receive(NoteWritten(note_id=new_id(), words="not ours"), NoteLost(note_id=new_id()))

    assert (said, prepared, await service.dead_letters()) == ([], [], [])
    async with service.session() as session:
        assert list(await session.scalars(select(InboxRow.event_id))) == []


async def test_who_prepares_is_told_what_is_new_in_a_batch(service):
    earlier, *rest = (NoteWritten(note_id=new_id(), words=words) for words in ("earlier", "one", "two"))
    await service.receive(earlier)
    prepared.clear()

    await service.receive(earlier, rest[0], rest[1], rest[0])
    await service.receive(*rest)

    assert prepared == [["one", "two"]]
    assert await lines(service) == ["earlier", "one", "two"]


async def test_poison_harms_nobody_else(service, monkeypatch):
    monkeypatch.setattr("chassis.inbox.FIRST_PAUSE", 0.001)
    events = [NoteWritten(note_id=new_id(), words=words) for words in ("before", "poison", "after")]

    await service.receive(*events)

    assert await lines(service) == ["before", "after"]
    assert [letter.reason for letter in await service.dead_letters()] == ["handler-failed"]
    assert "cannot be handled" not in (await service.dead_letters())[0].error


async def test_unknown_and_malformed_events_become_dead_letters(service):
    await service.receive_bytes(b"nonsense")
    await service.receive_bytes(
        b'{"specversion":"1.0","id":"018f0000-0000-7000-8000-000000000000","source":"s","type":"onedoor.sample.note.written.v9",'
        b'"subject":"x","time":"2026-01-01T00:00:00Z","data":{}}'
    )

    assert [letter.reason for letter in await service.dead_letters()] == ["malformed", "unknown-type"]


async def test_what_no_database_and_no_bus_would_take_dies_without_blocking_either(service):
    envelope = (
        b'{"specversion":"1.0","id":"018f0000-0000-7000-8000-000000000000","source":"s","type":"onedoor.a\\u0000b.v1",'
        b'"subject":"x","time":"2026-01-01T00:00:00Z","data":{"words":"%b"}}'
    )

    await service.receive_bytes(envelope % b"short")
    await service.receive_bytes(envelope % (b"long" * 249_940))

    async with service.session() as session:
        notices = (await session.execute(select(OutboxRow.value).order_by(OutboxRow.id))).scalars().all()
    assert [letter.error for letter in await service.dead_letters()] == ["onedoor.ab.v1"] * 2
    assert [b'"event"' in notice for notice in notices] == [True, False]
    assert all(len(notice) <= MAX_VALUE_BYTES for notice in notices)


async def test_a_dead_letter_is_replayed_once(service, monkeypatch):
    monkeypatch.setattr("chassis.inbox.FIRST_PAUSE", 0.001)
    await service.receive(NoteWritten(note_id=new_id(), words="poison"))
    [letter] = await service.dead_letters()
    async with service.session() as session:
        await session.execute(
            update(type(letter)).values(value=letter.value.replace(b'"words":"poison"', b'"words":"mended"'))
        )

    assert await replay(service.runtime.sessions, service.service.handlers, letter.id) is True
    assert await replay(service.runtime.sessions, service.service.handlers, letter.id) is False
    assert await lines(service) == ["mended"]


@pytest.mark.parametrize("statement", ["UPDATE ledger SET line = ''", "DELETE FROM ledger", "TRUNCATE ledger"])
async def test_append_only_is_enforced_by_the_database(service, statement):
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with service.session() as session:
            await session.execute(text(statement))
