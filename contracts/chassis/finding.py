"""Which route a request is for, found where it can only be: FastAPI asks one route after the other, each twice, which for an
ordinary read is a tenth of all its work."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.convertors import Convertor
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

Kind = tuple[str, int, str]
"""A method, the number of steps of a path, and the first of them."""


class _One(NamedTuple):
    """As FastAPI has made it, with what it inherits from the routers around it."""

    path: re.Pattern[str]
    convertors: dict[str, Convertor[Any]]
    endpoint: Callable[..., Any]
    route: BaseRoute
    app: ASGIApp

    @classmethod
    def of(cls, made: Any) -> "_One":
        return cls(made.path_regex, made.param_convertors, made.endpoint, made.original_route, made.app)


def install(app: FastAPI) -> None:
    app.router.middleware_stack = _Found(app.router.middleware_stack, app.routes)


class _Found:
    """What it does not find it leaves to FastAPI, who finds it or says why there is none. Looked up at the first request, when
    the app is complete."""

    def __init__(self, otherwise: ASGIApp, routes: Sequence[BaseRoute]) -> None:
        self._otherwise, self._routes = otherwise, routes
        self._by_kind: dict[Kind, list[_One]] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope.get("root_path"):
            if self._by_kind is None:
                self._by_kind = _by_kind(self._routes)
            path: str = scope["path"]
            for one in self._by_kind.get(_kind(scope["method"], path), ()):
                if (match := one.path.match(path)) is not None:
                    given = {name: one.convertors[name].convert(value) for name, value in match.groupdict().items()}
                    scope.update(endpoint=one.endpoint, path_params=given, route=one.route)
                    return await one.app(scope, receive, send)
        await self._otherwise(scope, receive, send)


def _by_kind(routes: Sequence[BaseRoute]) -> dict[Kind, list[_One]]:
    found: dict[Kind, list[_One]] = {}
    for context in _plain(routes):
        for method in context.methods:
            found.setdefault(_kind(method, context.path), []).append(_One.of(context))
    return found


def _plain(routes: Sequence[BaseRoute]) -> Iterator[Any]:
    """Those that stand before any which could take a path of another kind: the first that fits is the one."""
    for context in iter_route_contexts(routes):
        path, is_api = context.path or "/{", isinstance(context.original_route, APIRoute)
        if ":path}" in path or "{" in path.split("/")[1] or not isinstance(context.original_route, Route):
            return
        if is_api:
            yield context


def _kind(method: str, path: str) -> Kind:
    steps = path.split("/", 2)
    return method, path.count("/"), steps[1] if len(steps) > 1 else ""
