"""How well the search finds: `python -m svc_catalog recall [SAMPLES]`, over all that is offered."""

import random
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.paging import Paging
from chassis.runtime import Runtime
from svc_catalog.models import Offer
from svc_catalog.search.query import Filters, containing, understood
from svc_catalog.search.results import page
from svc_catalog.search.text import key_of

LENGTHS = range(2, 7)
FIRST = 10


@dataclass(frozen=True)
class Recall:
    """`of_parts`: mean of |first 10 ∩ relevant| / min(10, |relevant|) by length of the query, where relevant are the names
    that contain it; `of_names`: share of items among the first 10 when their full name is typed."""

    queries: int
    of_parts: dict[int, float]
    of_names: float

    @property
    def overall(self) -> float:
        return sum(self.of_parts.values()) / len(self.of_parts)


async def measure(session: AsyncSession, samples: int, seed: int = 1) -> Recall:
    """`samples` random parts of each length, from names drawn at random; every name once in full."""
    names = {
        (row.kind, row.code): row.name for row in await session.execute(select(Offer.kind, Offer.code, Offer.name))
    }
    keys = {offer: key_of(name) for offer, name in names.items()}
    shares = defaultdict(list)
    for length, part in _parts(list(names.values()), samples, random.Random(seed)):  # noqa: S311
        relevant = {offer for offer, key in keys.items() if key_of(part) in key}
        found = await _first(session, part)
        shares[length].append(len(relevant & found) / min(FIRST, len(relevant)))
    in_full = [offer in await _first(session, name) for offer, name in names.items()]
    return Recall(
        queries=sum(map(len, shares.values())) + len(in_full),
        of_parts={length: sum(each) / len(each) for length, each in sorted(shares.items())},
        of_names=sum(in_full) / len(in_full),
    )


async def command(runtime: Runtime, words: list[str]) -> int:
    async with runtime.sessions.transaction() as session:
        recall = await measure(session, int(words[0]) if words else 500)
    for length, share in recall.of_parts.items():
        sys.stdout.write(f"recall@{FIRST} of {length} characters: {share:.4f}\n")
    sys.stdout.write(f"recall@{FIRST} of full names: {recall.of_names:.4f}\n{recall.queries} queries\n")
    return 0


def _parts(names: Sequence[str], samples: int, chance: random.Random) -> Iterator[tuple[int, str]]:
    for length in LENGTHS:
        long_enough = [name for name in names if len(name) >= length]
        for _ in range(samples if long_enough else 0):
            name = chance.choice(long_enough)
            start = chance.randrange(len(name) - length + 1)
            part = name[start : start + length]
            if key_of(part):
                yield length, part


async def _first(session: AsyncSession, typed: str) -> set[tuple[str, str]]:
    query = await understood(session, typed)
    offers, _ = await page(session, containing(query, Filters()).cte("hits"), Paging(None, FIRST))
    return {(offer.kind, offer.code) for offer in offers}
