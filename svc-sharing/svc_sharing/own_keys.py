"""The service's own keys, made at first use and sealed in its database: they outlive processes and rotations of the sealing key."""

import json
import secrets

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.jose import SigningKey
from chassis.sealing import AesGcm
from svc_sharing.models import Secret


async def record_key(session: AsyncSession, text: str) -> str:
    """An opaque, stable key of a record: nobody can compute it who has only the record."""
    secret = await _kept(session, "record-keys", secrets.token_hex(32))
    return AesGcm().keyed_hash(bytes.fromhex(secret), text.encode()).hex()[:32]


async def ledger_key(session: AsyncSession) -> SigningKey:
    """The key that signs the heads of the ledger."""
    fresh = json.dumps(SigningKey.generate().to_jwk())
    return SigningKey.parse(json.loads(await _kept(session, "ledger-heads", fresh)))


async def _kept(session: AsyncSession, name: str, fresh: str) -> str:
    kept = await session.scalar(select(Secret.value).where(Secret.name == name))
    if kept is None:
        await session.execute(insert(Secret).values(name=name, value=fresh).on_conflict_do_nothing())
        kept = (await session.execute(select(Secret.value).where(Secret.name == name))).scalar_one()
    return kept
