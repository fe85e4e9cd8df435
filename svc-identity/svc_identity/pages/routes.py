"""The sign-in page and the consent page. Problems are told as pages, in words."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import public
from chassis.database import Session
from chassis.runtime import runtime_of
from svc_identity.models import Approval
from svc_identity.openid.grants import scope_for
from svc_identity.openid.issuing import OPENID, Subject, subject_of
from svc_identity.openid.refusals import NO_STORE, OAuthRefusal, ProviderRoute, Refusal, redirect
from svc_identity.openid.requests import AuthorizationRequest, Form, read_form, read_request
from svc_identity.pages.addresses import address_of
from svc_identity.pages.cookies import Cookies, form_token
from svc_identity.pages.notices import broken_link, failed
from svc_identity.pages.render import language_of, page, stylesheet, texts
from svc_identity.rooms import CurrentPasswords, CurrentSettings
from svc_identity.use_cases import sign_ins

router = APIRouter(tags=["pages"], route_class=ProviderRoute, dependencies=[public], include_in_schema=False)


async def _wanted(request: Request, session: Session, settings: CurrentSettings) -> AuthorizationRequest:
    """What the person signs in for stands in the page's query, and is checked again at every step."""
    try:
        return await read_request(session, read_form(request.url.query), settings.issuer)
    except OAuthRefusal:
        raise Refusal(broken_link()) from None


Wanted = Annotated[AuthorizationRequest, Depends(_wanted)]


@router.get("/sign-in/style.css", summary="The pages' stylesheet")
async def read_stylesheet() -> Response:
    return Response(stylesheet(), media_type="text/css", headers={"Cache-Control": "public, max-age=3600"})


@router.get("/sign-in", summary="The sign-in page")
async def show_sign_in(request: Request, wanted: Wanted, settings: CurrentSettings) -> Response:
    return _sign_in_page(request, wanted, Cookies(settings))


@router.post("/sign-in", summary="Sign in by password")
async def sign_in_by_password(
    request: Request,
    form: Form,
    wanted: Wanted,
    session: Session,
    settings: CurrentSettings,
    passwords: CurrentPasswords,
) -> Response:
    cookies = Cookies(settings)
    words = texts(_language(wanted))
    name, password = form.get("name", "")[:200], form.get("password", "")[:200]
    if not cookies.is_ours(request, form.get("form_token", "")):
        raise Refusal(_sign_in_page(request, wanted, cookies, name, words["error_form"], 403))
    if not name or not password:
        raise Refusal(_sign_in_page(request, wanted, cookies, name, words["error_missing"], 400))
    address = address_of(request, settings.trusted_proxies)
    sessions = runtime_of(request).sessions
    await session.close()  # our connection goes back while others are needed; the session opens again by itself
    try:
        account_id = await sign_ins.check_password(sessions, passwords, settings, name, password, address)
    except sign_ins.MustWait as wait:
        raise Refusal(_wait_page(request, wanted, cookies, name, wait.until)) from None
    if account_id is None:
        raise Refusal(_sign_in_page(request, wanted, cookies, name, words["error_credentials"], 401))
    before = await sign_ins.by_secret(session, cookies.secret(request))
    if before is not None:
        await sign_ins.end(session, settings, [before.id])
    _, secret = await sign_ins.start(session, settings, account_id)
    response = RedirectResponse(f"/oauth2/authorize?{wanted.without_prompt()}", 303, headers=NO_STORE)
    cookies.remember(response, secret)
    return response


@router.get("/consent", summary="The consent page")
async def show_consent(request: Request, wanted: Wanted, session: Session, settings: CurrentSettings) -> Response:
    cookies = Cookies(settings)
    subject = await _signed_in(request, session, cookies)
    if subject is None:
        return RedirectResponse(f"/sign-in?{wanted.without_prompt()}", 303, headers=NO_STORE)
    words = texts(_language(wanted))
    scopes = [scope for scope in scope_for(wanted.client, subject, wanted.scope).split() if scope not in OPENID]
    deeds = [words.get(f"scope {scope}", scope) for scope in scopes] or [words["scope openid"]]
    values: dict[str, Any] = {"client": wanted.client.name, "deeds": deeds, "name": subject.name}
    return _form_page("consent.html", request, wanted, cookies, 200, values)


@router.post("/consent", summary="Allow a client, or do not")
async def decide_consent(
    request: Request, form: Form, wanted: Wanted, session: Session, settings: CurrentSettings
) -> Response:
    cookies = Cookies(settings)
    subject = await _signed_in(request, session, cookies)
    if subject is None or not cookies.is_ours(request, form.get("form_token", "")):
        raise Refusal(failed(_language(wanted), 403))
    if form.get("decision") != "allow":
        return redirect(wanted.redirect_uri, error="access_denied", state=wanted.state, iss=settings.issuer)
    scopes = scope_for(wanted.client, subject, wanted.scope).split()
    row = insert(Approval).values(account_id=subject.id, client_id=wanted.client.id, scopes=scopes)
    given = row.on_conflict_do_update(
        index_elements=["account_id", "client_id"], set_={"scopes": scopes, "given_at": datetime.now(UTC)}
    )
    await session.execute(given)
    return RedirectResponse(f"/oauth2/authorize?{wanted.without_prompt()}", 303, headers=NO_STORE)


async def _signed_in(request: Request, session: AsyncSession, cookies: Cookies) -> Subject | None:
    sign_in = await sign_ins.by_secret(session, cookies.secret(request))
    return await subject_of(session, sign_in.account_id) if sign_in is not None else None


def _language(wanted: AuthorizationRequest) -> str:
    return language_of(wanted.form.get("ui_locales"))


def _sign_in_page(
    request: Request, wanted: AuthorizationRequest, cookies: Cookies, name: str = "", error: str | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    client = None if wanted.client.first_party else wanted.client.name
    values = {"client": client, "name": name, "error": error}
    return _form_page("sign_in.html", request, wanted, cookies, status, values)


def _wait_page(
    request: Request, wanted: AuthorizationRequest, cookies: Cookies, name: str, until: datetime
) -> Response:
    words = texts(_language(wanted))
    left = max(1, round((until - datetime.now(UTC)).total_seconds()))
    wait = words["minutes"].format(n=-(-left // 60)) if left > 60 else words["seconds"].format(n=left)
    response = _sign_in_page(request, wanted, cookies, name, words["error_wait"].format(wait=wait), 429)
    response.headers["Retry-After"] = str(left)
    return response


def _form_page(
    template: str, request: Request, wanted: AuthorizationRequest, cookies: Cookies, status: int, values: dict[str, Any]
) -> Response:
    seed = cookies.seed(request)
    frame = {"query": wanted.without_prompt(), "form_token": form_token(seed)}
    response = page(template, _language(wanted), status=status, leads_to=wanted.redirect_uri, **frame, **values)
    cookies.keep_seed(response, seed)
    return response
