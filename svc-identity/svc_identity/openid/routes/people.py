"""Who is signed in, and signing out."""

import time
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Caller, public, requires
from chassis.database import Session
from chassis.jose import InvalidToken, verify
from chassis.problems import Unauthenticated, problems
from chassis.runtime import runtime_of
from chassis.schemas import Answer
from contracts.claims import Kind
from svc_identity.models import Client
from svc_identity.openid.documented import AT_ROOT, LOGOUT, PAGE, query
from svc_identity.openid.issuing import subject_of
from svc_identity.openid.keys import IssuerKeys
from svc_identity.openid.peek import unverified
from svc_identity.openid.refusals import OAuthRefusal, ProviderRoute, Refusal, redirect
from svc_identity.openid.requests import WIDEST, Form, read_form
from svc_identity.pages.cookies import Cookies, form_token
from svc_identity.pages.notices import broken_link, notice
from svc_identity.pages.render import language_of, texts
from svc_identity.rooms import CurrentSettings
from svc_identity.settings import IdentitySettings
from svc_identity.use_cases import sign_ins

router = APIRouter(prefix="/oauth2", tags=["openid"], route_class=ProviderRoute)
SignedIn = Annotated[Caller, requires("openid", kinds=(Kind.PERSON, Kind.STAFF))]
HINT_GOOD_FOR = 30 * 24 * 3600


class UserInfo(Answer):
    sub: str
    kind: Kind
    acr: str = Field(description="How surely it is known who they are", examples=["proofing-high"])
    name: str | None = Field(default=None, description="With the scope profile")


@router.get(
    "/userinfo",
    summary="Who is signed in",
    response_model_exclude_none=True,
    openapi_extra=AT_ROOT,
    responses=problems(Unauthenticated),
)
async def read_userinfo(caller: SignedIn, session: Session) -> UserInfo:
    """Claims about the person, as far as the token's scopes go."""
    subject = await subject_of(session, caller.person_id)
    if subject is None:
        raise Unauthenticated()
    name = subject.name if "profile" in caller.claims.scopes else None
    acr = f"proofing-{subject.proofing.name.lower()}"
    return UserInfo(sub=caller.id, kind=subject.kind, acr=acr, name=name)


@router.get(
    "/logout",
    summary="Sign out",
    dependencies=[public],
    status_code=303,
    openapi_extra=query({}, LOGOUT, WIDEST),
    responses=PAGE
    | {
        200: {"description": "A page that asks, or says that it is done"},
        303: {"description": "To the client's page for afterwards"},
    },
)
async def sign_out(request: Request, session: Session, settings: CurrentSettings) -> Response:
    """Started by a client (OpenID Connect RP-Initiated Logout 1.0). Without a valid `id_token_hint` the person is asked."""
    try:
        form = read_form(request.url.query)
    except OAuthRefusal:
        raise Refusal(broken_link()) from None
    return await _sign_out(request, session, settings, form)


@router.post("/logout", summary="Sign out, by form", dependencies=[public], include_in_schema=False)
async def sign_out_by_form(request: Request, form: Form, session: Session, settings: CurrentSettings) -> Response:
    """The page that asked, or a client that posts its hint."""
    return await _sign_out(request, session, settings, form)


async def _sign_out(
    request: Request, session: AsyncSession, settings: IdentitySettings, form: dict[str, str]
) -> Response:
    cookies = Cookies(settings)
    hint = await _hint(request, form)
    current = await sign_ins.by_secret(session, cookies.secret(request))
    if hint is None and not cookies.is_ours(request, form.get("form_token", "")):
        return _ask_first(request, cookies, language_of(form.get("ui_locales")))
    ended = hint["sid"] if hint is not None else (str(current.id) if current is not None else None)
    if ended is not None:
        await sign_ins.end_named(session, settings, ended)
    response = await _afterwards(session, form, hint)
    if current is None or str(current.id) == ended:
        cookies.forget(response)
    return response


def _ask_first(request: Request, cookies: Cookies, language: str) -> Response:
    seed = cookies.seed(request)
    button = texts(language)["logout_button"]
    asking = notice("logout", language, form_token=form_token(seed), action="/oauth2/logout", button=button)
    cookies.keep_seed(asking, seed)
    return asking


async def _hint(request: Request, form: dict[str, str]) -> dict[str, Any] | None:
    """An ID token of ours, expired or not."""
    token = form.get("id_token_hint", "")
    audience = unverified(token).get("aud")
    if not isinstance(audience, str) or form.get("client_id", audience) != audience:
        return None
    runtime = runtime_of(request)
    keys: IssuerKeys = runtime.room(IssuerKeys)
    known, issuer = await keys.current(), runtime.settings.issuer
    try:
        return verify(token, known, issuer=issuer, audience=audience, typ="JWT", now=time.time(), leeway=HINT_GOOD_FOR)
    except InvalidToken:
        return None


async def _afterwards(session: AsyncSession, form: dict[str, str], hint: dict[str, Any] | None) -> Response:
    client = await session.get(Client, hint["aud"]) if hint is not None else None
    target = form.get("post_logout_redirect_uri")
    if client is not None and target is not None and target in client.post_logout_redirect_uris:
        return redirect(target, state=form.get("state"))
    return notice("logged_out", language_of(form.get("ui_locales")))
