"""Calls to other services: a client credential by `private_key_jwt` (RFC 7523), for the audience of the service called."""

import time
from collections.abc import AsyncGenerator

import httpx

from chassis.identifiers import new_id
from chassis.jose import SigningKey, sign

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
EARLY = 30


class PeerAuth(httpx.Auth):
    """Fetches a token when there is none or it is about to expire, and once again when it is refused."""

    def __init__(
        self, http: httpx.AsyncClient, endpoint: str, issuer: str, client_id: str, key: SigningKey, audience: str
    ) -> None:
        self._http, self._endpoint, self._issuer = http, endpoint, issuer
        self._client_id, self._key, self._audience = client_id, key, audience
        self._token, self._until = "", 0.0

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        if time.time() >= self._until:
            await self._fetch()
        request.headers["authorization"] = f"Bearer {self._token}"
        response = yield request
        if response.status_code == 401:
            await self._fetch()
            request.headers["authorization"] = f"Bearer {self._token}"
            yield request

    async def _fetch(self) -> None:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._client_id,
            "client_assertion_type": ASSERTION,
            "client_assertion": client_assertion(self._client_id, self._key, self._issuer),
            "resource": self._audience,
        }
        response = await self._http.post(self._endpoint, data=form)
        response.raise_for_status()
        answer = response.json()
        self._token, self._until = answer["access_token"], time.time() + answer["expires_in"] - EARLY


def client_assertion(client_id: str, key: SigningKey, issuer: str) -> str:
    """A JWT by which a client shows that it has its key; good for a minute, once."""
    now = int(time.time())
    claims = {"iss": client_id, "sub": client_id, "aud": issuer, "iat": now, "exp": now + 60, "jti": str(new_id())}
    return sign(claims, key, "JWT")
