"""How often things are asked for: counted from the cases of svc-workflow, by day in the city."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from svc_catalog.models import Offer, Volume
from svc_catalog.use_cases.items import CITY

Thing = tuple[str, str]
"""Kind (item or bundle) and code."""


async def count_submitted(session: AsyncSession, things: Sequence[Thing], at: datetime) -> None:
    await _count(session, things, at, submitted=1)
    asked = update(Offer).where(tuple_(Offer.kind, Offer.code).in_(things)).values(cases=Offer.cases + 1)
    await session.execute(asked, execution_options={"synchronize_session": False})


async def count_ended(session: AsyncSession, things: Sequence[Thing], at: datetime) -> None:
    await _count(session, things, at, ended=1)


async def hot(session: AsyncSession, days: int, limit: int, now: datetime) -> list[tuple[Offer, int, int]]:
    """What was asked for most in the last days, with how many cases were handed in and ended."""
    since = now.astimezone(CITY).date() - timedelta(days=days)
    submitted, ended = func.sum(Volume.submitted), func.sum(Volume.ended)
    counted = (
        select(Volume.kind, Volume.code, submitted.label("submitted"), ended.label("ended"))
        .where(Volume.day > since)
        .group_by(Volume.kind, Volume.code)
        .having(submitted > 0)
        .subquery()
    )
    query = (
        select(Offer, counted.c.submitted, counted.c.ended)
        .join(counted, (Offer.kind == counted.c.kind) & (Offer.code == counted.c.code))
        .order_by(counted.c.submitted.desc(), Offer.kind, Offer.code)
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in await session.execute(query)]


async def _count(
    session: AsyncSession, things: Sequence[Thing], at: datetime, submitted: int = 0, ended: int = 0
) -> None:
    day = at.astimezone(CITY).date()
    rows = [
        {"kind": kind, "code": code, "day": day, "submitted": submitted, "ended": ended}
        for kind, code in sorted(set(things))
    ]
    row = insert(Volume).values(rows)
    added = {"submitted": Volume.submitted + row.excluded.submitted, "ended": Volume.ended + row.excluded.ended}
    await session.execute(row.on_conflict_do_update(index_elements=["kind", "code", "day"], set_=added))
