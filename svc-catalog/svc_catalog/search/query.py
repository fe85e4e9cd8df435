"""What a search finds, in which order, and how many of what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, case, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.ext.asyncio import AsyncSession

from svc_catalog.models import Offer, Synonym
from svc_catalog.search.text import asked_grams, key_of, pairs_of, terms_of

MOST_VARIANTS = 8
WHOLE = 100


class Way(StrEnum):
    """The seven ways to browse (国办函〔2016〕108号)."""

    NATURE = "nature"
    SERVED_GROUP = "served_group"
    BODY = "body"
    THEME = "theme"
    LEVEL = "level"
    FORM = "form"
    JURISDICTION = "jurisdiction"


COLUMNS: dict[Way, Any] = {
    Way.NATURE: Offer.nature,
    Way.SERVED_GROUP: Offer.served_group,
    Way.BODY: Offer.department,
    Way.THEME: Offer.theme,
    Way.LEVEL: Offer.level,
    Way.FORM: Offer.form,
    Way.JURISDICTION: Offer.jurisdiction,
}
MANY = frozenset({Way.SERVED_GROUP, Way.THEME, Way.FORM})


@dataclass(frozen=True)
class Filters:
    """Values to keep, way by way; `kind` is item, bundle or both."""

    ways: dict[Way, str] = field(default_factory=dict)
    kind: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        kept = [
            COLUMNS[way].contains([value]) if way in MANY else COLUMNS[way] == value for way, value in self.ways.items()
        ]
        return [*kept, Offer.kind == self.kind] if self.kind else kept


@dataclass(frozen=True)
class Query:
    """What was asked, as the index sees it, and the same with the catalogue's words for people's words."""

    whole: str
    terms: tuple[str, ...]
    variants: tuple[tuple[str, ...], ...] = ()


async def understood(session: AsyncSession, text: str) -> Query:
    terms = tuple(terms_of(text))
    whole = key_of(text)
    parts = {
        whole[start:end] for start in range(len(whole)) for end in range(start + 2, min(len(whole), start + 12) + 1)
    }
    said: dict[str, list[str]] = {}
    for row in await session.scalars(select(Synonym).where(Synonym.word.in_(parts)).order_by(Synonym.word)):
        said.setdefault(row.word, []).append(row.meaning)
    return Query(whole, terms, tuple(_variants(terms, said)))


def _variants(terms: Sequence[str], said: dict[str, list[str]]) -> Iterable[tuple[str, ...]]:
    """Each term as it is or with one of its words said otherwise; without the query itself, a few at most."""
    choices = [
        [
            term,
            *(term.replace(word, meaning) for word, meanings in said.items() if word in term for meaning in meanings),
        ]
        for term in terms
    ]
    combined = dict.fromkeys(product(*choices))
    combined.pop(tuple(terms), None)
    return list(combined)[:MOST_VARIANTS]


def containing(query: Query, filters: Filters) -> Select[Any]:
    """Offers that contain every term in their name or among their words."""
    alternatives = [query.terms, *query.variants]
    found = or_(*[_contains_all(terms) for terms in alternatives])
    contained = Offer.name_key.contains(query.whole, autoescape=True)
    rank = case(
        (Offer.name_key == query.whole, 0),
        (Offer.name_key.startswith(query.whole, autoescape=True), 1),
        (and_(contained, Offer.kind == "bundle"), 1),
        (contained, 2),
        (Offer.words.contains([query.whole]), 3),
        (and_(*[Offer.name_key.contains(term, autoescape=True) for term in query.terms]), 4),
        (_contains_all(query.terms), 5),
        else_=6,
    )
    return _ordered(rank).where(found, *filters.conditions())


def nearest(query: Query, filters: Filters) -> Select[Any]:
    """Offers that have at least half of the query's pairs of characters, said in one way or another."""
    asked = [sorted(set(pairs_of("".join(terms)))) for terms in (query.terms, *query.variants)]
    asked = [pairs for pairs in asked if pairs]
    percent = func.greatest(*[_percent_of(pairs) for pairs in asked])
    some = or_(*[Offer.grams.overlap(_texts(pairs)) for pairs in asked])
    return _ordered(WHOLE + 10 - percent).where(some, percent * 2 >= WHOLE, *filters.conditions())


def _percent_of(pairs: Sequence[str]) -> Any:
    held = func.unnest(Offer.grams).table_valued("gram").render_derived()
    shared = select(func.count() * WHOLE / len(pairs)).select_from(held).where(held.c.gram.in_(pairs))
    return cast(shared.correlate(Offer).scalar_subquery(), Integer)


def all_of(filters: Filters) -> Select[Any]:
    return _ordered(literal(0)).where(*filters.conditions())


def _contains_all(terms: Sequence[str]) -> ColumnElement[bool]:
    """The first condition is the index's; the others throw out what has the pairs but not in a row."""
    grams = sorted({gram for term in terms for gram in asked_grams(term)})
    exact = [
        or_(Offer.name_key.contains(term, autoescape=True), Offer.words_key.contains(term, autoescape=True))
        for term in terms
    ]
    return and_(Offer.grams.contains(_texts(grams)), *exact)


def _texts(values: Sequence[str]) -> Any:
    return literal(list(values), ARRAY(TEXT))


def _ordered(rank: Any) -> Select[Any]:
    """Bundles before items, what is asked for often before the rest (by powers of ten), short names before long ones."""
    wanted = cast(-func.floor(func.log(1 + Offer.cases)), Integer)
    return select(
        Offer.kind,
        Offer.code,
        rank.label("rank"),
        case((Offer.kind == "bundle", 0), else_=1).label("single"),
        wanted.label("wanted"),
        func.length(Offer.name_key).label("length"),
    )
