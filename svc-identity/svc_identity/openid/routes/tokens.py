"""Token and revocation. Errors have the form of RFC 6749, 5.2."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from sqlalchemy import select

from chassis.access import public
from chassis.database import Session
from chassis.schemas import Answer
from svc_identity import fingerprints
from svc_identity.models import Family, RefreshToken
from svc_identity.openid import grants
from svc_identity.openid.client_auth import authenticate
from svc_identity.openid.documented import CLIENT
from svc_identity.openid.documented import form as form_body
from svc_identity.openid.grants import Granting
from svc_identity.openid.refusals import NO_STORE, OAuthRefusal, ProviderRoute
from svc_identity.openid.requests import Form
from svc_identity.rooms import CurrentIssuer, CurrentSettings
from svc_identity.use_cases import sign_ins

router = APIRouter(prefix="/oauth2", tags=["openid"], route_class=ProviderRoute, dependencies=[public])

GRANTS: dict[str, Callable[[Granting], Awaitable[dict[str, Any]]]] = {
    "authorization_code": grants.for_code,
    "refresh_token": grants.for_refresh_token,
    "client_credentials": grants.for_client,
}


class OAuthError(Answer):
    """The form of RFC 6749, 5.2: the standard wins over problem+json here."""

    error: str
    error_description: str


class TokenAnswer(Answer):
    access_token: str
    token_type: str
    expires_in: int
    scope: str
    refresh_token: str | None = None
    id_token: str | None = None


_REFUSED: dict[int | str, dict[str, Any]] = {
    400: {"model": OAuthError, "description": "Refused, in the form of RFC 6749, 5.2"},
    401: {"model": OAuthError, "description": "The client did not prove who it is"},
}


@router.post(
    "/token",
    summary="Exchange a code, a refresh token or a client's credentials for tokens",
    response_model=TokenAnswer,
    responses=_REFUSED,
    openapi_extra=form_body(
        "One of three grants, by an authenticated client",
        ["grant_type", "client_assertion_type", "client_assertion"],
        grant_type="authorization_code, refresh_token or client_credentials",
        code="The code; once, within a minute",
        redirect_uri="The one of the authorization request",
        code_verifier="The PKCE verifier",
        refresh_token="The newest of its family; an older one ends the sign-in",  # noqa: S106
        request_name="refresh_token: a secret name of the request; with it the same request may be sent again when its answer was lost",
        resource="client_credentials: the service to be called, for instance svc-sharing",
        scope="Fewer scopes than were granted",
        **CLIENT,
    ),
)
async def give_tokens(form: Form, session: Session, settings: CurrentSettings, issuer: CurrentIssuer) -> Response:
    """Access tokens live five minutes. Every refresh gives a new refresh token and uses up the old one."""
    grant = GRANTS.get(form.get("grant_type", ""))
    if grant is None:
        raise OAuthRefusal("unsupported_grant_type", "authorization_code, refresh_token or client_credentials")
    client = await authenticate(session, form, settings.issuer)
    answer = await grant(Granting(session, settings, issuer, client, form))
    return JSONResponse(answer, headers=NO_STORE)


@router.post(
    "/revoke",
    summary="Take a refresh token back",
    responses={**_REFUSED, 200: {"description": "It is not good any more, if it ever was"}},
    openapi_extra=form_body(
        "The token, by its client",
        ["token", "client_assertion_type", "client_assertion"],
        token="A refresh token",  # noqa: S106
        token_type_hint="refresh_token",  # noqa: S106
        **CLIENT,
    ),
)
async def revoke_token(form: Form, session: Session, settings: CurrentSettings) -> Response:
    """Ends the sign-in that the refresh token belongs to, with all its tokens (RFC 7009)."""
    client = await authenticate(session, form, settings.issuer)
    given = form.get("token", "")
    if form.get("token_type_hint") == "access_token" or given.count(".") == 2:
        raise OAuthRefusal("unsupported_token_type", "Access tokens end with their sign-in or after five minutes")
    query = select(Family).join(RefreshToken).where(RefreshToken.hash == fingerprints.of_secret(given))
    family = (await session.execute(query)).scalar_one_or_none()
    if family is not None and family.client_id == client.id:
        await sign_ins.end(session, settings, [family.sign_in_id])
    return Response(headers=NO_STORE)
