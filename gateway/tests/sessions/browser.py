"""A browser: keeps cookies, follows nothing by itself, reads forms."""

import re

import httpx
from issuer import Issuer


class Browser:
    def __init__(self, http: httpx.AsyncClient, issuer: Issuer) -> None:
        self.http, self.issuer = http, issuer

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.http.get(path, headers={"accept": "text/html", **headers})

    async def begin(self, to: str = "/") -> dict[str, str]:
        """Go to sign in, and let the person do so; what the provider sends the browser back with."""
        began = await self.http.get("/session/start", params={"to": to})
        return self.issuer.allow(began.headers["location"])

    async def come_back(self, query: dict[str, str]) -> httpx.Response:
        return await self.http.get("/session/callback", params=query)

    async def sign_in(self, to: str = "/") -> httpx.Response:
        return await self.come_back(await self.begin(to))

    async def me(self) -> httpx.Response:
        return await self.http.get("/session/me")

    async def send(self, path: str, page: httpx.Response, **fields: str) -> httpx.Response:
        """A form of this page, sent with its hidden fields."""
        hidden = {name: value for name in ("csrf", "once") if (value := hidden_field(page, name))}
        return await self.http.post(path, data={**hidden, **fields})


def hidden_field(page: httpx.Response, name: str) -> str | None:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    return found[1] if found else None
