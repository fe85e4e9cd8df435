"""Rows that are written together: in one statement, before whoever reads them, or not at all."""

import pytest
from sqlalchemy import bindparam, delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from chassis.held import lock_all, locked, read_all
from chassis.identifiers import new_id
from chassis.later import later

from .conftest import LedgerLine, Note
from .statements import heard

NEW_LINES = insert(LedgerLine)
SAID_ANEW = update(Note).where(Note.id == bindparam("note")).values(words=bindparam("said"))
NO_NOTE = delete(Note).where(Note.id == bindparam("note"))


def line(words: str) -> dict:
    return {"id": new_id(), "line": words}


async def lines(session) -> list[str]:
    return list(await session.scalars(select(LedgerLine.line).order_by(LedgerLine.id)))


async def test_rows_of_many_steps_go_in_one_statement_in_their_order(service):
    with heard(service, "INSERT INTO ledger") as said:
        async with service.session() as session:
            for words in ("one", "two", "three"):
                later(session, NEW_LINES, line(words))
                assert await session.scalar(select(func.count()).select_from(Note)) == 0
            assert said == []

    async with service.session() as session:
        assert await lines(session) == ["one", "two", "three"]
    assert len(said) == 1


@pytest.mark.parametrize(
    "read",
    [
        select(func.count()).select_from(LedgerLine),
        select(func.count()).select_from(LedgerLine.__table__),
        select(Note.id).where(Note.words.in_(select(LedgerLine.line))).with_only_columns(func.count()),
        text("SELECT count(*) FROM ledger"),
    ],
    ids=["model", "table", "subquery", "text"],
)
async def test_a_statement_that_reads_the_table_finds_them(service, read):
    async with service.session() as session:
        session.add(Note(words="one"))
        later(session, NEW_LINES, line("one"))
        assert await session.scalar(read) == 1
        later(session, NEW_LINES, line("two"))

    async with service.session() as session:
        assert await lines(session) == ["one", "two"]


async def test_rows_are_changed_and_deleted_together_behind_those_that_are_added(service):
    kept, *gone = (new_id() for _ in range(3))
    async with service.session() as session:
        session.add_all(Note(id=note, words="said") for note in (kept, *gone))
        later(session, SAID_ANEW, {"note": kept, "said": "changed"})
        with heard(service, "DELETE FROM note") as said:
            for note in gone:
                later(session, NO_NOTE, {"note": note})
            assert list(await session.scalars(select(Note.words))) == ["changed"]

    assert len(said) == 1


async def test_an_object_that_is_asked_for_by_its_key_is_found(service):
    row = line("one")
    async with service.session() as session:
        later(session, NEW_LINES, row)
        found = await session.get(LedgerLine, row["id"])
        assert found is not None
        assert found.line == "one"


async def test_they_go_with_their_transaction(service):
    async with service.runtime.sessions.open() as session:
        later(session, NEW_LINES, line("rolled back"))
        await session.rollback()
        later(session, NEW_LINES, line("kept"))
        await session.commit()
        assert await lines(session) == ["kept"]


async def test_a_row_that_cannot_be_written_takes_the_transaction_with_it(service):
    row = line("one")
    async with service.runtime.sessions.open() as session:
        session.add(Note(words="gone"))
        later(session, NEW_LINES, row, row)
        with pytest.raises(IntegrityError, match="ledger_pkey"):
            await session.commit()

    async with service.session() as session:
        assert await session.scalar(select(func.count()).select_from(Note)) == 0


async def test_a_row_is_locked_once_however_many_ask(service):
    async with service.session() as session:
        session.add(note := Note(words="one"))
    with heard(service, "FROM note", "FOR UPDATE") as said:
        async with service.session() as session:
            row = await locked(session, Note, note.id)
            assert row is not None
            row.words = "two"
            del row
            again = await locked(session, Note, note.id)
            assert again is not None
            assert again.words == "two"
            assert await locked(session, Note, new_id()) is None
        async with service.session() as session:
            fresh = await locked(session, Note, note.id)
            assert fresh is not None
            assert fresh.words == "two"
    assert len(said) == 3  # one a transaction, one for the row that is not


async def test_rows_are_locked_together_as_they_stand(service):
    async with service.session() as session:
        notes = [Note(words=words) for words in ("one", "two")]
        session.add_all(notes)
    async with service.session() as session, service.session() as other:
        stale = await session.get(Note, notes[0].id)
        assert stale is not None
        (await other.get_one(Note, notes[0].id)).words = "changed"
        await other.commit()
        with heard(service, "FOR UPDATE") as said:
            await lock_all(session, Note, [notes[1].id, notes[0].id, new_id()])
            rows = [await locked(session, Note, note.id) for note in notes]
            await lock_all(session, Note, [notes[0].id])
        assert [row and row.words for row in rows] == ["changed", "two"]
        assert len(said) == 1


@pytest.mark.parametrize("take", [lock_all, read_all])
async def test_however_many_rows_are_wanted_the_statement_is_the_same(service, take):
    with heard(service, "FROM note") as said:
        for number in (1, 2, 5):
            async with service.session() as session:
                await take(session, Note, [new_id() for _ in range(number)])
    assert (len(said), len(set(said))) == (3, 1)


async def test_rows_that_were_read_together_are_at_hand(service):
    async with service.session() as session:
        notes = [Note(words=words) for words in ("one", "two")]
        session.add_all(notes)
    with heard(service, "FROM note") as said:
        async with service.session() as session:
            await read_all(session, Note, [note.id for note in notes])
            assert [(await session.get_one(Note, note.id)).words for note in notes] == ["one", "two"]
    assert len(said) == 1
