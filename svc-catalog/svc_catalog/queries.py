"""What is read: items, bundles and versions as answers."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.problems import NotFound
from svc_catalog.models import Bundle, BundleVersion, Item, ItemVersion, Offer
from svc_catalog.schemas.bundles import BranchOut, BundleOfferOut, BundleOut, BundleVersionOut
from svc_catalog.schemas.items import BundleRefOut, ItemOut, OfferOut, VersionDetailOut, VersionOut
from svc_catalog.use_cases import bundles
from svc_catalog.use_cases.bundles import Part
from svc_catalog.use_cases.items import elements_of


async def item_of(session: AsyncSession, code: str) -> Item:
    item = await session.scalar(select(Item).where(or_(Item.code == code, Item.slug == code)))
    if item is None:
        raise NotFound()
    return item


async def item_out(session: AsyncSession, item: Item, version: ItemVersion) -> ItemOut:
    elements = elements_of(version)
    return ItemOut(
        code=item.code,
        slug=item.slug,
        version=version.version,
        base_code=elements.base_code,
        published_at=version.published_at,
        warnings=version.warnings,
        elements=elements,
        bundles=[
            BundleRefOut(code=found.bundle_code, name=bundles.content_of(found).name)
            for found in await bundles_with(session, item)
        ],
    )


async def bundles_with(session: AsyncSession, item: Item) -> list[BundleVersion]:
    """Published bundles that have the item as a branch."""
    names = [name for name in (item.code, item.slug) if name is not None]
    parts = [BundleVersion.elements.contains({"branches": [{"item": name}]}) for name in names]
    query = (
        select(BundleVersion)
        .join(Bundle, (Bundle.code == BundleVersion.bundle_code) & (Bundle.current == BundleVersion.version))
        .where(or_(*parts))
        .order_by(BundleVersion.bundle_code)
    )
    return list(await session.scalars(query))


def version_out(version: ItemVersion, slug: str | None = None) -> VersionOut:
    return VersionOut(**_facts(version) | {"slug": slug or version.elements.get("slug")})


def version_detail(version: ItemVersion) -> VersionDetailOut:
    return VersionDetailOut(**_facts(version), elements=elements_of(version))


def _facts(version: ItemVersion) -> dict[str, object]:
    names = [name for name in VersionOut.model_fields if name not in ("code", "slug", "name")]
    said = {"code": version.item_code, "slug": version.elements.get("slug"), "name": version.elements["name"]}
    return {name: getattr(version, name) for name in names} | said


async def bundle_out(session: AsyncSession, version: BundleVersion) -> BundleOut:
    content = bundles.content_of(version)
    parts = await bundles.parts_of(session, content.branches)
    return BundleOut(
        **content.model_dump(exclude={"branches"}),
        code=version.bundle_code,
        version=version.version,
        departments=len({part.item.department for part in parts}),
        branches=[branch_out(part) for part in parts],
        published_at=version.published_at,
    )


async def bundle_offers(session: AsyncSession, rows: Sequence[Offer]) -> list[BundleOfferOut]:
    current = (Bundle.code == BundleVersion.bundle_code) & (Bundle.current == BundleVersion.version)
    query = select(BundleVersion).join(Bundle, current).where(Bundle.code.in_([row.code for row in rows]))
    contents = {version.bundle_code: bundles.content_of(version) for version in await session.scalars(query)}
    return [
        BundleOfferOut(
            **OfferOut.of(row).model_dump(),
            life_event=contents[row.code].life_event,
            before_after=contents[row.code].before_after,
        )
        for row in rows
    ]


def branch_out(part: Part) -> BranchOut:
    names = ("slug", "name", "short_name", "summary", "department", "department_name", "result")
    return BranchOut(
        branch=part.branch.branch,
        item_code=part.item.implementation_code,
        needs=part.branch.needs,
        statutory_limit=part.item.statutory_limit,
        promised_limit=part.item.promised_limit,
        offered=part.offered,
        **{name: getattr(part.item, name) for name in names},
    )


def bundle_version_out(version: BundleVersion) -> BundleVersionOut:
    names = [name for name in BundleVersionOut.model_fields if name not in ("code", "name")]
    facts = {name: getattr(version, name) for name in names}
    return BundleVersionOut(**facts, code=version.bundle_code, name=version.elements["name"])
