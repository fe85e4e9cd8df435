"""Values sealed with the key of one case. Destroy the key and they are erased; the ledger knows only names of fields."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.sealing import DataKey, keyring
from svc_sharing.models import CaseKey, Exchange

Records = list[dict[str, Any]]


async def key_of_case(session: AsyncSession, case_id: UUID) -> DataKey:
    """The case's key, made at first use. Raises KeyDestroyed."""
    kept = select(CaseKey.wrapped).where(CaseKey.case_id == case_id)
    row = (await session.execute(kept)).one_or_none()
    if row is None:
        _, fresh = keyring().new_data_key(_owner(case_id))
        await session.execute(insert(CaseKey).values(case_id=case_id, wrapped=fresh).on_conflict_do_nothing())
        row = (await session.execute(kept)).one()
    return keyring().data_key(row.wrapped, _owner(case_id))


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


async def seal_records(session: AsyncSession, exchange: Exchange, records: Records) -> None:
    key = await key_of_case(session, exchange.case_id)
    exchange.records = key.seal(orjson.dumps(records), _place(exchange))


async def open_records(session: AsyncSession, exchange: Exchange) -> Records:
    """Raises KeyDestroyed for what was erased; nothing for what never came."""
    key = await key_of_case(session, exchange.case_id)
    if exchange.records is None:
        return []
    records: Records = orjson.loads(key.open(exchange.records, _place(exchange)))
    return records


def _owner(case_id: UUID) -> bytes:
    return f"case/{case_id}".encode()


def _place(exchange: Exchange) -> bytes:
    return f"exchange.records/{exchange.id}".encode()
