"""Discovery and keys."""

from fastapi import APIRouter, Request, Response

from chassis.access import public
from chassis.problems import problems
from chassis.runtime import runtime_of
from chassis.schemas import Answer
from contracts.scopes import PERSON
from svc_identity.openid.documented import AT_ROOT
from svc_identity.openid.issuing import OPENID
from svc_identity.openid.keys import IssuerKeys
from svc_identity.rooms import CurrentSettings

METHOD, ALGORITHM = ("private_key_jwt",), ("ES256",)
LEVELS = ("proofing-basic", "proofing-middle", "proofing-high", "proofing-certified")


class Discovery(Answer):
    """The names are those of the standards."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    revocation_endpoint: str
    userinfo_endpoint: str
    end_session_endpoint: str
    jwks_uri: str
    scopes_supported: tuple[str, ...] = (*OPENID, *PERSON)
    response_types_supported: tuple[str, ...] = ("code",)
    response_modes_supported: tuple[str, ...] = ("query",)
    grant_types_supported: tuple[str, ...] = ("authorization_code", "refresh_token", "client_credentials")
    subject_types_supported: tuple[str, ...] = ("public",)
    id_token_signing_alg_values_supported: tuple[str, ...] = ALGORITHM
    token_endpoint_auth_methods_supported: tuple[str, ...] = METHOD
    token_endpoint_auth_signing_alg_values_supported: tuple[str, ...] = ALGORITHM
    revocation_endpoint_auth_methods_supported: tuple[str, ...] = METHOD
    revocation_endpoint_auth_signing_alg_values_supported: tuple[str, ...] = ALGORITHM
    code_challenge_methods_supported: tuple[str, ...] = ("S256",)
    acr_values_supported: tuple[str, ...] = LEVELS
    claims_supported: tuple[str, ...] = ("sub", "name", "acr", "amr", "auth_time", "sid", "kind")
    prompt_values_supported: tuple[str, ...] = ("none", "login", "consent", "select_account")
    ui_locales_supported: tuple[str, ...] = ("zh-CN", "en")
    authorization_response_iss_parameter_supported: bool = True
    request_parameter_supported: bool = False
    request_uri_parameter_supported: bool = False
    claims_parameter_supported: bool = False


class Jwk(Answer):
    kty: str
    crv: str
    alg: str
    use: str
    kid: str
    x: str
    y: str


class Jwks(Answer):
    keys: list[Jwk]


router = APIRouter(tags=["openid"], dependencies=[public])


@router.get(
    "/.well-known/openid-configuration", summary="What the provider offers", responses=problems(), openapi_extra=AT_ROOT
)
async def read_openid_configuration(settings: CurrentSettings, response: Response) -> Discovery:
    """Discovery (OpenID Connect Discovery 1.0, RFC 8414)."""
    response.headers["Cache-Control"] = "public, max-age=300"
    at = settings.issuer
    return Discovery(
        issuer=at,
        authorization_endpoint=f"{at}/oauth2/authorize",
        token_endpoint=f"{at}/oauth2/token",
        revocation_endpoint=f"{at}/oauth2/revoke",
        userinfo_endpoint=f"{at}/oauth2/userinfo",
        end_session_endpoint=f"{at}/oauth2/logout",
        jwks_uri=f"{at}/oauth2/jwks",
    )


@router.get("/oauth2/jwks", summary="Keys that verify tokens", responses=problems(), openapi_extra=AT_ROOT)
async def read_jwks(request: Request, response: Response) -> Jwks:
    """The current key and those before it that may still have signed a living token (RFC 7517)."""
    response.headers["Cache-Control"] = "public, max-age=60"
    keys: IssuerKeys = runtime_of(request).room(IssuerKeys)
    return Jwks.model_validate((await keys.current()).to_jwks())
