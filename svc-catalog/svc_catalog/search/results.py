"""Pages of what was found, and how many of what."""

import base64
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import CTE, Select, String, and_, cast, func, literal, null, select, tuple_, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.paging import Paging
from chassis.problems import InvalidInput
from svc_catalog.models import Offer
from svc_catalog.search.query import COLUMNS, MANY, Filters, Query, Way, all_of, containing, nearest

ORDER = ("rank", "single", "wanted", "length", "code")
_INTEGERS = 2**31


@dataclass(frozen=True)
class Count:
    value: str
    name: str | None
    count: int


@dataclass(frozen=True)
class Found:
    offers: list[Offer]
    next_cursor: str | None
    total: int
    exact: bool
    counts: dict[Way, list[Count]]


async def search(session: AsyncSession, query: Query | None, filters: Filters, paging: Paging) -> Found:
    """One page. When nothing contains what was asked, the nearest names, and `exact` is false."""
    if paging.after is not None:
        _edge(paging.after)
    if query is None or not query.terms:
        return await _found(session, all_of(filters), paging, exact=True)
    found = await _found(session, containing(query, filters), paging, exact=True)
    if found.total or len(query.whole) < 2:
        return found
    return await _found(session, nearest(query, filters), paging, exact=False)


async def counted(session: AsyncSession, filters: Filters) -> dict[Way, list[Count]]:
    """How many of what among all that is offered."""
    return await _counts(session, all_of(filters).cte("hits"))


async def _found(session: AsyncSession, query: Select[Any], paging: Paging, *, exact: bool) -> Found:
    hits = query.cte("hits")
    total = (await session.execute(select(func.count()).select_from(hits))).scalar_one()
    if not total:
        return Found([], None, 0, exact, {way: [] for way in Way})
    offers, cursor = await page(session, hits, paging)
    return Found(offers, cursor, total, exact, await _counts(session, hits))


async def page(session: AsyncSession, hits: CTE, paging: Paging) -> tuple[list[Offer], str | None]:
    keys = [hits.c[name] for name in ORDER]
    page = select(Offer, *keys).join(hits, _same(hits)).order_by(*keys).limit(paging.limit + 1)
    if paging.after is not None:
        page = page.where(tuple_(*keys) > tuple_(*_edge(paging.after)))
    rows = (await session.execute(page)).all()
    if len(rows) <= paging.limit:
        return [row[0] for row in rows], None
    rows = rows[: paging.limit]
    return [row[0] for row in rows], _cursor(list(rows[-1][1:]))


async def _counts(session: AsyncSession, hits: CTE) -> dict[Way, list[Count]]:
    """All seven ways in one statement; most frequent first."""
    each = [_count(way, hits) for way in Way]
    rows = await session.execute(union_all(*each))
    counts: dict[Way, list[Count]] = {way: [] for way in Way}
    for way, value, name, count in rows:
        counts[Way(way)].append(Count(value, name, count))
    return {way: sorted(found, key=lambda one: (-one.count, one.value)) for way, found in counts.items()}


def _count(way: Way, hits: CTE) -> Select[Any]:
    value = func.unnest(COLUMNS[way]) if way in MANY else COLUMNS[way]
    name = Offer.department_name if way is Way.BODY else cast(null(), String)
    each = select(value.label("value"), name.label("name")).join_from(Offer, hits, _same(hits)).subquery()
    counted = select(literal(way.value), each.c.value, func.max(each.c.name), func.count())
    return counted.where(each.c.value.is_not(None)).group_by(each.c.value)


def _same(hits: CTE) -> Any:
    return and_(Offer.kind == hits.c.kind, Offer.code == hits.c.code)


def _edge(after: list[Any]) -> list[Any]:
    *numbers, code = after or [None]
    sound = len(numbers) == len(ORDER) - 1 and all(type(one) is int and abs(one) < _INTEGERS for one in numbers)
    if not sound or not isinstance(code, str) or "\0" in code:
        raise InvalidInput.at("#query/cursor", "cursor", "Not a cursor of this list")
    return [literal(value) for value in after]


def _cursor(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(values)).rstrip(b"=").decode()
