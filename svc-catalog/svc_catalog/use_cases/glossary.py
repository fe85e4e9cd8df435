"""English for every Chinese text on offer, and for the city's other names."""

from collections.abc import Mapping

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from svc_catalog.models import Offer, Term


async def write(session: AsyncSession, terms: Mapping[str, str]) -> None:
    """These and no others."""
    await session.execute(delete(Term).where(Term.chinese.not_in(terms)))
    rows = [{"chinese": chinese, "english": english} for chinese, english in sorted(terms.items())]
    if rows:
        row = insert(Term)
        renewed = {"english": row.excluded.english}
        await session.execute(row.on_conflict_do_update(index_elements=["chinese"], set_=renewed), rows)


async def read(session: AsyncSession) -> dict[str, str]:
    """Where two say it differently, the city's own word stands, then the bundles', then that of the first item by code."""
    terms: dict[str, str] = {}
    offered = select(Offer.english).where(Offer.english != {}).order_by(Offer.kind.desc(), Offer.code.desc())
    for english in await session.scalars(offered):
        terms |= english
    own = await session.execute(select(Term.chinese, Term.english))
    return terms | {row.chinese: row.english for row in own}
