"""Items are drafted, reviewed by somebody else, published from a day on, and withdrawn."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Caller
from chassis.outbox import emit
from chassis.problems import InvalidInput, NotFound, PreconditionFailed
from contracts.claims import Kind
from contracts.events.catalog import ItemWithdrawn
from svc_catalog.errors import DraftOpen, FourEyes, IfMatchMissing, SlugTaken, VersionNotInState
from svc_catalog.models import Item, ItemVersion
from svc_catalog.rules.versions import OPEN, State, disagreements, may_become
from svc_catalog.schemas.elements import Elements, ItemIn
from svc_catalog.schemas.items import ReviewIn
from svc_catalog.use_cases import offers

CITY = ZoneInfo("Asia/Shanghai")


async def draft(session: AsyncSession, editor: str, body: ItemIn) -> tuple[ItemVersion, bool]:
    """The version that says this, and whether it is new: what is written or published already is not written again."""
    _check(body)
    item = await _item_to_write(session, body)
    body = body.model_copy(update={"slug": item.slug})
    latest = await _newest(session, item.code)
    if latest is not None and latest.state != State.WITHDRAWN and same(latest, body):
        return latest, False
    if latest is not None and latest.state in OPEN:
        raise DraftOpen(version=latest.version)
    item.latest += 1
    elements = body.model_dump(mode="json")
    version = ItemVersion(item_code=item.code, version=item.latest, elements=elements, edited_by=editor)
    session.add(version)
    await session.flush()
    return version, True


async def rewrite(
    session: AsyncSession, code: str, number: int, editor: str, body: ItemIn, if_match: str | None
) -> ItemVersion:
    """Change a draft that nobody else changed since."""
    version = await version_of(session, code, number, lock=True)
    if body.implementation_code != version.item_code:
        raise InvalidInput.at("#/implementation_code", "fixed", "The code of an item does not change")
    _check(body)
    if version.state != State.DRAFT:
        raise VersionNotInState(state=version.state)
    expect(if_match, etag_of(version))
    item = await _item_to_write(session, body)
    version.elements, version.edited_by = body.model_dump(mode="json") | {"slug": item.slug}, editor
    version.revision += 1
    return version


async def review(session: AsyncSession, code: str, number: int, reviewer: Caller, body: ReviewIn) -> ItemVersion:
    """Four eyes: a person never reviews what they wrote. A system with both scopes answers for the eyes behind it."""
    version = await version_of(session, code, number, lock=True)
    if version.state in (State.REVIEWED, State.SCHEDULED, State.PUBLISHED) and body.passed:
        return version
    if version.state not in (State.DRAFT, State.REVIEWED):
        raise VersionNotInState(state=version.state)
    if reviewer.claims.kind is not Kind.CLIENT and reviewer.id == version.edited_by:
        raise FourEyes()
    version.state = State.REVIEWED if body.passed else State.DRAFT
    version.reviewed_by, version.remark = reviewer.id, body.remark or None
    version.revision += 1
    return version


async def publish(session: AsyncSession, code: str, number: int, in_force_from: date | None) -> ItemVersion:
    """Offer a reviewed version from a day on; the one before is superseded then."""
    version = await version_of(session, code, number, lock=True)
    if version.state == State.PUBLISHED:
        return version
    today = datetime.now(CITY).date()
    wanted = State.SCHEDULED if in_force_from is not None and in_force_from > today else State.PUBLISHED
    if not may_become(version.state, wanted):
        raise VersionNotInState(state=version.state)
    version.in_force_from = in_force_from or today
    if wanted is State.SCHEDULED:
        version.state = wanted
        version.revision += 1
        return version
    await bring_into_force(session, version)
    return version


async def bring_into_force(session: AsyncSession, version: ItemVersion) -> None:
    item = await _locked(session, version.item_code)
    now = datetime.now(UTC)
    if item.current is not None:
        before = await version_of(session, item.code, item.current, lock=True)
        before.state, before.ended_at = State.SUPERSEDED, now
    version.state, version.published_at, item.current = State.PUBLISHED, now, version.version
    version.revision += 1
    elements = elements_of(version)
    await offers.offer(session, [offers.of_item(version.version, elements)])
    emit(session, offers.published(version.version, elements))


async def bring_due_into_force(session: AsyncSession, today: date) -> int:
    """Publish what was scheduled up to today; how many versions."""
    due = select(ItemVersion.item_code, ItemVersion.version).where(
        ItemVersion.state == State.SCHEDULED, ItemVersion.in_force_from <= today
    )
    count = 0
    for row in (await session.execute(due.order_by(ItemVersion.item_code))).all():
        version = await version_of(session, row.item_code, row.version, lock=True)
        if version.state == State.SCHEDULED:
            await bring_into_force(session, version)
            count += 1
    return count


async def withdraw(session: AsyncSession, code: str, number: int, remark: str) -> ItemVersion:
    """A published version is no longer offered; one that never was is thrown away without a word."""
    version = await version_of(session, code, number, lock=True)
    if version.state == State.WITHDRAWN:
        return version
    if not may_become(version.state, State.WITHDRAWN):
        raise VersionNotInState(state=version.state)
    was_offered = version.state == State.PUBLISHED
    version.state, version.ended_at, version.remark = State.WITHDRAWN, datetime.now(UTC), remark or version.remark
    version.revision += 1
    if was_offered:
        item = await _locked(session, version.item_code)
        item.current = None
        await offers.take_off(session, "item", item.code)
        emit(session, ItemWithdrawn(item_code=item.code, version=version.version))
    return version


async def version_of(session: AsyncSession, code: str, number: int, *, lock: bool = False) -> ItemVersion:
    """By implementation code or short code; NotFound when there is none. `lock`: the item first, so that all wait in one order."""
    named = or_(Item.code == code, Item.slug == code)
    if lock:
        await session.execute(select(Item.code).where(named).with_for_update())
    version = await session.scalar(select(ItemVersion).join(Item).where(named, ItemVersion.version == number))
    if version is None:
        raise NotFound()
    return version


async def current_of(session: AsyncSession, code: str) -> tuple[Item, ItemVersion]:
    """The item and its published version; NotFound when it is not offered."""
    query = (
        select(Item, ItemVersion)
        .join(ItemVersion, (ItemVersion.item_code == Item.code) & (ItemVersion.version == Item.current))
        .where(or_(Item.code == code, Item.slug == code))
    )
    found = (await session.execute(query)).one_or_none()
    if found is None:
        raise NotFound()
    return found[0], found[1]


def elements_of(version: ItemVersion) -> Elements:
    return Elements.model_validate(version.elements)


def same(version: ItemVersion, elements: Elements) -> bool:
    return elements_of(version) == Elements.model_validate(elements.model_dump())


def etag_of(version: Any) -> str:
    return f'"{version.version}-{version.revision}"'


def expect(if_match: str | None, etag: str) -> None:
    if if_match is None:
        raise IfMatchMissing()
    if if_match not in (etag, "*"):
        raise PreconditionFailed()


async def _item_to_write(session: AsyncSession, body: ItemIn) -> Item:
    """The item, locked, new when there is none. Its short code is given once, so that addresses stay."""
    new = insert(Item).values(code=body.implementation_code, slug=None, latest=0)
    await session.execute(new.on_conflict_do_nothing(index_elements=["code"]))
    item = await _locked(session, body.implementation_code)
    if body.slug is None or body.slug == item.slug:
        return item
    if item.slug is not None:
        raise InvalidInput.at("#/slug", "fixed", "The short code of an item does not change")
    item.slug = body.slug
    try:
        await session.flush()
    except IntegrityError:
        raise SlugTaken() from None
    return item


async def _locked(session: AsyncSession, code: str) -> Item:
    return (await session.scalars(select(Item).where(Item.code == code).with_for_update())).one()


async def _newest(session: AsyncSession, code: str) -> ItemVersion | None:
    query = select(ItemVersion).where(ItemVersion.item_code == code).order_by(ItemVersion.version.desc()).limit(1)
    newest: ItemVersion | None = await session.scalar(query)
    return newest


def _check(body: ItemIn) -> None:
    if errors := disagreements(body):
        raise InvalidInput(errors=errors)
