"""The heads of the ledger's chains, signed: whoever keeps them can tell later whether anything before them was changed."""

import time
from collections.abc import Iterable
from typing import Any, TypedDict

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.jose import KeySet, sign_document, verify_document
from svc_sharing import own_keys
from svc_sharing.documents import payload_of
from svc_sharing.models import LedgerHead, PublishedHeads

TYP = "ledger-heads+jws"


class Head(TypedDict):
    shard: int
    seq: int
    hash: str


async def publish(session: AsyncSession) -> PublishedHeads:
    """Signs the heads as they stand now and keeps them where everybody can read them."""
    heads = (await session.scalars(select(LedgerHead).order_by(LedgerHead.shard))).all()
    payload = {
        "iss": "svc-sharing",
        "iat": int(time.time()),
        "heads": [{"shard": head.shard, "seq": head.seq, "hash": head.hash.hex()} for head in heads],
    }
    published = PublishedHeads(jws=sign_document(payload, await own_keys.ledger_key(session), TYP))
    session.add(published)
    await session.flush()
    return published


async def published_keys(session: AsyncSession) -> KeySet:
    return KeySet([(await own_keys.ledger_key(session)).public])


def heads_in(published: PublishedHeads, keys: KeySet | None = None) -> list[Head]:
    """What was published; with `keys` only if the signature holds (InvalidToken)."""
    payload = payload_of(published.jws) if keys is None else verify_document(published.jws, keys, TYP)
    heads: Iterable[dict[str, Any]] = payload["heads"]
    return [Head(shard=head["shard"], seq=head["seq"], hash=head["hash"]) for head in heads]
