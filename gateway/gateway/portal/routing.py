"""Routes of pages: the visit is opened, forms are guarded, and whatever goes wrong is an honest page."""

import logging
from collections.abc import Callable, Coroutine
from secrets import compare_digest
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute

from chassis import context
from chassis.problems import Problem
from gateway.portal.services import Away, Refusal
from gateway.portal.views.addresses import At
from gateway.portal.views.errors import ErrorPage, Trouble, WayOut
from gateway.portal.views.parts import Link
from gateway.portal.visit import FormTooOld, NotForYou, SignInNeeded, Visit, open_visit, sign_in_at

logger = logging.getLogger(__name__)
BY_SLUG = {
    "already-applied": Trouble.ALREADY_APPLIED,
    "item-withdrawn": Trouble.ITEM_WITHDRAWN,
    "already-rated": Trouble.LINK_USED,
    "rating-link-unknown": Trouble.LINK_USED,
    "assurance-too-low": Trouble.PROOFING_TOO_LOW,
    "sign-in-failed": Trouble.SIGN_IN_FAILED,
}
BY_STATUS = {
    401: Trouble.SESSION_EXPIRED,
    403: Trouble.FORBIDDEN,
    404: Trouble.NOT_FOUND,
    405: Trouble.NOT_FOUND,
    409: Trouble.CHANGED_MEANWHILE,
    410: Trouble.LINK_USED,
    412: Trouble.CHANGED_MEANWHILE,
    413: Trouble.TOO_LARGE,
    422: Trouble.CHANGED_MEANWHILE,
    429: Trouble.TOO_MANY,
    503: Trouble.UNAVAILABLE,
}
PROOFING = "/security/proofing"


class PageRoute(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def shown(request: Request) -> Response:
            visit = request.state.visit = await open_visit(request)
            try:
                if request.method == "POST":
                    await _guard(visit)
                return await handle(request)
            except SignInNeeded:
                if visit.away:
                    return await trouble(visit, Trouble.UNAVAILABLE)
                if request.method == "POST":
                    return await trouble(visit, Trouble.SESSION_EXPIRED)
                return visit.go(sign_in_at(_here(visit)))
            except Exception as error:
                is_mistyped = request.method == "GET" and isinstance(error, Refusal) and error.status == 400
                return await trouble(visit, Trouble.NOT_FOUND if is_mistyped else _kind_of(error), error)

        return shown


class BrowserRoute(APIRoute):
    """Answers programs as ever; a browser that wants a page gets an honest one."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def shown(request: Request) -> Response:
            try:
                return await handle(request)
            except Problem as problem:
                if "text/html" not in request.headers.get("accept", ""):
                    raise
                return await trouble(await open_visit(request), _kind_of(problem), problem)

        return shown


async def _guard(visit: Visit) -> None:
    """A form counts only from a page that was made for this very session, or this very browser."""
    visit.form = await visit.request.form()
    site = visit.request.headers.get("sec-fetch-site", "same-origin")
    if site not in ("same-origin", "none") or not compare_digest(visit.given("csrf").encode(), visit.csrf.encode()):
        raise FormTooOld()


def _kind_of(error: Exception) -> Trouble:
    match error:
        case FormTooOld():
            return Trouble.FORM_TOO_OLD
        case RequestValidationError():
            return Trouble.NOT_FOUND
        case NotForYou():
            return Trouble.FORBIDDEN
        case Away():
            return Trouble.UNAVAILABLE
        case Problem() if error.members.get("reason") == "access_denied":
            return Trouble.SIGN_IN_CANCELLED
        case Refusal() | Problem():
            return BY_SLUG.get(error.slug) or BY_STATUS.get(error.status) or _unexpected(error)
    return _unexpected(error)


def _unexpected(error: Exception) -> Trouble:
    logger.error("a page could not be shown", exc_info=error)
    return Trouble.SERVER


async def trouble(visit: Visit, kind: Trouble, error: Exception | None = None) -> Response:
    page = ErrorPage(
        trouble=kind,
        reference=context.request_id.get() or "-",
        ways=_ways(visit, kind, error),
        phone=visit.settings.helpline,
    )
    return await visit.show(page)


def _ways(visit: Visit, kind: Trouble, error: Exception | None) -> tuple[Link, ...]:
    home = Link(WayOut.HOME, visit.who.home if visit.who else At.HOME)
    here = _here(visit)
    match kind:
        case Trouble.SESSION_EXPIRED:
            return (Link(WayOut.SIGN_IN, sign_in_at(here)), home)
        case Trouble.SIGN_IN_FAILED | Trouble.SIGN_IN_CANCELLED:
            return (Link(WayOut.SIGN_IN, sign_in_at("/")), home)
        case Trouble.PROOFING_TOO_LOW:
            return (Link(WayOut.PROVE, f"{PROOFING}?to={here}"), Link(WayOut.BACK, here))
        case Trouble.ALREADY_APPLIED if isinstance(error, Refusal) and error.problem.get("case_number"):
            return (Link(WayOut.SEE_CASE, f"/cases/{error.problem['case_number']}"), home)
        case Trouble.UNAVAILABLE | Trouble.SERVER | Trouble.TOO_MANY:
            return (Link(WayOut.TRY_AGAIN, here), home)
        case Trouble.FORM_TOO_OLD | Trouble.CHANGED_MEANWHILE | Trouble.TOO_LARGE:
            return (Link(WayOut.BACK, here), home)
    return (home, Link(WayOut.SEARCH, "/search"))


def _here(visit: Visit) -> str:
    """The page to come back to: of a form's answer, the page the form stood on."""
    url = visit.request.url
    if visit.request.method == "GET":
        return f"{url.path}?{url.query}" if url.query else url.path
    return visit.page_of_form()
