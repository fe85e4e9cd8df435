"""The service's own keys, made at first use and sealed in its database: they outlive processes and rotations of the sealing key."""

import json
import secrets
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.jose import SigningKey
from chassis.sealing import AesGcm
from svc_sharing.models import Secret

RECORD_KEYS = "record-keys"


async def record_key(session: AsyncSession, text: str) -> str:
    """An opaque, stable key of a record: nobody can compute it who has only the record."""
    return record_key_under(await record_secret(session), text)


def record_key_under(secret: str, text: str) -> str:
    """The same, by whoever has the secret at hand."""
    return AesGcm().keyed_hash(bytes.fromhex(secret), text.encode()).hex()[:32]


async def record_secret(session: AsyncSession) -> str:
    return await _kept(session, RECORD_KEYS, lambda: secrets.token_hex(32))


async def ledger_key(session: AsyncSession) -> SigningKey:
    """The key that signs the heads of the ledger."""
    kept = await _kept(session, "ledger-heads", lambda: json.dumps(SigningKey.generate().to_jwk()))
    return SigningKey.parse(json.loads(kept))


async def _kept(session: AsyncSession, name: str, fresh: Callable[[], str]) -> str:
    kept = await session.scalar(select(Secret.value).where(Secret.name == name))
    if kept is None:
        await session.execute(insert(Secret).values(name=name, value=fresh()).on_conflict_do_nothing())
        kept = (await session.execute(select(Secret.value).where(Secret.name == name))).scalar_one()
    return kept
