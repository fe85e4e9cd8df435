"""The authorization request (RFC 6749 4.1.1, OpenID Connect Core 3.1.2.1), read strictly."""

import re
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from svc_identity.models import Client
from svc_identity.openid.refusals import OAuthRefusal, Refusal, redirect

CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
LONGEST = 2000
WIDEST = 8192
"""Characters of any one parameter; an assertion is a token, and tokens are no longer (`chassis.jose`)."""
PROMPTS = {"none", "login", "consent", "select_account"}
STRENGTHS = ("strength-two_factors", "strength-hardware")


def read_form(text: str) -> dict[str, str]:
    """A form or query in which no name stands twice (RFC 6749 3.1)."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text), max_num_fields=50)
    except ValueError:
        raise OAuthRefusal("invalid_request", "The parameters cannot be read") from None
    form = {name: value for name, value in pairs if value}
    if len({name for name, _ in pairs}) != len(pairs):
        raise OAuthRefusal("invalid_request", "A parameter stands twice")
    if any(len(value) > WIDEST for value in form.values()):
        raise OAuthRefusal("invalid_request", f"A parameter has at most {WIDEST} characters")
    return form


async def form_of(request: Request) -> dict[str, str]:
    """The body of a POST as form fields."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise OAuthRefusal("invalid_request", "The body is application/x-www-form-urlencoded")
    try:
        return read_form((await request.body()).decode())
    except UnicodeDecodeError:
        raise OAuthRefusal("invalid_request", "The body is not UTF-8") from None


Form = Annotated[dict[str, str], Depends(form_of)]


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """One that names a known client and one of its redirect URIs, and is sound otherwise."""

    client: Client
    redirect_uri: str
    scope: str
    challenge: str
    state: str | None
    nonce: str | None
    prompt: frozenset[str]
    max_age: int | None
    acr_values: tuple[str, ...]
    form: dict[str, str]

    def without_prompt(self) -> str:
        """The request as a query, to come back to when what the prompt asked for is done."""
        return urlencode({name: value for name, value in self.form.items() if name != "prompt"})


async def read_request(session: AsyncSession, form: dict[str, str], issuer: str) -> AuthorizationRequest:
    """Raises OAuthRefusal while the client is in doubt, and redirects to it with the error when only the rest is wrong."""
    client = await session.get(Client, form.get("client_id", "")[:LONGEST])
    if client is None:
        raise OAuthRefusal("invalid_request", "The client is not known")
    uri = form.get("redirect_uri", "")
    if uri not in client.redirect_uris:
        raise OAuthRefusal("invalid_request", "The redirect URI is not one of the client's")
    if flaw := _flaw(form):
        raise Refusal(redirect(uri, error=flaw[0], error_description=flaw[1], state=form.get("state"), iss=issuer))
    return AuthorizationRequest(
        client=client,
        redirect_uri=uri,
        scope=form["scope"],
        challenge=form["code_challenge"],
        state=form.get("state"),
        nonce=form.get("nonce"),
        prompt=frozenset(form.get("prompt", "").split()),
        max_age=int(form["max_age"]) if "max_age" in form else None,
        acr_values=tuple(form.get("acr_values", "").split()),
        form=form,
    )


def _flaw(form: dict[str, str]) -> tuple[str, str] | None:
    if "request" in form:
        return "request_not_supported", "Request objects are not supported"
    if "request_uri" in form:
        return "request_uri_not_supported", "Request objects are not supported"
    if form.get("response_type") != "code":
        return "unsupported_response_type", "Only response_type=code"
    if form.get("response_mode", "query") != "query":
        return "invalid_request", "Only response_mode=query"
    if any(len(value) > LONGEST for value in form.values()):
        return "invalid_request", "A parameter is too long"
    if form.get("code_challenge_method") != "S256" or not CHALLENGE.fullmatch(form.get("code_challenge", "")):
        return "invalid_request", "PKCE with S256 is required"
    if "openid" not in form.get("scope", "").split():
        return "invalid_scope", "The scope openid is required"
    return _prompt_flaw(form)


def _prompt_flaw(form: dict[str, str]) -> tuple[str, str] | None:
    prompt = set(form.get("prompt", "").split())
    if not prompt <= PROMPTS or ("none" in prompt and len(prompt) > 1):
        return "invalid_request", "prompt is none, or of login, consent and select_account"
    if not re.fullmatch(r"[0-9]{1,9}", form.get("max_age", "0")):
        return "invalid_request", "max_age is a number of seconds"
    if any(value in STRENGTHS for value in form.get("acr_values", "").split()):
        return "unmet_authentication_requirements", "Signing in with more than a password is not possible here yet"
    return None
