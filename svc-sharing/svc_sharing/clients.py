"""Calls to other services of OneDoor: who a person is, and what stands in a recipient's part of a sealed form."""

from typing import Any
from uuid import UUID

import httpx

from chassis.runtime import Runtime


class PeerAway(Exception):
    """It did not answer as it should; worth another try. `reason` is a stable code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class PeerRefused(Exception):
    """It said no; trying again cannot help."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


async def identifiers(runtime: Runtime, person_id: UUID, purpose: str, reference: UUID) -> dict[str, Any]:
    """`name` and `number` of a person; svc-identity notes who asked and why."""
    why = {"purpose": purpose, "reference": str(reference)}
    answer = await _ask(runtime, "identity", "GET", f"/persons/{person_id}/identifiers", params=why)
    return {"name": answer["name"], "number": answer["number"]}


async def open_form(runtime: Runtime, code: str, request_id: UUID) -> dict[str, Any]:
    """The fields that the form holds for this recipient."""
    body = {"code": code, "request_id": str(request_id)}
    answer = await _ask(runtime, "workflow", "POST", "/sealed-forms/open", json=body)
    fields: dict[str, Any] = answer["fields"]
    return fields


async def _ask(runtime: Runtime, peer: str, method: str, path: str, **options: Any) -> dict[str, Any]:
    client = runtime.peers.get(peer)
    if client is None:
        raise PeerRefused("not-configured")
    try:
        response = await client.request(method, path, **options)
    except httpx.HTTPError:
        raise PeerAway(f"{peer}-away") from None
    if response.status_code >= 500 or response.status_code in (401, 408, 429):
        raise PeerAway(f"{peer}-away")
    if not response.is_success:
        raise PeerRefused(f"{peer}-refused")
    answer: dict[str, Any] = response.json()
    return answer
