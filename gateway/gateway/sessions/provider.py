"""The gateway as a client of the OpenID provider: code with PKCE, refresh, logout."""

import base64
import hashlib
import json
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import httpx

from chassis.jose import InvalidToken, SigningKey, verify
from chassis.peers import ASSERTION, client_assertion
from chassis.runtime import Runtime
from chassis.tokens import Keys

CLIENT = "gateway"
SCOPE = "openid profile"


class ProviderAway(Exception):
    """The provider does not answer; trying again later may help."""


class Refused(Exception):
    """The provider refuses the code or the refresh token: sign in anew."""


@dataclass(frozen=True, slots=True)
class Granted:
    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    id_token: str = field(repr=False)
    expires_in: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What must be remembered until the browser comes back."""

    state: str
    nonce: str
    verifier: str = field(repr=False)

    @classmethod
    def new(cls) -> "Asked":
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(16), secrets.token_urlsafe(48))

    def url(self, issuer: str, acr: str | None, language: str) -> str:
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "client_id": CLIENT,
            "redirect_uri": f"{issuer}/session/callback",
            "scope": SCOPE,
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "ui_locales": language,
            **({"acr_values": acr} if acr else {}),
        }
        return f"{issuer}/oauth2/authorize?{urlencode(query)}"


class Provider:
    """Talks to svc-identity at its inner address, in the name of the public issuer."""

    def __init__(self, runtime: Runtime, key_file: str, keys: Keys) -> None:
        self._runtime = runtime
        self._key = SigningKey.parse(json.loads(Path(key_file).read_text()))
        self._keys = keys

    async def exchange(self, code: str, verifier: str) -> Granted:
        redirect = f"{self._runtime.settings.issuer}/session/callback"
        grant = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier, "redirect_uri": redirect}
        return await self._token(grant)

    async def refresh(self, refresh_token: str, name: str) -> Granted:
        """`name`: the same one when the same refresh is asked again, its answer being lost."""
        return await self._token({"grant_type": "refresh_token", "refresh_token": refresh_token, "request_name": name})

    async def identity_of(self, granted: Granted, nonce: str) -> dict[str, object]:
        """The ID token's claims, checked: ours, fresh, and the answer to this very question."""
        issuer = self._runtime.settings.issuer
        facts = {"issuer": issuer, "audience": CLIENT, "typ": "JWT", "now": time.time(), "leeway": 5}
        try:
            claims = verify(granted.id_token, await self._keys.current(), **facts)  # type: ignore[arg-type]
        except InvalidToken as error:
            raise Refused(error.reason) from None
        if claims.get("nonce") != nonce:
            raise Refused("nonce")
        return claims

    def logout_url(self, id_token: str) -> str:
        issuer = self._runtime.settings.issuer
        return (
            f"{issuer}/oauth2/logout?{urlencode({'id_token_hint': id_token, 'post_logout_redirect_uri': issuer + '/'})}"
        )

    async def _token(self, grant: dict[str, str]) -> Granted:
        settings = self._runtime.settings
        form = {
            **grant,
            "client_id": CLIENT,
            "client_assertion_type": ASSERTION,
            "client_assertion": client_assertion(CLIENT, self._key, settings.issuer),
        }
        try:
            response = await self._runtime.http.post(f"{settings.url_of('identity')}/oauth2/token", data=form)
        except httpx.HTTPError:
            raise ProviderAway() from None
        if response.status_code >= 500 or response.status_code == 429:
            raise ProviderAway()
        if response.status_code != 200:
            raise Refused(str(response.json().get("error", "refused")))
        answer = response.json()
        kept = grant.get("refresh_token")
        return Granted(
            answer["access_token"],
            answer.get("refresh_token", kept),
            answer.get("id_token", ""),
            int(answer["expires_in"]),
        )
