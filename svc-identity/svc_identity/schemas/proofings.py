"""Proofings."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from chassis.identifiers import IdentityNumber
from chassis.schemas import Answer, Body, example
from contracts.claims import Proofing
from svc_identity.schemas.people import Name, NewPassword

Path = Annotated[str, Field(max_length=200, pattern=r"^/([A-Za-z0-9_.~-]+/?)*$", examples=["/security/proofing"])]


class ProofingIn(Body):
    model_config = ConfigDict(**Body.model_config | example({"return_to": "/security/proofing"}))
    return_to: Path = Field(
        default="/security/proofing", description="The portal's page for afterwards; `session_no` is added to its query"
    )


class ProofingOut(Answer):
    id: UUID
    state: Literal["open", "done", "failed", "expired"]
    register_match: Literal["waiting", "yes", "no", "unknown"] = Field(
        description="Do name and number match the population register"
    )
    face: str = Field(
        description="opening, waiting (go to `face_page`), checking, live, not-live, refused, expired or unavailable",
        examples=["waiting"],
    )
    face_page: str | None = Field(description="Where the person looks into the camera")
    level: Proofing = Field(description="The person's level now; the next token carries it")
    expires_at: datetime


class FaceIn(Body):
    model_config = ConfigDict(**Body.model_config | example({"verdict": None}))
    verdict: Annotated[str, Field(max_length=8192)] | None = Field(
        default=None, description="The signed verdict; left out, it is fetched from the verifier"
    )


class CounterProofingIn(Body):
    """What stands on the document that the person showed."""

    model_config = ConfigDict(
        **Body.model_config | example({"name": "李晓雯", "number": "440199199504120023", "document": "identity-card"})
    )
    name: Name
    number: IdentityNumber
    document: Literal["identity-card", "temporary-identity-card", "household-book"] = "identity-card"


class CounterPasswordIn(CounterProofingIn):
    """As for vouching, and the password that the person typed at the counter."""

    model_config = ConfigDict(
        **Body.model_config
        | example(
            {
                "name": "李晓雯",
                "number": "440199199504120023",
                "document": "identity-card",
                "password": "correct horse battery",
            }
        )
    )
    password: NewPassword


class PersonLookupIn(Body):
    model_config = ConfigDict(**Body.model_config | example({"number": "440199199504120023"}))
    number: IdentityNumber
