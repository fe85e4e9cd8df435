"""Reading the whole ledger again: every line against the one before, every head against what was signed and published."""

import sys
from collections import defaultdict

import orjson
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.jose import InvalidToken, KeySet
from chassis.runtime import Runtime
from svc_sharing.ledger.chain import SHARDS, START, follows
from svc_sharing.ledger.heads import heads_in, published_keys
from svc_sharing.models import LedgerHead, LedgerLine, PublishedHeads

Claims = dict[int, dict[int, str]]
"""What was published: shard, place, hash."""


async def verify_ledger(runtime: Runtime, words: list[str]) -> int:
    """`python -m svc_sharing verify-ledger`: one line of JSON for each fault and one in the end; exit code 1 if there was any."""
    async with runtime.sessions.transaction() as session:
        await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        lines, faults = await audit(session)
    for fault in [*faults, {"lines": lines, "faults": len(faults)}]:
        sys.stdout.write(orjson.dumps(fault).decode() + "\n")
    return int(bool(faults))


async def audit(session: AsyncSession) -> tuple[int, list[dict[str, object]]]:
    """How many lines were read, and what is wrong. The session must have one unmoving view (REPEATABLE READ), or a head would
    be read before and its lines after somebody's commit."""
    if await session.scalar(text("show transaction_isolation")) != "repeatable read":
        raise RuntimeError("the ledger moves while it is read")
    claims, faults = await _claims(session)
    total = 0
    for shard in range(SHARDS):
        count, fault = await _shard(session, shard, claims[shard])
        total += count
        faults += [{"shard": shard, **fault}] if fault else []
    return total, faults


async def _claims(session: AsyncSession) -> tuple[Claims, list[dict[str, object]]]:
    claims: Claims = defaultdict(dict)
    faults: list[dict[str, object]] = []
    everything = (await session.scalars(select(PublishedHeads).order_by(PublishedHeads.id))).all()
    keys = await published_keys(session) if everything else KeySet()
    for published in everything:
        try:
            for head in heads_in(published, keys):
                claims[head["shard"]][head["seq"]] = head["hash"]
        except InvalidToken:
            faults.append({"published": str(published.id), "fault": "signature"})
    return claims, faults


async def _shard(session: AsyncSession, shard: int, claims: dict[int, str]) -> tuple[int, dict[str, object] | None]:
    """Walks one chain to its head. The first fault ends the walk: nothing after it can be trusted."""
    head = await session.get_one(LedgerHead, shard)
    previous, place = START, 0
    query = select(LedgerLine).where(LedgerLine.shard == shard).order_by(LedgerLine.seq)
    async for line in await session.stream_scalars(query.execution_options(yield_per=1000)):
        place += 1
        if not follows(line, place, previous):
            return place, {"line": place, "fault": "chain"}
        if claims.get(place, line.hash.hex()) != line.hash.hex():
            return place, {"line": place, "fault": "published"}
        previous = line.hash
    if (head.seq, head.hash) != (place, previous):
        return place, {"line": place, "fault": "head"}
    if max(claims, default=0) > place:
        return place, {"line": place, "fault": "shortened"}
    return place, None
