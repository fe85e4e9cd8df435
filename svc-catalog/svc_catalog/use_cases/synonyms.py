"""People's words for the catalogue's."""

from collections.abc import Sequence

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.problems import InvalidInput
from svc_catalog.models import Synonym
from svc_catalog.search.text import key_of


async def write(session: AsyncSession, word: str, meanings: Sequence[str]) -> None:
    """These and no others; the word itself is no meaning."""
    key = key_of(word)
    if len(key) < 2:
        raise InvalidInput.at("#path/word", "too-short", "A word has two characters at least")
    await session.execute(delete(Synonym).where(Synonym.word == key))
    kept = {key_of(meaning) for meaning in meanings} - {key, ""}
    if kept:
        await session.execute(insert(Synonym), [{"word": key, "meaning": meaning} for meaning in sorted(kept)])
