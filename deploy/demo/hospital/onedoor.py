"""How the hospital reports to OneDoor: a client credential by `private_key_jwt`, then a POST."""

import json
import secrets
import time
from pathlib import Path
from typing import Any

import httpx

from demo.base.agenda import NotYet
from demo.base.jws import SigningKey, parse_key
from demo.base.settings import Settings

CLIENT = "hospital"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SCOPE = "sharing:licence:register sharing:death:report"
EARLY = 30


class OneDoor:
    """Keeps its token until shortly before it ends. Raises NotYet or an httpx error when OneDoor does not say 2xx."""

    def __init__(self, settings: Settings) -> None:
        given = settings.environment
        self._issuer = (given.get("PUBLIC_URL") or "http://localhost:8080").rstrip("/")
        self._identity = settings.url("IDENTITY", 8081)
        self._sharing = settings.url("SHARING", 8084)
        self._key_file = Path(given.get("CLIENT_KEY_FILE") or _in_keys(given.get("CLIENT_KEYS_DIR")))
        self._token, self._until = "", 0.0

    async def register(self, http: httpx.AsyncClient, reference: str, jws: str) -> None:
        await self._post(http, "/licences", {"reference": reference, "kind": "birth-certificate", "jws": jws})

    async def report_death(self, http: httpx.AsyncClient, locator: dict[str, Any]) -> None:
        await self._post(http, "/deaths", {"resource": "hospital-deliveries", "locator": locator})

    async def _post(self, http: httpx.AsyncClient, path: str, body: dict[str, Any]) -> None:
        if time.time() >= self._until:
            await self._fetch_token(http)
        answer = await http.post(self._sharing + path, json=body, headers={"Authorization": f"Bearer {self._token}"})
        if answer.status_code == 401:
            self._until = 0.0
        if not answer.is_success:
            raise NotYet(f"{path} answered {answer.status_code}")

    async def _fetch_token(self, http: httpx.AsyncClient) -> None:
        form = {
            "grant_type": "client_credentials",
            "client_id": CLIENT,
            "client_assertion_type": ASSERTION,
            "client_assertion": self._assertion(),
            "resource": "svc-sharing",
            "scope": SCOPE,
        }
        answer = await http.post(f"{self._identity}/oauth2/token", data=form)
        if not answer.is_success:
            raise NotYet(f"the token endpoint answered {answer.status_code}")
        given = answer.json()
        self._token, self._until = given["access_token"], time.time() + given.get("expires_in", 60) - EARLY

    def _assertion(self) -> str:
        now = int(time.time())
        claims = {"iss": CLIENT, "sub": CLIENT, "aud": self._issuer, "iat": now, "exp": now + 60}
        return self._key().sign("JWT", {**claims, "jti": secrets.token_urlsafe(16)})

    def _key(self) -> SigningKey:
        """Read each time: the file may be made after the hospital started."""
        try:
            return parse_key(json.loads(self._key_file.read_text()))
        except FileNotFoundError:
            raise NotYet("the client key is missing") from None


def _in_keys(folder: str | None) -> Path:
    return Path(folder or ".run/keys") / f"{CLIENT}.json"
