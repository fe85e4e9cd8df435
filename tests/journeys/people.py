"""Citizens and clerks with a browser: they sign in through the gateway and hold a cookie, never a token."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from html import unescape
from typing import Any, Self, TypeVar
from uuid import uuid4

import httpx

T = TypeVar("T")
PATIENCE = 60.0


class Visitor:
    """One browser. `get`/`post` speak to `/api/<service>/v1` with the cookie and its CSRF token."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.browser = httpx.AsyncClient(base_url=url, follow_redirects=True, timeout=30, trust_env=False)
        self.csrf = ""
        self.subject = ""

    @classmethod
    async def signed_in(cls, url: str, username: str, password: str) -> Self:
        visitor = cls(url)
        await visitor.sign_in(username, password)
        return visitor

    async def sign_in(self, username: str, password: str) -> None:
        """As a browser does: redirect to the sign-in page, its form, and back with a code."""
        page = await self.browser.get("/session/start", params={"to": "/session/me"})
        assert page.status_code == 200, page.text
        action = unescape(re.search(r'<form method="post" action="([^"]+)"', page.text)[1])
        form_token = re.search(r'name="form_token" value="([^"]+)"', page.text)[1]
        form = {"form_token": form_token, "name": username, "password": password}
        self._is_here(await self.browser.post(action, data=form))

    async def sign_in_again(self) -> None:
        """Signed in at the provider already: no page, only redirects, and a session with what is known by now."""
        self._is_here(await self.browser.get("/session/start", params={"to": "/session/me"}))

    def _is_here(self, back: httpx.Response) -> None:
        assert back.status_code == 200, back.text
        me = back.json()
        self.csrf, self.subject = me["csrf"], me["subject"]

    async def request(self, method: str, service: str, path: str, **options: Any) -> httpx.Response:
        headers = {**options.pop("headers", {}), "x-csrf-token": self.csrf}
        return await self.browser.request(method, f"/api/{service}/v1{path}", headers=headers, **options)

    async def get(self, service: str, path: str, **parameters: Any) -> Any:
        return ok(await self.request("GET", service, path, params=parameters))

    async def post(self, service: str, path: str, body: Any = None, **options: Any) -> Any:
        return ok(await self.request("POST", service, path, json=body, **options))

    async def patch(self, service: str, path: str, body: Any) -> Any:
        return ok(await self.request("PATCH", service, path, json=body))

    async def close(self) -> None:
        await self.browser.aclose()


def ok(response: httpx.Response) -> Any:
    assert response.is_success, (
        f"{response.request.method} {response.request.url.path}: {response.status_code} {response.text}"
    )
    return response.json() if response.content else None


async def until(look: Callable[[], Awaitable[T]], good: Callable[[T], Any], what: str) -> T:
    """Look again and again until it is good; departments take their time."""
    deadline = time.monotonic() + PATIENCE
    while True:
        seen = await look()
        if good(seen):
            return seen
        assert time.monotonic() < deadline, f"{what} did not happen; last seen: {seen}"
        await asyncio.sleep(0.1)


def key() -> str:
    return str(uuid4())
