"""Values sealed with the key of one case. Destroy the key and they are erased; the ledger knows only names of fields."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.sealing import DataKey, keyring
from svc_sharing.models import Base, CaseKey, Exchange

Records = list[dict[str, Any]]
_KEYS = Base.metadata.tables["case_key"]
_KEPT = select(_KEYS.c.wrapped).where(_KEYS.c.case_id == bindparam("case"))
_FRESH = insert(_KEYS).on_conflict_do_nothing().returning(_KEYS.c.case_id)


@dataclass(frozen=True, slots=True)
class Kept:
    """A case's key as a transaction found it. It is opened for the work at hand and not remembered: a destroyed one is gone."""

    case_id: UUID
    is_there: bool
    """Whether there ever was one."""
    wrapped: bytes | None = field(repr=False)

    def opened(self) -> DataKey | None:
        """None: it was not made yet. Raises KeyDestroyed."""
        return keyring().data_key(self.wrapped, _owner(self.case_id)) if self.is_there else None


async def key_of_case(session: AsyncSession, case_id: UUID) -> DataKey:
    """The case's key, made at first use. Raises KeyDestroyed."""
    return (await _kept(session, case_id)).opened() or await fresh_key(session, case_id)


async def fresh_key(session: AsyncSession, case_id: UUID) -> DataKey:
    """A key for a case that has none yet; somebody else's, who was quicker. Raises KeyDestroyed."""
    key, wrapped = keyring().new_data_key(_owner(case_id))
    if await session.scalar(_FRESH, {"case_id": case_id, "wrapped": wrapped}) is not None:
        return key
    theirs = (await session.execute(_KEPT, {"case": case_id})).scalar_one()
    return keyring().data_key(theirs, _owner(case_id))


async def _kept(session: AsyncSession, case_id: UUID) -> Kept:
    row = (await session.execute(_KEPT, {"case": case_id})).one_or_none()
    return Kept(case_id, row is not None, row.wrapped if row is not None else None)


async def destroy_case_key(session: AsyncSession, case_id: UUID) -> None:
    """Erase what is held for a case; also what would still come."""
    now = datetime.now(UTC)
    gone = insert(CaseKey).values(case_id=case_id, wrapped=None, destroyed_at=now).on_conflict_do_nothing()
    await session.execute(gone)
    key = (CaseKey.case_id == case_id) & CaseKey.wrapped.is_not(None)
    await session.execute(update(CaseKey).where(key).values(wrapped=None, destroyed_at=now))
    emptied = update(Exchange).where(Exchange.case_id == case_id).values(records=None, form_code=None)
    # A sealed column cannot be compared, which the ORM would do to keep its loaded objects in step.
    await session.execute(emptied.execution_options(synchronize_session=False))


def seal_records(key: DataKey, exchange_id: UUID, records: Records) -> bytes:
    return key.seal(orjson.dumps(records), _place(exchange_id))


def records_in(key: DataKey | None, exchange_id: UUID, sealed: bytes | None) -> Records:
    """Nothing for what never came."""
    if sealed is None or key is None:
        return []
    records: Records = orjson.loads(key.open(sealed, _place(exchange_id)))
    return records


async def open_records(session: AsyncSession, exchange: Exchange) -> Records:
    """Raises KeyDestroyed for what was erased."""
    return records_in((await _kept(session, exchange.case_id)).opened(), exchange.id, exchange.records)


def _owner(case_id: UUID) -> bytes:
    return f"case/{case_id}".encode()


def _place(exchange_id: UUID) -> bytes:
    return f"exchange.records/{exchange_id}".encode()
