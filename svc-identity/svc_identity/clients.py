"""The calls to others: svc-sharing for values and registers, the live-face verifier."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from chassis.jobs import GiveUp, Retry
from chassis.jose import InvalidKey, KeySet
from chassis.runtime import Runtime
from contracts.steps import FieldReference
from svc_identity.settings import IdentitySettings

FACE_TIMEOUT = 8.0


async def resolve(runtime: Runtime, purpose: str, case_id: UUID, *references: FieldReference) -> list[str]:
    """The values that field references name, in their order, from svc-sharing, which writes down that we read them: one line
    for the fields of one record."""
    records: dict[tuple[UUID, int], list[str]] = {}
    for reference in references:
        records.setdefault((reference.exchange_id, reference.record), []).append(reference.field)
    found: dict[tuple[UUID, int], dict[str, Any]] = {}
    for (exchange_id, record), fields in records.items():
        body = {"fields": fields, "record": record, "purpose": purpose, "case_id": str(case_id)}
        answer = await _sent(runtime.peers["sharing"].post(f"/exchanges/{exchange_id}/resolve", json=body))
        found[exchange_id, record] = answer.json()["values"]
    return [_text(found[one.exchange_id, one.record].get(one.field)) for one in references]


async def ask_register(runtime: Runtime, reference: UUID, person_id: UUID, name: str, number: str) -> None:
    """Whether the population register knows this name with this number; the answer comes as VerificationAnswered."""
    values = {"name": name, "number": number}
    body = {"reference": str(reference), "resource": "population-verify", "person_id": str(person_id), "values": values}
    await _sent(runtime.peers["sharing"].post("/verifications", json=body | {"purpose": "proofing"}))


@dataclass(frozen=True, slots=True)
class FaceVerifier:
    """One that looks whether a living person is in front of the camera, and signs what it saw."""

    http: httpx.AsyncClient
    settings: IdentitySettings

    async def open(self, nonce: str, reference: UUID, return_url: str) -> tuple[str, str]:
        """A session's number, and the page where the person looks into the camera."""
        body = {"nonce": nonce, "subject_reference": str(reference), "return_url": return_url}
        session = (await self._call("POST", "/sessions", json=body)).json()
        return str(session["session_no"]), str(session["page_url"])

    async def verdict(self, session_no: str) -> str:
        """The signed verdict. GiveUp `undecided` when nobody came yet, `expired` when nobody came in time."""
        return str((await self._call("GET", f"/sessions/{session_no}/verdict")).json()["verdict"])

    async def keys(self) -> KeySet:
        try:
            return KeySet.parse((await self._call("GET", "/keys")).json())
        except InvalidKey:
            raise Retry("face-keys") from None

    async def _call(self, method: str, path: str, json: dict[str, str] | None = None) -> httpx.Response:
        if self.settings.face_secret is None:
            raise GiveUp("face-not-configured")
        headers = {"authorization": f"Bearer {self.settings.face_secret.get_secret_value()}"}
        url = self.settings.face_url.rstrip("/") + path
        return await _sent(self.http.request(method, url, json=json, headers=headers, timeout=FACE_TIMEOUT))


async def _sent(call: Any) -> httpx.Response:
    """The answer, or what a job is to do: try again when the other side is away, give up when it refuses."""
    try:
        response: httpx.Response = await call
    except httpx.HTTPError:
        raise Retry("other-side-down") from None
    if response.status_code >= 500 or response.status_code in (401, 408, 425, 429):
        raise Retry(f"answered-{response.status_code}")
    if response.status_code >= 400:
        raise GiveUp(_reason(response))
    return response


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise GiveUp("value-missing")
    return value.strip()


def _reason(response: httpx.Response) -> str:
    """The stable code of a refusal: the end of a problem's type, or the verifier's own code."""
    try:
        body = response.json()
        error = body.get("error")
        code = error.get("code") if isinstance(error, dict) else error
        return str(code or str(body["type"]).rpartition("/")[2])[:60]
    except (ValueError, KeyError, AttributeError):
        return f"answered-{response.status_code}"
