"""Finding a service: by words, or by the seven ways to browse."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import Response

from chassis.access import public
from gateway.portal.pages.offers import address_of
from gateway.portal.pages.words import limit_of
from gateway.portal.routing import PageRoute
from gateway.portal.views.home import Way
from gateway.portal.views.names import BodyLevel, Channel, ItemKind, Served, known
from gateway.portal.views.parts import Pages
from gateway.portal.views.services import Facet, FacetValue, Found, SearchResults
from gateway.portal.visit import Visit, Visiting

router = APIRouter(route_class=PageRoute, dependencies=[public], include_in_schema=False)
SHOWN = 8
WORDS = {Way.NATURE: ItemKind, Way.SERVED_GROUP: Served, Way.LEVEL: BodyLevel, Way.FORM: Channel}


@router.get("/search")
async def show_results(visit: Visiting, q: str = "", cursor: str | None = None) -> Response:
    return await _show(visit, "/search", q, cursor)


@router.get("/services")
async def show_services(visit: Visiting, way: str = "", cursor: str | None = None) -> Response:
    """Everything on offer; `way`: that way to browse stands first."""
    return await _show(visit, "/services", "", cursor, way)


async def _show(visit: Visit, at: str, q: str, cursor: str | None, first: str = "") -> Response:
    chosen = {way.value: value for way in Way if (value := visit.request.query_params.get(way.value))}
    found = await visit.services.get("catalog", "/search", q=q[:100], cursor=cursor, **chosen)
    more = {"q": q, **chosen, "cursor": found["next_cursor"]} if found["next_cursor"] else None
    ways = sorted(Way, key=lambda way: way.value != first)
    facets = tuple(_facet(at, q, chosen, way, found["facets"].get(way.value, ())) for way in ways)
    return await visit.show(
        SearchResults(
            query=q,
            total=found["total"],
            exact=found["exact"],
            results=tuple(_found(one) for one in found["items"]),
            facets=tuple(facet for facet in facets if len(facet.values) > 1 or facet.name.value in chosen),
            pages=Pages(next_at=f"{at}?{urlencode(more)}" if more else None),
        )
    )


def _found(offer: Mapping[str, Any]) -> Found:
    return Found(
        name=offer["name"],
        href=address_of(offer),
        department=offer["department_name"],
        bundle=offer["kind"] == "bundle",
        departments=offer["departments"],
        promised=limit_of(offer["promised_limit"]) if offer["promised_limit"] else None,
        online=offer["online"],
    )


def _facet(at: str, q: str, chosen: Mapping[str, str], way: Way, values: Any) -> Facet:
    return Facet(way, tuple(_value(at, q, chosen, way, one) for one in values[:SHOWN]))


def _value(at: str, q: str, chosen: Mapping[str, str], way: Way, one: Mapping[str, Any]) -> FacetValue:
    is_chosen = chosen.get(way.value) == one["value"]
    others = {name: value for name, value in chosen.items() if name != way.value}
    query = {"q": q, **others} | ({} if is_chosen else {way.value: one["value"]})
    kind = WORDS.get(way)
    words = one["name"] or (known(kind, one["value"]) if kind else one["value"])
    return FacetValue(words, f"{at}?{urlencode(query)}", one["count"], is_chosen)
