"""Issuing bodies and electronic licences."""

from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import Field, model_validator

from chassis.schemas import Answer, Body, example
from contracts.events.sharing import LicenceStatus
from svc_sharing.connectors.config import WebAddress
from svc_sharing.schemas.grants import Code, Words


class IssuerIn(Body):
    model_config = example(
        {"name": "云溪市妇幼保健院", "client_id": "hospital", "jwks_url": "http://127.0.0.1:8111/keys"}
    )
    name: Words = Field(min_length=2, max_length=100)
    client_id: Code | None = Field(default=None, description="The OAuth client its system speaks as")
    jwks_url: WebAddress | None = None
    jwks: dict[str, Any] | None = Field(default=None, description="Its verifying keys, where it publishes none")

    @model_validator(mode="after")
    def _has_keys(self) -> Self:
        if (self.jwks_url is None) == (self.jwks is None):
            raise ValueError("either jwks_url or jwks")
        return self


class IssuerOut(Answer):
    code: str
    name: str
    client_id: str | None
    jwks_url: str | None


class JwksOut(Answer):
    keys: list[dict[str, Any]]


class LicenceIn(Body):
    model_config = example(
        {
            "reference": "01890a5d-ac96-774b-bcce-b302099a8057",
            "kind": "birth-certificate",
            "jws": "eyJhbGciOiJFUzI1NiJ9.eyJraW5kIjoi….MEUCIQ…",
        }
    )
    reference: UUID | None = Field(default=None, description="Of our submission that it answers, if any")
    kind: Code
    jws: str = Field(min_length=20, max_length=65536, description="Compact JWS, ES256, typ licence+jws")


class LicenceRegisteredOut(Answer):
    id: UUID
    kind: str
    status: LicenceStatus


class LicenceOut(Answer):
    id: UUID
    kind: str
    title: str
    issuer: str
    issuer_name: str
    status: LicenceStatus
    case_id: UUID | None
    registered_at: datetime


class LicenceShownOut(LicenceOut):
    payload: dict[str, Any] = Field(description="What the issuing body signed (elements of GB/T 36903)")
    jws: str = Field(description="The signed document itself; verify it offline with the issuer's JWKS")


class StatusIn(Body):
    model_config = example({"status": "suspended"})
    status: LicenceStatus


class PresentationOut(Answer):
    code: str = Field(description="Text of a QR code; good once")
    expires_at: datetime


class VerifiedLicenceOut(Answer):
    kind: str
    title: str
    status: LicenceStatus
    issuer: str
    issuer_name: str
    holder: str = Field(description="Masked unless a clerk asks")
    valid_from: date | None
    valid_until: date | None
