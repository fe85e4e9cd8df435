"""Search and browsing, for everybody."""

from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from chassis.access import public
from chassis.database import Session
from chassis.paging import PageQuery
from chassis.problems import problems
from svc_catalog.caching import PublicRoute
from svc_catalog.routes.parameters import Kept
from svc_catalog.schemas.search import FacetOut, FacetValueOut, SearchOut
from svc_catalog.search import results
from svc_catalog.search.query import Way, understood

router = APIRouter(tags=["search"], route_class=PublicRoute)
Asked = Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$", description="Any part of a name, or several parts")]
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
