"""The carrier and the payment provider, as they want to be spoken to."""

import json
import time
from typing import Any, cast

import httpx

from chassis.jobs import GiveUp, Retry
from chassis.runtime import Runtime
from svc_logistics import rules
from svc_logistics.settings import LogisticsSettings


def settings_of(runtime: Runtime) -> LogisticsSettings:
    return cast(LogisticsSettings, runtime.settings)


async def carrier(runtime: Runtime, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Ask the carrier. Raises Retry while it is away, GiveUp for what it will never take."""
    settings = settings_of(runtime)
    headers = {"authorization": f"Bearer {settings.carrier_secret.get_secret_value()}"}
    return await _ask(
        runtime, "carrier", httpx.Request(method, settings.carrier_url + path, json=body, headers=headers)
    )


async def provider(runtime: Runtime, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Ask the payment provider; every request is signed."""
    settings = settings_of(runtime)
    content = json.dumps(body, ensure_ascii=False).encode() if body is not None else b""
    at = str(int(time.time()))
    signed = rules.signature(settings.payment_secret.get_secret_value(), at, method, path, body=content)
    headers = {"x-pay-timestamp": at, "x-pay-signature": signed, "content-type": "application/json"}
    return await _ask(
        runtime, "payment", httpx.Request(method, settings.payment_url + path, content=content, headers=headers)
    )


async def _ask(runtime: Runtime, name: str, request: httpx.Request) -> dict[str, Any]:
    try:
        response = await runtime.http.send(request)
    except httpx.HTTPError:
        raise Retry(f"{name}-down") from None
    if response.status_code >= 500 or response.status_code in (408, 429):
        raise Retry(f"{name}-down")
    if response.status_code >= 400:
        raise GiveUp(f"{name}-refused")
    answer = response.json()
    if not isinstance(answer, dict):
        raise Retry(f"{name}-unintelligible")
    return answer
