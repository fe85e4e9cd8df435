"""Items that were read are published, some hundreds with a statement."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.outbox import emit
from svc_catalog.imports.reading import Reading, Ready
from svc_catalog.models import ImportRun, Item, ItemVersion
from svc_catalog.rules.versions import OPEN, State
from svc_catalog.use_cases import offers
from svc_catalog.use_cases.items import same

BATCH = 500
CITY = ZoneInfo("Asia/Shanghai")


Progress = Callable[[int, int], None]
"""Told how many items of how many are done."""


async def load(
    session: AsyncSession, reading: Reading, by: str, progress: Progress = lambda done, of: None
) -> ImportRun:
    """All in the caller's transaction. What says the same as before is left alone, withdrawn items too."""
    run = ImportRun(mapping=reading.mapping, lines=reading.lines, imported_by=by, created=0, changed=0, unchanged=0)
    for start in range(0, len(reading.ready), BATCH):
        await _load_batch(session, reading, reading.ready[start : start + BATCH], run)
        progress(min(start + BATCH, len(reading.ready)), len(reading.ready))
    run.refused = sorted(reading.refused, key=lambda one: int(one["line"]))
    run.warned = reading.warned
    session.add(run)
    await session.flush()
    return run


async def _load_batch(session: AsyncSession, reading: Reading, ready: Sequence[Ready], run: ImportRun) -> None:
    items = await _locked_items(session, [one.item.implementation_code for one in ready])
    ready = await _with_fitting_slugs(session, reading, ready, items)
    last = await _last_offered(session, list(items))
    news = []
    for one in ready:
        before = last.get(one.item.implementation_code)
        if before is not None and same(before, one.item):
            run.unchanged += 1
            continue
        run.created, run.changed = run.created + (before is None), run.changed + (before is not None)
        news.append(one)
    await _publish(session, news, items, run.imported_by)


async def _publish(session: AsyncSession, news: Sequence[Ready], items: dict[str, Item], by: str) -> None:
    if not news:
        return
    now = datetime.now(UTC)
    numbers = {one.item.implementation_code: items[one.item.implementation_code].latest + 1 for one in news}
    ended = update(ItemVersion).where(ItemVersion.item_code.in_(numbers), ItemVersion.state == State.PUBLISHED)
    await session.execute(ended.values(state=State.SUPERSEDED.value, ended_at=now), execution_options=_UNSYNCED)
    versions = [_version_row(one, numbers[one.item.implementation_code], by, now) for one in news]
    await session.execute(insert(ItemVersion), versions)
    for one in news:
        item = items[one.item.implementation_code]
        item.latest = item.current = numbers[item.code]
        item.slug = one.item.slug
    await session.flush()
    rows = [offers.of_item(numbers[one.item.implementation_code], one.item) for one in news]
    await offers.offer(session, rows)
    emit(session, *[offers.published(numbers[one.item.implementation_code], one.item) for one in news])


_UNSYNCED = {"synchronize_session": False}


def _version_row(one: Ready, number: int, by: str, now: datetime) -> dict[str, Any]:
    return {
        "item_code": one.item.implementation_code,
        "version": number,
        "state": State.PUBLISHED.value,
        "elements": one.item.model_dump(mode="json"),
        "warnings": one.warnings,
        "source": "import",
        "edited_by": by,
        "in_force_from": now.astimezone(CITY).date(),
        "published_at": now,
    }


async def _with_fitting_slugs(
    session: AsyncSession, reading: Reading, ready: Sequence[Ready], items: dict[str, Item]
) -> list[Ready]:
    """Lines whose short code is another item's, or differs from the item's own, are refused."""
    query = select(Item.slug, Item.code).where(Item.slug.in_([one.item.slug for one in ready if one.item.slug]))
    owners = {row.slug: row.code for row in await session.execute(query)}
    fitting = []
    for one in ready:
        item, slug = items[one.item.implementation_code], one.item.slug
        if slug is not None and owners.setdefault(slug, item.code) != item.code:
            reading.refuse(one.line, "slug: another item has this short code")
        elif slug is not None and item.slug not in (None, slug):
            reading.refuse(one.line, "slug: the short code of an item does not change")
        else:
            fitting.append(replace(one, item=one.item.model_copy(update={"slug": slug or item.slug})))
    return fitting


async def _locked_items(session: AsyncSession, codes: Sequence[str]) -> dict[str, Item]:
    new = upsert(Item).on_conflict_do_nothing(index_elements=["code"])
    await session.execute(new, [{"code": code, "latest": 0} for code in sorted(codes)])
    rows = await session.scalars(select(Item).where(Item.code.in_(codes)).order_by(Item.code).with_for_update())
    return {item.code: item for item in rows}


async def _last_offered(session: AsyncSession, codes: Sequence[str]) -> dict[str, ItemVersion]:
    """The newest version of each that is or was in force."""
    newest = (
        select(ItemVersion.item_code, func.max(ItemVersion.version).label("version"))
        .where(ItemVersion.item_code.in_(codes), ItemVersion.state.not_in(OPEN), ItemVersion.published_at.is_not(None))
        .group_by(ItemVersion.item_code)
        .subquery()
    )
    matches = (ItemVersion.item_code == newest.c.item_code) & (ItemVersion.version == newest.c.version)
    return {version.item_code: version for version in await session.scalars(select(ItemVersion).join(newest, matches))}
