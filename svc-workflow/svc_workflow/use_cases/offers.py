"""What svc-catalog offers, as far as this service needs to know it."""

from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events.catalog import BundlePublished, BundleWithdrawn, ItemPublished, ItemWithdrawn
from svc_workflow.models import BundleOffer, ItemOffer


async def item_published(session: AsyncSession, event: ItemPublished) -> None:
    values = event.model_dump(mode="json") | {"withdrawn": False}
    await _newest(session, ItemOffer, ["item_code"], values)


async def item_withdrawn(session: AsyncSession, event: ItemWithdrawn) -> None:
    item = await session.get(ItemOffer, event.item_code)
    if item is not None and event.version >= item.version:
        item.withdrawn = True


async def bundle_published(session: AsyncSession, event: BundlePublished) -> None:
    values = event.model_dump(mode="json") | {"withdrawn": False}
    await _newest(session, BundleOffer, ["bundle_code"], values)


async def bundle_withdrawn(session: AsyncSession, event: BundleWithdrawn) -> None:
    bundle = await session.get(BundleOffer, event.bundle_code)
    if bundle is not None and event.version >= bundle.version:
        bundle.withdrawn = True


async def _newest(session: AsyncSession, table: Any, key: list[str], values: dict[str, Any]) -> None:
    """An older version that comes late changes nothing."""
    row = insert(table).values(**values)
    newer = row.excluded.version >= table.version
    await session.execute(row.on_conflict_do_update(index_elements=key, set_=values, where=newer))
