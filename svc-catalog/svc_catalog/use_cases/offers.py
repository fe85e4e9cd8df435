"""Keeps the table of what is offered in step with what is published."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events.catalog import ItemPublished
from svc_catalog.models import Offer
from svc_catalog.schemas.bundles import BundleIn
from svc_catalog.schemas.elements import Elements, TimeLimit
from svc_catalog.search.text import grams_of, key_of

_KEPT = {"kind", "code", "cases"}


async def offer(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Put these on offer, or renew them; how often they were asked for stays."""
    if not rows:
        return
    row = insert(Offer)
    renewed = {name: row.excluded[name] for name in rows[0] if name not in _KEPT}
    await session.execute(row.on_conflict_do_update(index_elements=["kind", "code"], set_=renewed), list(rows))


async def take_off(session: AsyncSession, kind: str, code: str) -> None:
    await session.execute(delete(Offer).where(Offer.kind == kind, Offer.code == code))


def of_item(version: int, item: Elements) -> dict[str, Any]:
    return {
        "kind": "item",
        "code": item.implementation_code,
        "slug": item.slug,
        "version": version,
        "short_name": item.short_name,
        "summary": item.summary,
        "department": item.department,
        "department_name": item.department_name,
        "nature": item.kind,
        "level": item.level,
        "jurisdiction": item.division,
        "served_group": list(item.served),
        "theme": _once([*item.themes_person, *item.themes_legal]),
        "form": list(item.channels),
        "online": item.online,
        "departments": len({item.department, *item.co_departments}),
        "promised_limit": _promised(item.promised_limit),
        "english": item.english,
        **_searchable(item.name, [item.short_name, *item.keywords], item.english),
    }


def of_bundle(code: str, version: int, bundle: BundleIn, items: Sequence[Elements]) -> dict[str, Any]:
    return {
        "kind": "bundle",
        "code": code,
        "slug": code,
        "version": version,
        "short_name": "",
        "summary": bundle.summary,
        "department": bundle.lead_department,
        "department_name": bundle.lead_department_name,
        "nature": None,
        "level": None,
        "jurisdiction": None,
        "served_group": list(bundle.served),
        "theme": _once([*bundle.themes_person, *bundle.themes_legal]),
        "form": _once([channel for item in items for channel in item.channels]),
        "online": bundle.process is not None,
        "departments": len({item.department for item in items}),
        "promised_limit": _promised(bundle.promised_limit),
        "english": bundle.english,
        **_searchable(bundle.name, bundle.keywords, bundle.english),
    }


def published(version: int, item: Elements) -> ItemPublished:
    return ItemPublished(
        item_code=item.implementation_code,
        version=version,
        name=item.name,
        kind=item.kind,
        department=item.department,
        department_name=item.department_name,
        statutory_limit=item.statutory_limit.limit,
        promised_limit=item.promised_limit.limit,
    )


def _searchable(name: str, words: Sequence[str], english: Mapping[str, str]) -> dict[str, Any]:
    """Found by what it is called, in either language."""
    spoken = [*words, *[english[word] for word in (name, *words) if word in english]]
    keys = _once([key_of(word) for word in spoken if key_of(word)])
    name_key = key_of(name)
    return {
        "name": name,
        "name_key": name_key,
        "words": keys,
        "words_key": "\n".join(keys),
        "grams": sorted(grams_of([name_key, *keys])),
    }


def _promised(limit: TimeLimit) -> dict[str, Any] | None:
    return None if limit.unit == "none" else limit.model_dump(mode="json")


def _once(values: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(values))
