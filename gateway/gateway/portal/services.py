"""The services as a page calls them: with the visitor's own token, and with every answer a page can be told of."""

from collections.abc import Mapping
from typing import Any

import httpx

from chassis import context
from chassis.settings import Settings
from contracts.problems import TYPE_BASE

TIMEOUT = httpx.Timeout(10, connect=3)


class Away(Exception):
    """The service does not answer; or it `answered` that it, or something behind it, cannot serve now."""

    def __init__(self, service: str, *, answered: bool = False) -> None:
        super().__init__(service)
        self.answered = answered


class Refusal(Exception):
    """The service says no. `slug` names the problem, `errors` point at what is wrong in the input."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.slug = str(problem.get("type", "")).removeprefix(TYPE_BASE)
        self.problem = problem
        super().__init__(f"{status} {self.slug}")

    @property
    def wrong(self) -> dict[str, str]:
        """What is wrong by the last part of each pointer: `#/answers/phone` is `phone`."""
        errors = self.problem.get("errors") or []
        return {str(error["pointer"]).rpartition("/")[2]: str(error["code"]) for error in errors}


class Services:
    def __init__(self, http: httpx.AsyncClient, settings: Settings, token: str | None) -> None:
        self._http, self._settings, self._token = http, settings, token

    async def get(self, service: str, path: str, **query: Any) -> Any:
        given = {name: value for name, value in query.items() if value is not None}
        return await self._call("GET", service, path, params=given)

    async def post(self, service: str, path: str, body: Any = None, *, once: str | None = None) -> Any:
        """`once`: the form's key; sent twice, the service answers what it answered first."""
        headers = {"idempotency-key": once} if once else {}
        return await self._call("POST", service, path, json=body, headers=headers)

    async def patch(self, service: str, path: str, body: Any) -> Any:
        return await self._call("PATCH", service, path, json=body)

    async def delete(self, service: str, path: str) -> None:
        await self._call("DELETE", service, path)

    async def _call(self, method: str, service: str, path: str, **more: Any) -> Any:
        headers = self._headers() | more.pop("headers", {})
        url = f"{self._settings.url_of(service)}{path}"
        try:
            response = await self._http.request(method, url, headers=headers, timeout=TIMEOUT, **more)
        except httpx.HTTPError as error:
            raise Away(service) from error
        if response.status_code in (502, 503, 504):
            raise Away(service, answered=True)
        if response.status_code >= 400:
            raise Refusal(response.status_code, _problem(response))
        return response.json() if response.content else None

    def _headers(self) -> dict[str, str]:
        known = {
            "authorization": f"Bearer {self._token}" if self._token else None,
            "x-request-id": context.request_id.get(),
            "traceparent": context.traceparent.get(),
        }
        return {name: value for name, value in known.items() if value is not None}


def _problem(response: httpx.Response) -> Mapping[str, Any]:
    try:
        said = response.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
