"""OneDoor as an operator's program sees it: HTTP interfaces, and a token for each service."""

import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import httpx

from demo.base.jws import parse_key

CLIENT = "demo-operator"
T = TypeVar("T")
AT_ONCE = 8


class Refused(Exception):
    """A service did not take what the seed brought; names the request, never its content."""


class OneDoor:
    """`PUBLIC_URL`, the services' `…_URL` and `CLIENT_KEYS_DIR` come from the environment, as the launcher sets it."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._tokens: dict[str, str] = {}
        self._key = parse_key(json.loads(Path(os.environ["CLIENT_KEYS_DIR"], f"{CLIENT}.json").read_text()))

    async def put(self, service: str, path: str, body: Any) -> Any:
        return await self._call("PUT", service, path, body)

    async def post(self, service: str, path: str, body: Any = None, *, accept: Iterable[int] = ()) -> Any:
        return await self._call("POST", service, path, body, accept)

    async def get(self, service: str, path: str) -> Any:
        return await self._call("GET", service, path, None)

    async def _call(self, method: str, service: str, path: str, body: Any, accept: Iterable[int] = ()) -> Any:
        headers = {"authorization": f"Bearer {await self._token(service)}"}
        response = await self._http.request(method, url_of(service) + path, json=body, headers=headers)
        if response.status_code >= 300 and response.status_code not in accept:
            raise Refused(f"{method} {service} {path}: {response.status_code} {response.text[:500]}")
        return response.json() if response.content else None

    async def _token(self, service: str) -> str:
        if service not in self._tokens:
            form = {
                "grant_type": "client_credentials",
                "client_id": CLIENT,
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion": self._assertion(),
                "resource": f"svc-{service}",
            }
            response = await self._http.post(f"{url_of('identity')}/oauth2/token", data=form)
            if response.status_code != 200:
                raise Refused(f"no token for svc-{service}: {response.text}")
            self._tokens[service] = response.json()["access_token"]
        return self._tokens[service]

    def _assertion(self) -> str:
        now = int(time.time())
        issuer = os.environ["PUBLIC_URL"].rstrip("/")
        claims = {"iss": CLIENT, "sub": CLIENT, "aud": issuer, "iat": now, "exp": now + 60, "jti": str(uuid4())}
        return self._key.sign("JWT", claims)


def url_of(service: str) -> str:
    return os.environ[f"{service.upper()}_URL"].rstrip("/")


async def each(things: Iterable[T], do: Callable[[T], Awaitable[Any]]) -> None:
    """Several at a time."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(thing: T) -> None:
        async with slots:
            await do(thing)

    await asyncio.gather(*(one(thing) for thing in things))
