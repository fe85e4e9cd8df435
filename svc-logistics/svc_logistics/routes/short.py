"""Routes that try a short way first: bare statements for what is plainly so; whatever is in doubt, and every no, is the ordinary
way's (decisions 0010 and 0017).

For what `chassis.shortcuts` cannot name: a list, whose key is its reader; a callback, whose caller is who signed it.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar, get_args

import asyncpg
import orjson
from fastapi import Request, Response

from chassis import metrics
from chassis.access import Caller, identify
from chassis.logs import describe
from chassis.problems import Problem
from chassis.routing import Handler, TransactionalRoute
from chassis.shortcuts import FAILURES, Row

logger = logging.getLogger(__name__)
Way = Callable[[Request], Awaitable[Response | None]]
"""The answer, or None for whatever the ordinary way should look at; then nothing has changed."""
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
_ways: dict[Callable[..., Any], Way] = {}


def short_way(way: Way) -> Callable[[Endpoint], Endpoint]:
    """Right above an endpoint of a router whose `route_class` is `ShortRoute`."""

    def marked(endpoint: Endpoint) -> Endpoint:
        _ways[endpoint] = way
        return endpoint

    return marked


class ShortRoute(TransactionalRoute):
    """A query string or an `Idempotency-Key` is the ordinary way's, as with all short cuts."""

    def get_route_handler(self) -> Handler:
        ordinary = super().get_route_handler()
        way = _ways.get(self.endpoint)
        if way is None:
            return ordinary
        path = self.path_format

        async def shortly(request: Request) -> Response:
            if request.scope["query_string"] or "idempotency-key" in request.headers:
                return await ordinary(request)
            answer = await _tried(way, path, request)
            metrics.short_cuts.labels(path, "left" if answer is None else "taken").inc()
            return await ordinary(request) if answer is None else answer

        return shortly


async def allowed(request: Request, needs: Any) -> Caller | None:
    """The caller, where it plainly is whom this annotation of the endpoint asks for."""
    try:
        caller = await identify(request)
        if caller is not None:
            get_args(needs)[1].dependency.check(caller.claims)
    except Problem:
        return None
    return caller


def page(rows: Sequence[Row]) -> Response:
    """What `contracts.paging.Page` says of these rows, and that no more follow. Their columns are the answer's fields."""
    body = {"items": [dict(row) for row in rows], "next_cursor": None}
    return Response(orjson.dumps(body, str, orjson.OPT_UTC_Z), media_type="application/json")


async def _tried(way: Way, path: str, request: Request) -> Response | None:
    try:
        return await way(request)
    except asyncpg.LockNotAvailableError:
        return None  # somebody has the row at hand: nothing is wrong
    except FAILURES as error:
        logger.warning("a short cut failed", extra={"route": path, "reason": describe(error)})
        return None
