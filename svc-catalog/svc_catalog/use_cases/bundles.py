"""Bundles are written and published; a bundle's branches are items that are offered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.outbox import emit
from chassis.problems import InvalidInput, NotFound
from contracts.events.catalog import BundleBranch, BundlePublished, BundleWithdrawn
from svc_catalog.errors import ItemsNotOffered
from svc_catalog.models import Bundle, BundleVersion, Item, ItemVersion
from svc_catalog.rules.bundles import faults
from svc_catalog.rules.versions import State
from svc_catalog.schemas.bundles import BranchIn, BundleIn
from svc_catalog.schemas.elements import Elements
from svc_catalog.use_cases import offers
from svc_catalog.use_cases.items import elements_of, etag_of, expect


@dataclass(frozen=True)
class Part:
    """A branch with the item behind it, at the version in force or, when withdrawn, at the last one."""

    branch: BranchIn
    item: Elements
    offered: bool


async def write(session: AsyncSession, code: str, editor: str, body: BundleIn, if_match: str | None) -> BundleVersion:
    """The version that says this: the open draft changed (by `If-Match`), a new one, or the one that says it already."""
    if errors := faults(body):
        raise InvalidInput(errors=errors)
    await session.execute(insert(Bundle).values(code=code, latest=0).on_conflict_do_nothing(index_elements=["code"]))
    bundle = await _locked(session, code)
    newest = await _newest(session, code)
    if newest is not None and newest.state != State.WITHDRAWN and content_of(newest) == body:
        return newest
    elements = body.model_dump(mode="json")
    if newest is not None and newest.state == State.DRAFT:
        expect(if_match, etag_of(newest))
        newest.elements, newest.edited_by = elements, editor
        newest.revision += 1
        return newest
    bundle.latest += 1
    version = BundleVersion(bundle_code=code, version=bundle.latest, elements=elements, edited_by=editor)
    session.add(version)
    await session.flush()
    return version


async def publish(session: AsyncSession, code: str) -> BundleVersion:
    """Offer the newest version; nothing changes when it is offered already."""
    bundle = await _locked(session, code)
    version = await _newest(session, code)
    if version is None or version.state == State.WITHDRAWN:
        raise NotFound()
    if version.state == State.PUBLISHED:
        return version
    content = content_of(version)
    parts = await parts_of(session, content.branches)
    found = {part.branch.branch for part in parts if part.offered}
    missing = [branch.item for branch in content.branches if branch.branch not in found]
    if missing:
        raise ItemsNotOffered(items=missing)
    now = datetime.now(UTC)
    if bundle.current is not None:
        before = await _version(session, code, bundle.current)
        before.state, before.ended_at = State.SUPERSEDED, now
    version.state, version.published_at, bundle.current = State.PUBLISHED, now, version.version
    version.revision += 1
    row = offers.of_bundle(code, version.version, content, [part.item for part in parts])
    await offers.offer(session, [row])
    emit(session, _published(code, version.version, content, parts))
    return version


async def withdraw(session: AsyncSession, code: str) -> BundleVersion:
    """The bundle is no longer offered; a draft beside it stays."""
    bundle = await _locked(session, code)
    if bundle.current is None:
        raise NotFound()
    version = await _version(session, code, bundle.current)
    version.state, version.ended_at, bundle.current = State.WITHDRAWN, datetime.now(UTC), None
    await offers.take_off(session, "bundle", code)
    emit(session, BundleWithdrawn(bundle_code=code, version=version.version))
    return version


async def current_of(session: AsyncSession, code: str) -> BundleVersion:
    """The published version; NotFound when the bundle is not offered."""
    query = select(BundleVersion).join(
        Bundle, (Bundle.code == BundleVersion.bundle_code) & (Bundle.current == BundleVersion.version)
    )
    version: BundleVersion | None = await session.scalar(query.where(Bundle.code == code))
    if version is None:
        raise NotFound()
    return version


async def parts_of(session: AsyncSession, branches: Sequence[BranchIn]) -> list[Part]:
    """The branches whose items are or were offered, in the bundle's order."""
    wanted = [branch.item for branch in branches]
    query = (
        select(Item, ItemVersion)
        .join(ItemVersion, ItemVersion.item_code == Item.code)
        .where(or_(Item.code.in_(wanted), Item.slug.in_(wanted)), ItemVersion.published_at.is_not(None))
        .order_by(ItemVersion.version)
    )
    found: dict[str, tuple[Elements, bool]] = {}
    for item, version in await session.execute(query):
        for name in filter(None, (item.code, item.slug)):
            found[name] = (elements_of(version), item.current is not None)
    return [Part(branch, *found[branch.item]) for branch in branches if branch.item in found]


def content_of(version: BundleVersion) -> BundleIn:
    return BundleIn.model_validate(version.elements)


def _published(code: str, version: int, content: BundleIn, parts: Sequence[Part]) -> BundlePublished:
    branches = [
        BundleBranch(
            branch=part.branch.branch,
            item_code=part.item.implementation_code,
            name=part.item.short_name or part.item.name,
            department=part.item.department,
            department_name=part.item.department_name,
        )
        for part in parts
    ]
    return BundlePublished(
        bundle_code=code, version=version, name=content.name, process=content.process, branches=branches
    )


async def _locked(session: AsyncSession, code: str) -> Bundle:
    bundle = await session.scalar(select(Bundle).where(Bundle.code == code).with_for_update())
    if bundle is None:
        raise NotFound()
    return bundle


async def _version(session: AsyncSession, code: str, number: int) -> BundleVersion:
    query = select(BundleVersion).where(BundleVersion.bundle_code == code, BundleVersion.version == number)
    return (await session.scalars(query)).one()


async def _newest(session: AsyncSession, code: str) -> BundleVersion | None:
    query = select(BundleVersion).where(BundleVersion.bundle_code == code).order_by(BundleVersion.version.desc())
    newest: BundleVersion | None = await session.scalar(query.limit(1))
    return newest
