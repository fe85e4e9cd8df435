"""The authorization endpoint: to the sign-in page, to the consent page, or back with a code."""

import time
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import public
from chassis.database import Session
from svc_identity.models import Approval, SignIn
from svc_identity.openid.documented import AUTHORIZATION, AUTHORIZATION_IF_WANTED, PAGE, query
from svc_identity.openid.grants import give_code, scope_for
from svc_identity.openid.issuing import OPENID, Subject, seconds, subject_of
from svc_identity.openid.refusals import NO_STORE, OAuthRefusal, ProviderRoute, Refusal, redirect
from svc_identity.openid.requests import AuthorizationRequest, form_of, read_form, read_request
from svc_identity.pages.cookies import Cookies
from svc_identity.pages.notices import broken_link
from svc_identity.rooms import CurrentSettings
from svc_identity.settings import IdentitySettings
from svc_identity.use_cases import sign_ins

router = APIRouter(prefix="/oauth2", tags=["openid"], route_class=ProviderRoute, dependencies=[public])


@router.get(
    "/authorize",
    summary="Sign a person in for a client",
    status_code=303,
    responses=PAGE | {303: {"description": "To the sign-in page, the consent page, or the client's redirect URI"}},
    openapi_extra=query(AUTHORIZATION, AUTHORIZATION_IF_WANTED),
)
async def authorize(request: Request, session: Session, settings: CurrentSettings) -> Response:
    """Code with PKCE (S256) only. The answer carries `code`, `state` and `iss` (RFC 9207), or `error`."""
    return await _authorize(request, session, settings, request.url.query)


@router.post("/authorize", summary="Sign a person in for a client, by form", status_code=303, include_in_schema=False)
async def authorize_by_form(request: Request, session: Session, settings: CurrentSettings) -> Response:
    """OpenID Connect Core 3.1.2.1 wants both methods."""
    return await _authorize(request, session, settings, urlencode(await form_of(request)))


async def _authorize(request: Request, session: AsyncSession, settings: IdentitySettings, asked: str) -> Response:
    try:
        wanted = await read_request(session, read_form(asked), settings.issuer)
    except OAuthRefusal:
        raise Refusal(broken_link()) from None
    sign_in = await sign_ins.by_secret(session, Cookies(settings).secret(request))
    subject = await subject_of(session, sign_in.account_id) if sign_in is not None else None
    if sign_in is None or subject is None or _too_old(wanted, sign_in):
        return _ask(wanted, settings, "/sign-in", "login_required")
    scope = scope_for(wanted.client, subject, wanted.scope)
    if await _must_ask(session, wanted, subject, scope):
        return _ask(wanted, settings, "/consent", "consent_required")
    code = await give_code(session, settings, wanted, sign_in, scope)
    return redirect(wanted.redirect_uri, code=code, state=wanted.state, iss=settings.issuer)


def _too_old(wanted: AuthorizationRequest, sign_in: SignIn) -> bool:
    if wanted.prompt & {"login", "select_account"}:
        return True
    return wanted.max_age is not None and time.time() - seconds(sign_in.signed_in_at) > wanted.max_age


async def _must_ask(session: AsyncSession, wanted: AuthorizationRequest, subject: Subject, scope: str) -> bool:
    """Whether the person has yet to allow the client of somebody else what it wants."""
    if wanted.client.first_party:
        return False
    if "consent" in wanted.prompt:
        return True
    known = await session.get(Approval, (subject.id, wanted.client.id))
    return known is None or not {word for word in scope.split() if word not in OPENID} <= set(known.scopes)


def _ask(wanted: AuthorizationRequest, settings: IdentitySettings, page: str, error: str) -> Response:
    if "none" in wanted.prompt:
        return redirect(wanted.redirect_uri, error=error, state=wanted.state, iss=settings.issuer)
    return RedirectResponse(f"{page}?{wanted.without_prompt()}", 303, headers=NO_STORE)
