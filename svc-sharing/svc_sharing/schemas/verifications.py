"""Verifications and reports of deaths."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from chassis.identifiers import IdentityNumber
from chassis.schemas import Answer, Body, example
from svc_sharing.schemas.grants import Code, FieldName, Purpose


class VerifiedValues(Body):
    name: str = Field(min_length=1, max_length=100)
    number: IdentityNumber


class VerificationIn(Body):
    model_config = example(
        {
            "reference": "01890a5d-ac96-774b-bcce-b302099a8057",
            "resource": "population-verify",
            "person_id": "01890a5d-ac96-774b-bcce-b302099a8058",
            "values": {"name": "李晓雯", "number": "440196199504120024"},
            "purpose": "proofing",
        }
    )
    reference: UUID = Field(description="The asker's own id; the answer carries it")
    resource: Code
    person_id: UUID
    values: VerifiedValues
    purpose: Purpose


class VerificationOut(Answer):
    id: UUID
    reference: UUID
    state: str


LocatorValue = Annotated[str, Field(max_length=100)] | Annotated[int, Field(ge=-(2**53), le=2**53)]


class DeathIn(Body):
    model_config = example(
        {"resource": "hospital-deliveries", "locator": {"delivery_no": "FM2026000001", "birth_order": 1}}
    )
    resource: Code
    locator: dict[FieldName, LocatorValue] = Field(
        description="The fields that identify the record, as the resource names them"
    )
