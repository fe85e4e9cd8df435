"""A browser and the gateway behind it, as the provider sees them."""

import base64
import hashlib
import re
import secrets
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from chassis.jose import SigningKey
from chassis.peers import ASSERTION, client_assertion
from chassis.testing import ISSUER, ServiceUnderTest
from svc_identity.models import Client

GATEWAY = SigningKey.generate()
CALLBACK = f"{ISSUER}/session/callback"
MOTHER = {
    "name": "李晓雯", "number": "440199199504120023", "phone": "13800138000", "username": "lixiaowen", "password": "a long secret",
}  # fmt: skip
FORM_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


async def register_client(service: ServiceUnderTest, client_id: str = "gateway", **changes: Any) -> None:
    values: dict[str, Any] = {
        "id": client_id, "name": client_id, "jwks": {"keys": [GATEWAY.public.to_jwk()]}, "first_party": True, "audiences": {},
        "person_scopes": [], "redirect_uris": [CALLBACK], "post_logout_redirect_uris": [f"{ISSUER}/"],
    }  # fmt: skip
    async with service.session() as session:
        session.add(Client(**values | changes))


async def register_person(service: ServiceUnderTest, **changes: Any) -> str:
    operator = service.as_client("demo-operator", "identity:person:write")
    answer = await operator.post("/persons", json=MOTHER | changes)
    assert answer.status_code in (200, 201), answer.text
    return str(answer.json()["id"])


def pkce() -> tuple[str, str]:
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return verifier, challenge


def answered(response: httpx.Response) -> dict[str, str]:
    """The parameters that a redirect carries back to the client."""
    return {name: values[0] for name, values in parse_qs(urlsplit(response.headers["location"]).query).items()}


class Browser:
    """Keeps cookies; follows no redirect by itself."""

    def __init__(self, service: ServiceUnderTest, client_id: str = "gateway") -> None:
        self.http = service.client(None)
        self.http.base_url = httpx.URL(ISSUER)
        self.client_id = client_id
        self.verifier, self.challenge = pkce()

    def request(self, **changes: str | None) -> dict[str, str]:
        wanted: dict[str, str | None] = {
            "client_id": self.client_id, "response_type": "code", "redirect_uri": CALLBACK, "scope": "openid profile",
            "state": "s1", "nonce": "n1", "code_challenge": self.challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        return {name: value for name, value in (wanted | changes).items() if value is not None}

    async def authorize(self, **changes: str | None) -> httpx.Response:
        return await self.http.get("/oauth2/authorize", params=self.request(**changes))

    async def sign_in(
        self, name: str = "lixiaowen", password: str = MOTHER["password"], **changes: str
    ) -> httpx.Response:
        page = await self.http.get("/sign-in", params=self.request(**changes))
        found = FORM_TOKEN.search(page.text)
        assert found is not None, page.text
        form = {"form_token": found[1], "name": name, "password": password}
        return await self.http.post("/sign-in", params=self.request(**changes), data=form)

    async def code(self, **changes: str) -> str:
        """Through the sign-in page to a code."""
        await self.sign_in(**changes)
        return answered(await self.authorize(**changes))["code"]

    async def token(self, grant_type: str, **form: str) -> httpx.Response:
        return await self.http.post(
            "/oauth2/token", data=credentials(self.client_id) | {"grant_type": grant_type} | form
        )

    async def exchange(self, code: str, **changes: str) -> httpx.Response:
        form = {"code": code, "redirect_uri": CALLBACK, "code_verifier": self.verifier}
        return await self.token("authorization_code", **form | changes)

    async def tokens(self) -> dict[str, Any]:
        answer = await self.exchange(await self.code())
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


def credentials(client_id: str = "gateway", key: SigningKey = GATEWAY) -> dict[str, str]:
    return {
        "client_id": client_id,
        "client_assertion_type": ASSERTION,
        "client_assertion": client_assertion(client_id, key, ISSUER),
    }
