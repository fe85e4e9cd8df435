"""Search and browsing, for everybody."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, status
from sqlalchemy import select

from chassis.access import public
from chassis.database import Session
from chassis.paging import PageQuery
from chassis.problems import problems
from svc_catalog.caching import PublicRoute
from svc_catalog.models import Synonym
from svc_catalog.routes.parameters import Editor, Kept
from svc_catalog.schemas.items import OfferOut
from svc_catalog.schemas.search import (
    FacetOut,
    FacetValueOut,
    HotListOut,
    HotOut,
    SearchOut,
    SynonymIn,
    SynonymOut,
    SynonymsOut,
)
from svc_catalog.search import results
from svc_catalog.search.query import Way, understood
from svc_catalog.use_cases import synonyms, volumes

router = APIRouter(tags=["search"], route_class=PublicRoute)
Asked = Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$", description="Any part of a name, or several parts")]
Word = Annotated[str, Path(min_length=2, max_length=12, pattern=r"^[^\x00]*$")]
Only = Annotated[Literal["item", "bundle"] | None, Query(description="Only these; both when not given")]


@router.get("/search", summary="Find items and bundles", dependencies=[public], responses=problems())
async def search_offers(kept: Kept, session: Session, paging: PageQuery, q: Asked = "", kind: Only = None) -> SearchOut:
    """Names that contain what was asked come first; then what people also call them; then, if nothing does, the nearest."""
    query = await understood(session, q)
    return SearchOut.of(await results.search(session, query, replace(kept, kind=kind), paging))


@router.get("/facets/{way}", summary="Browse in one of seven ways", dependencies=[public], responses=problems())
async def list_facet(way: Way, kept: Kept, session: Session, kind: Only = None) -> FacetOut:
    """How many items and bundles there are for each value, most first."""
    counted = await results.counted(session, replace(kept, kind=kind))
    return FacetOut(way=way, values=[FacetValueOut.model_validate(count) for count in counted[way]])


@router.get("/hot-items", summary="What is asked for most", dependencies=[public], responses=problems())
async def list_hot_items(
    session: Session,
    days: Annotated[int, Query(ge=1, le=365, description="How far back cases are counted")] = 30,
    limit: Annotated[int, Query(ge=1, le=50, description="Most entries of each list")] = 10,
) -> HotListOut:
    """Items and bundles by the number of cases handed in; an item of a bundle counts in both."""
    found = await volumes.hot(session, days, limit, datetime.now(UTC))
    hot = [HotOut(offer=OfferOut.of(offer), submitted=submitted, ended=ended) for offer, submitted, ended in found]
    return HotListOut(days=days, items=hot)


@router.get("/synonyms", summary="People's words and the catalogue's", dependencies=[public], responses=problems())
async def list_synonyms(session: Session) -> SynonymsOut:
    """What the search takes a word for, beside itself."""
    rows = await session.scalars(select(Synonym).order_by(Synonym.word, Synonym.meaning))
    return SynonymsOut(items=[SynonymOut.model_validate(row) for row in rows])


@router.put(
    "/synonyms/{word}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Say what a word means",
    responses=problems(),
)
async def write_synonym(word: Word, body: SynonymIn, editor: Editor, session: Session) -> None:
    """At once, for every search that has the word in it."""
    await synonyms.write(session, word, body.meanings)
