"""Public answers may be kept for a short while, and are not sent again when they did not change."""

import hashlib
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response, status

from chassis.routing import TransactionalRoute

SECONDS = 60


class PublicRoute(TransactionalRoute):
    """A read that is the same for everybody: `ETag`, `Cache-Control`, and 304 to `If-None-Match`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def cached(request: Request) -> Response:
            response = await handle(request)
            if request.method != "GET" or response.status_code != status.HTTP_200_OK:
                return response
            etag = f'"{hashlib.sha256(bytes(response.body)).hexdigest()[:24]}"'
            headers = {"etag": etag, "cache-control": f"public, max-age={SECONDS}"}
            if etag in request.headers.get("if-none-match", ""):
                return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
            response.headers.update(headers)
            return response

        return cached
