"""By what methods a path can be asked: HEAD wherever GET is (RFC 9110, 9.3.2), and a 405 that names all there are (15.5.6)."""

import re

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Paths = list[tuple[re.Pattern[str], set[str]]]


class Head:
    """A HEAD request is a GET to everything behind; its answer goes without the body."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return
        asked, over = {**scope, "method": "GET"}, False

        async def without_body(message: Message) -> None:
            nonlocal over
            if over:
                return  # a stream learns by `receive` that nobody listens any more
            if message["type"] == "http.response.body":
                over, message = True, {"type": "http.response.body"}
            await send(message)

        try:
            await self.app(asked, receive, without_body)
        finally:
            scope.update({name: asked[name] for name in ("route", "path_params") if name in asked})


def allowed(app: FastAPI, path: str) -> str:
    """The value of `Allow` for a path that is asked by another method."""
    if (paths := getattr(app.state, "paths", None)) is None:
        paths = app.state.paths = _paths(app)
    found: set[str] = set().union(*(methods for pattern, methods in paths if pattern.match(path)))
    return ", ".join(sorted(found | ({"HEAD"} if "GET" in found else set())))


def _paths(app: FastAPI) -> Paths:
    """Without what answers any address at all with a page or a problem."""
    contexts = [(each.path, each.methods) for each in iter_route_contexts(app.routes)]
    return [
        (compile_path(path)[0], methods)
        for path, methods in contexts
        if path is not None and methods and not path.endswith(":path}")
    ]
