"""Rows that a transaction has read, or read and locked: once, however many of its steps ask for them.

SQLAlchemy forgets a row as soon as nobody refers to it, and asks for it again with each lock. The events of a batch are often of
one case, and their handlers ask for the same rows one after the other.
"""

from collections.abc import Iterable
from typing import Any, TypeVar

from sqlalchemy import ARRAY, any_, bindparam, inspect, select
from sqlalchemy import event as sql_event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session as SyncSession

from chassis.database import WakingSession

M = TypeVar("M")
LOCKED, READ = "rows locked", "rows read"
_MADE: dict[tuple[Any, str], Any] = {}


async def locked(session: AsyncSession, model: type[M], key: Any) -> M | None:
    """The row with this primary key, locked until the transaction ends; None: there is no such row.

    For rows that this transaction changes as objects only: what a statement of its own does to them is not seen.
    """
    rows = _rows(session, LOCKED)
    if (row := rows.get((model, key))) is None:
        row = await session.get(model, key, with_for_update=True)
        if row is not None:
            rows[model, key] = row
    return row


async def lock_all(session: AsyncSession, model: type[M], keys: Iterable[Any]) -> None:
    """Lock these rows in one statement, in the order of their keys, so that no two wait for each other in a ring; `locked` then
    has them at hand. Keys without a row are passed over. For a primary key of one column."""
    rows = _rows(session, LOCKED)
    if wanted := {key for key in keys if (model, key) not in rows}:
        afresh = {"populate_existing": True}
        found = await session.scalars(_by_keys(model, LOCKED), {"keys": sorted(wanted)}, execution_options=afresh)
        name = _key_of(model).key
        rows.update({(model, getattr(row, name)): row for row in found})


async def read_all(session: AsyncSession, model: type[M], keys: Iterable[Any]) -> None:
    """Read these rows in one statement; `session.get` then has them at hand until the transaction ends. They are as old as this
    call: for what never changes, or where a moment does not matter. For a primary key of one column."""
    rows = _rows(session, READ)
    if wanted := {key for key in keys if (model, key) not in rows}:
        found = await session.scalars(_by_keys(model, READ), {"keys": sorted(wanted)})
        name = _key_of(model).key
        rows.update({(model, getattr(row, name)): row for row in found})


@sql_event.listens_for(WakingSession, "after_commit")
@sql_event.listens_for(WakingSession, "after_rollback")
def _let_go(session: SyncSession) -> None:
    session.info.pop(LOCKED, None)
    session.info.pop(READ, None)


def _rows(session: AsyncSession, kind: str) -> dict[tuple[type[Any], Any], Any]:
    rows: dict[tuple[type[Any], Any], Any] = session.sync_session.info.setdefault(kind, {})
    return rows


def _by_keys(model: Any, kind: str) -> Any:
    """Made once, with one parameter however many keys there are: the server prepares it once."""
    if (model, kind) not in _MADE:
        column = _key_of(model)
        found = select(model).where(column == any_(bindparam("keys", type_=ARRAY(column.type))))
        _MADE[model, kind] = found.order_by(column).with_for_update() if kind == LOCKED else found
    return _MADE[model, kind]


def _key_of(model: Any) -> Any:
    mapper = inspect(model)
    (column,) = mapper.primary_key
    return getattr(model, mapper.get_property_by_column(column).key)
