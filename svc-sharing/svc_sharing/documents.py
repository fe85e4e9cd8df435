"""Signed licences: whose keys, whose signature, what they say."""

import base64
import json
from datetime import date
from typing import Annotated, Any

import httpx
from pydantic import BaseModel, Field, ValidationError

from chassis.jose import InvalidKey, InvalidToken, KeySet, UnknownKey, verify_document
from chassis.keyset import RemoteKeySet
from chassis.runtime import Runtime
from svc_sharing.errors import IssuerUnknown, SignatureInvalid
from svc_sharing.models import Issuer

TYP = "licence+jws"
_Line = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f]*$")]


class Holder(BaseModel):
    name: _Line


class Elements(BaseModel):
    """The elements of a licence that we read ourselves (GB/T 36903); a body may sign more."""

    iss: _Line
    jti: _Line
    licence_type: _Line
    holder: Holder
    valid_from: date | None = None
    valid_until: date | None = None
    fields: dict[str, Any] = {}


class IssuerKeys:
    """Verifying keys of the issuing bodies, by where they are published."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._remote: dict[str, RemoteKeySet] = {}

    async def current(self, issuer: Issuer) -> KeySet:
        return await self._at(issuer.jwks_url).current() if issuer.jwks_url else KeySet.parse(issuer.jwks or {})

    async def refresh(self, issuer: Issuer) -> KeySet:
        return await self._at(issuer.jwks_url).refresh() if issuer.jwks_url else KeySet.parse(issuer.jwks or {})

    def _at(self, url: str) -> RemoteKeySet:
        return self._remote.setdefault(url, RemoteKeySet(url, self._http, cooldown=2))


async def open_keys(runtime: Runtime) -> None:
    runtime.rooms[IssuerKeys] = IssuerKeys(runtime.http)


async def checked(runtime: Runtime, jws: str) -> tuple[Issuer, dict[str, Any]]:
    """The body that signed a document, and its payload. Raises IssuerUnknown, SignatureInvalid.

    Its keys may have to be fetched, so this is done before the caller's transaction begins to work.
    """
    try:
        claimed = payload_of(jws).get("iss")
    except (ValueError, AttributeError, RecursionError):
        raise SignatureInvalid() from None
    issuer = await issuer_of(runtime, claimed) if isinstance(claimed, str) and claimed.isalnum() else None
    if issuer is None:
        raise IssuerUnknown()
    try:
        payload = await _verified(issuer, runtime.room(IssuerKeys), jws)
        Elements.model_validate(payload)
    except (InvalidToken, InvalidKey) as error:
        raise SignatureInvalid(str(error)) from None
    except ValidationError:
        raise SignatureInvalid("an element is missing or has another form") from None
    return issuer, payload


async def issuer_of(runtime: Runtime, code: str) -> Issuer | None:
    """Looked up in a transaction of its own, so that none is open while keys are fetched."""
    async with runtime.sessions.transaction() as session:
        return await session.get(Issuer, code)


async def _verified(issuer: Issuer, keys: IssuerKeys, jws: str) -> dict[str, Any]:
    try:
        return verify_document(jws, await keys.current(issuer), TYP)
    except UnknownKey:
        return verify_document(jws, await keys.refresh(issuer), TYP)


def payload_of(jws: str) -> dict[str, Any]:
    """What a document says, unverified: to find its issuer, or because it was verified when it was registered."""
    part = jws.split(".")[1] if jws.count(".") == 2 else ""
    payload: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return payload


def fields_of(payload: dict[str, Any]) -> dict[str, Any]:
    """A licence's elements as fields: its own (`licence_no`, `issued_on`, …) and those of its kind."""
    own = {name: value for name, value in payload.items() if not isinstance(value, dict | list)}
    return {**payload.get("fields", {}), **own}
