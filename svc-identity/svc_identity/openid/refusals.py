"""How the provider says no: to programs as RFC 6749 wants it (5.2), to people as a page, to clients by redirect.

These are the few answers of OneDoor that are not problem+json: the OAuth standards fix their form.
"""

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlencode, urlsplit

from fastapi import Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from chassis.problems import Problem
from chassis.routing import TransactionalRoute

NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class Refusal(Problem):
    """Answered with a response of its own form. What was changed stays: a burnt code, a seen assertion, a dead family."""

    status = 400
    slug = "refused"
    title = "Refused"
    keeps_changes = True

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


class OAuthRefusal(Refusal):
    """`error` and `error_description` as JSON."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        body = {"error": error, "error_description": description}
        super().__init__(JSONResponse(body, status, headers=NO_STORE))
        self.error = error


class ProviderRoute(TransactionalRoute):
    """A transactional route whose refusals have their own form, and whose answers are given once."""

    repeats = False

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def refusing(request: Request) -> Response:
            try:
                if "idempotency-key" in request.headers:
                    raise OAuthRefusal("invalid_request", "Codes and tokens are given once; no Idempotency-Key here")
                return await handle(request)
            except Refusal as refusal:
                return refusal.response

        return refusing


def redirect(uri: str, **parameters: str | None) -> RedirectResponse:
    """Back to a client, with the answer in the query."""
    query = urlencode({name: value for name, value in parameters.items() if value is not None})
    joint = "&" if urlsplit(uri).query else "?"
    return RedirectResponse(f"{uri}{joint}{query}" if query else uri, 303, headers=NO_STORE)
