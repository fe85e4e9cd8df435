"""Discovery and keys."""

from typing import Any

from fastapi import APIRouter, Request, Response

from chassis.access import public
from chassis.problems import problems
from chassis.runtime import runtime_of
from contracts.scopes import PERSON
from svc_identity.openid.issuing import OPENID
from svc_identity.openid.keys import IssuerKeys
from svc_identity.rooms import CurrentSettings

router = APIRouter(tags=["openid"], dependencies=[public])


@router.get("/.well-known/openid-configuration", summary="What the provider offers", responses=problems())
async def read_openid_configuration(settings: CurrentSettings, response: Response) -> dict[str, Any]:
    """Discovery (OpenID Connect Discovery 1.0, RFC 8414)."""
    response.headers["Cache-Control"] = "public, max-age=300"
    at = settings.issuer
    return {
        "issuer": at,
        "authorization_endpoint": f"{at}/oauth2/authorize",
        "token_endpoint": f"{at}/oauth2/token",
        "revocation_endpoint": f"{at}/oauth2/revoke",
        "userinfo_endpoint": f"{at}/oauth2/userinfo",
        "end_session_endpoint": f"{at}/oauth2/logout",
        "jwks_uri": f"{at}/oauth2/jwks",
        "scopes_supported": [*OPENID, *PERSON],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["ES256"],
        "revocation_endpoint_auth_methods_supported": ["private_key_jwt"],
        "revocation_endpoint_auth_signing_alg_values_supported": ["ES256"],
        "code_challenge_methods_supported": ["S256"],
        "acr_values_supported": [f"proofing-{level}" for level in ("basic", "middle", "high", "certified")],
        "claims_supported": ["sub", "name", "acr", "amr", "auth_time", "sid", "kind"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "ui_locales_supported": ["zh-CN", "en"],
        "authorization_response_iss_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "claims_parameter_supported": False,
    }


@router.get("/oauth2/jwks", summary="Keys that verify tokens", responses=problems())
async def read_jwks(request: Request, response: Response) -> dict[str, Any]:
    """The current key and those before it that may still have signed a living token (RFC 7517)."""
    response.headers["Cache-Control"] = "public, max-age=60"
    keys: IssuerKeys = runtime_of(request).room(IssuerKeys)
    return dict((await keys.current()).to_jwks())
