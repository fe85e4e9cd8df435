"""Rows that are written together at the end of a transaction instead of one by one on its way.

A statement costs some thirty times what one more row in it does. Handlers of a batch of events share one transaction, so what
each of them adds to a history, a list or a ledger can go with what the others add:

    NEW_LINES = insert(AccessLine).on_conflict_do_nothing()  # made once, no values
    later(session, NEW_LINES, {"id": event.access_id, ...})

A statement of the same session that reads or changes the table finds the rows: they are written before it. Whether a row was
new, or what its defaults became, is not told: who must know inserts it himself.

So can rows be changed or deleted by their keys, which are the names of the statement's parameters; objects that the session
holds of them do not hear of it.
"""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import Delete, Insert, TableClause, Update
from sqlalchemy import event as sql_event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import ORMExecuteState
from sqlalchemy.orm import Session as SyncSession
from sqlalchemy.sql import visitors

from chassis.database import WakingSession

Row = Mapping[str, Any]
Writing = Insert | Update | Delete
PLACE = "later"


def later(session: AsyncSession, statement: Writing, *rows: Row) -> None:
    """Have `rows` written by `statement` before the transaction commits; none of them if it is rolled back.

    `statement`: made once, for it is known by its identity, and without values; `rows`: by column name, all with the same
    names. They go in the order given, and behind what the session itself has to flush; statements in the order in which each was
    first given: no row that one inserts is for another to delete.
    """
    if not rows:
        return
    if not session.in_transaction():
        session.sync_session.begin()  # without one there would be nothing to roll back
    session.sync_session.info.setdefault(PLACE, {}).setdefault(statement, []).extend(rows)


@sql_event.listens_for(WakingSession, "before_commit")
def _write(session: SyncSession) -> None:
    if PLACE in session.info:
        _insert(session, session.info.pop(PLACE))


@sql_event.listens_for(WakingSession, "do_orm_execute")
def _write_what_it_reads(state: ORMExecuteState) -> None:
    waiting: dict[Writing, list[Row]] | None = state.session.info.get(PLACE)
    if not waiting:
        return
    named = _tables(state.statement)
    due = [statement for statement in waiting if not named or cast("TableClause", statement.table).name in named]
    if due:
        _insert(state.session, {statement: waiting.pop(statement) for statement in due})


@sql_event.listens_for(WakingSession, "after_rollback")
def _forget(session: SyncSession) -> None:
    session.info.pop(PLACE, None)


@sql_event.listens_for(WakingSession, "after_commit")
def _none_is_left(session: SyncSession) -> None:
    if session.info.get(PLACE):
        raise RuntimeError("a row was left for later while its transaction was committing: it is lost")


def _insert(session: SyncSession, given: Mapping[Writing, list[Row]]) -> None:
    session.flush()  # what they refer to
    connection = session.connection()
    for statement, rows in given.items():
        connection.execute(statement, rows)


def _tables(statement: Any) -> set[str]:
    """The tables that a statement names; none for a text, which may name any."""
    return {node.name for node in visitors.iterate(statement) if isinstance(node, TableClause)}
