"""What the OpenAPI document says about endpoints whose parameters and answers are fixed by the OAuth standards."""

from typing import Any

from svc_identity.openid.requests import LONGEST, WIDEST

AT_ROOT: dict[str, Any] = {
    "servers": [{"url": "/", "description": "Not below the service's prefix: the standards know the place"}]
}
PAGE: dict[int | str, dict[str, Any]] = {
    400: {"description": "A page that says what is wrong", "content": {"text/html": {"schema": {"type": "string"}}}}
}

CLIENT = {
    "client_id": "The client; may be left out, the assertion names it",
    "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    "client_assertion": "A JWT signed by the client's key: iss and sub the client, aud the issuer, a jti of its own, at most 5 minutes",
}
AUTHORIZATION = {
    "client_id": "The client",
    "redirect_uri": "One of the client's, letter for letter",
    "response_type": "code",
    "scope": "openid, perhaps profile and offline_access, and scopes of OneDoor",
    "code_challenge": "PKCE: base64url of the SHA-256 of the verifier",
    "code_challenge_method": "S256",
}
AUTHORIZATION_IF_WANTED = {
    "state": "Comes back as it is",
    "nonce": "Stands in the ID token",
    "prompt": "none, or of login, consent and select_account",
    "max_age": "Seconds since the person last signed in, at most",
    "ui_locales": "zh-CN or en",
}
LOGOUT = {
    "id_token_hint": "An ID token of the sign-in that ends, expired or not",
    "client_id": "The client that the hint was made for",
    "post_logout_redirect_uri": "One of the client's",
    "state": "Comes back as it is",
    "ui_locales": "zh-CN or en",
}


def form(description: str, required: list[str], **fields: str) -> dict[str, Any]:
    """A form body, for `openapi_extra`."""
    properties = {name: _text(WIDEST) | {"description": about} for name, about in fields.items()}
    schema = {"type": "object", "required": required, "properties": properties}
    content = {"application/x-www-form-urlencoded": {"schema": schema}}
    return AT_ROOT | {"requestBody": {"description": description, "required": True, "content": content}}


def query(required: dict[str, str], if_wanted: dict[str, str], width: int = LONGEST) -> dict[str, Any]:
    """Parameters of the query, for `openapi_extra`."""
    named = [(name, about, True) for name, about in required.items()]
    named += [(name, about, False) for name, about in if_wanted.items()]
    parameters = [
        {"name": name, "in": "query", "required": needed, "description": about, "schema": _text(width)}
        for name, about, needed in named
    ]
    return AT_ROOT | {"parameters": parameters}


def _text(width: int) -> dict[str, Any]:
    return {"type": "string", "maxLength": width}
