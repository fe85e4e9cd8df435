"""Sign-in by redirect, sign-out, and what a page may know of its session."""

from secrets import compare_digest
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Security, status
from fastapi.responses import RedirectResponse, Response
from fastapi.security import APIKeyCookie
from pydantic import BaseModel

from chassis.access import public
from chassis.documents import SESSION
from chassis.problems import Forbidden, Problem, Unauthenticated, Unavailable, problems
from chassis.runtime import runtime_of
from gateway.portal.routing import BrowserRoute
from gateway.portal.visit import language_for
from gateway.sessions.provider import ProviderAway, Refused
from gateway.sessions.store import SessionStore
from gateway.settings import GatewaySettings

router = APIRouter(prefix="/session", tags=["session"], route_class=BrowserRoute, dependencies=[public])
PENDING = "onedoor_sign_in"
COOKIE = APIKeyCookie(
    name="onedoor", scheme_name="Session", description=SESSION["Session"]["description"], auto_error=False
)
"""Said in the document; which cookie it is the route looks up itself."""


class SignInFailed(Problem):
    """The provider did not confirm the sign-in; begin again."""

    status = 400
    slug = "sign-in-failed"
    title = "The sign-in did not work; please begin again"


class SessionOut(BaseModel):
    """Who is signed in in this browser."""

    subject: str
    name: str
    kind: str
    proofing: int
    csrf: str


Said = Annotated[
    str, Query(max_length=2000, description="As OpenID Connect's answer to the browser has it (RFC 6749, RFC 9207)")
]

Csrf = Annotated[str, Form(max_length=200, description="The session's, from the page or from `GET /session/me`")]


def store_of(request: Request) -> SessionStore:
    store = runtime_of(request).room(SessionStore)
    assert isinstance(store, SessionStore)  # noqa: S101
    return store


def settings_of(request: Request) -> GatewaySettings:
    settings = runtime_of(request).settings
    assert isinstance(settings, GatewaySettings)  # noqa: S101
    return settings


def within(to: str) -> str:
    """A path of ours, never another site's address."""
    is_path = to.startswith("/") and not to.startswith("//") and "\\" not in to and to.isprintable()
    return to if is_path and len(to) <= 500 else "/"


@router.get("/start", summary="Sign in", status_code=status.HTTP_303_SEE_OTHER, response_class=RedirectResponse)
async def start_session(
    request: Request,
    to: Annotated[str, Query(max_length=2000, description="A path of ours to come back to")] = "/",
    acr: Annotated[
        str | None, Query(pattern=r"^[a-z_-]{1,40}$", description="How surely to sign in, as a 401 asked for it")
    ] = None,
) -> Response:
    """Sends the browser to the sign-in pages, in its language; it comes back to `to`."""
    settings = settings_of(request)
    asked, browser = await store_of(request).ask(within(to))
    response = RedirectResponse(asked.url(settings.issuer, acr, language_for(request)), status.HTTP_303_SEE_OTHER)
    life = int(settings.sign_in_life.total_seconds())
    response.set_cookie(
        PENDING, browser, max_age=life, httponly=True, secure=settings.is_https, samesite="lax", path="/session"
    )
    return response


@router.get(
    "/callback",
    summary="Back from the sign-in pages",
    status_code=status.HTTP_303_SEE_OTHER,
    responses=problems(SignInFailed, Unavailable),
)
async def finish_session(
    request: Request, state: Said = "", code: Said = "", error: Said = "", iss: Said = ""
) -> Response:
    """Exchanges the code for tokens, which stay here; the browser gets a cookie."""
    settings = settings_of(request)
    pending = await store_of(request).take(state, request.cookies.get(PENDING, ""))
    if pending is None or error or not code or iss != settings.issuer:
        raise SignInFailed(reason=error or "unknown-sign-in")
    try:
        cookie = await store_of(request).finish(code, pending)
    except Refused as refusal:
        raise SignInFailed(reason=str(refusal)) from None
    except ProviderAway:
        raise Unavailable("The sign-in service does not answer") from None
    before = request.cookies.get(settings.cookie)
    if before is not None:
        await store_of(request).end(before)
    response = RedirectResponse(pending.to, status.HTTP_303_SEE_OTHER)
    response.delete_cookie(PENDING, path="/session")
    response.set_cookie(settings.cookie, cookie, httponly=True, secure=settings.is_https, samesite="lax", path="/")
    return response


@router.post("/end", summary="Sign out", status_code=status.HTTP_303_SEE_OTHER, responses=problems(Forbidden))
async def end_session(
    request: Request,
    csrf: Csrf = "",
) -> Response:
    """Ends the session here and at the provider; every service refuses its tokens from now on."""
    settings, to = settings_of(request), "/"
    cookie = request.cookies.get(settings.cookie)
    if cookie is not None:
        signed = await store_of(request).find(cookie)
        if signed is not None and not compare_digest(csrf.encode(), signed.csrf.encode()):
            raise Forbidden("The form is not of this session")
        leave = await store_of(request).end(cookie)
        to = f"{leave}&ui_locales={language_for(request)}" if leave else "/"
    response = RedirectResponse(to, status.HTTP_303_SEE_OTHER)
    response.delete_cookie(settings.cookie, path="/", secure=settings.is_https, httponly=True, samesite="lax")
    return response


@router.get("/me", summary="Who is signed in", responses=problems(Unauthenticated), dependencies=[Security(COOKIE)])
async def read_session(request: Request) -> SessionOut:
    """For front ends: the name, and the token that changes by cookie need (`x-csrf-token`). Never an access token."""
    cookie = request.cookies.get(settings_of(request).cookie)
    signed = await store_of(request).find(cookie) if cookie else None
    if signed is None:
        raise Unauthenticated()
    claims = signed.claims
    return SessionOut(
        subject=claims.sub, name=signed.name, kind=claims.kind, proofing=claims.proofing, csrf=signed.csrf
    )
