"""How often things are asked for: counted from the cases of svc-workflow, by day in the city.

A transaction counts for itself and writes the sums before it commits: each row once, in one order for everybody. What is asked
for most is counted by all processes at the same time; so none holds the others up for long, and no two wait in a ring.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, func, select, update
from sqlalchemy import event as sql_event
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session as SyncSession

from chassis.database import WakingSession
from svc_catalog.models import Base, Offer, Volume
from svc_catalog.use_cases.items import CITY

Thing = tuple[str, str]
"""Kind (item or bundle) and code."""
Day = tuple[str, str, date]
PLACE = "volumes"
_OFFER, _VOLUME = Base.metadata.tables["offer"], Base.metadata.tables["volume"]
_NEW = insert(_VOLUME)
COUNT = _NEW.on_conflict_do_update(
    index_elements=["kind", "code", "day"],
    set_={name: _VOLUME.c[name] + _NEW.excluded[name] for name in ("submitted", "ended")},
)
ASKED = (
    update(_OFFER)
    .where(_OFFER.c.kind == bindparam("of_kind"), _OFFER.c.code == bindparam("of_code"))
    .values(cases=_OFFER.c.cases + bindparam("more"))
)


@dataclass
class Counts:
    """What a transaction counted and has not written yet."""

    submitted: Counter[Day] = field(default_factory=Counter)
    ended: Counter[Day] = field(default_factory=Counter)


def count_submitted(session: AsyncSession, things: Sequence[Thing], at: datetime) -> None:
    _counts(session).submitted.update(_days(things, at))


def count_ended(session: AsyncSession, things: Sequence[Thing], at: datetime) -> None:
    _counts(session).ended.update(_days(things, at))


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


def _counts(session: AsyncSession) -> Counts:
    counts: Counts = session.sync_session.info.setdefault(PLACE, Counts())
    return counts


def _days(things: Sequence[Thing], at: datetime) -> set[Day]:
    day = at.astimezone(CITY).date()
    return {(kind, code, day) for kind, code in things}


@sql_event.listens_for(WakingSession, "before_commit")
def _write(session: SyncSession) -> None:
    counts: Counts | None = session.info.pop(PLACE, None)
    if counts is None:
        return
    rows = [
        {
            "kind": kind,
            "code": code,
            "day": day,
            "submitted": counts.submitted[kind, code, day],
            "ended": counts.ended[kind, code, day],
        }
        for kind, code, day in sorted({*counts.submitted, *counts.ended})
    ]
    session.connection().execute(COUNT, rows)
    asked: Counter[Thing] = Counter()
    for (kind, code, _), number in counts.submitted.items():
        asked[kind, code] += number
    if asked:
        more = [{"of_kind": kind, "of_code": code, "more": number} for (kind, code), number in sorted(asked.items())]
        session.connection().execute(ASKED, more)


@sql_event.listens_for(WakingSession, "after_rollback")
def _forget(session: SyncSession) -> None:
    session.info.pop(PLACE, None)
