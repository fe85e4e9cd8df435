"""Applications for data and grants."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from chassis.identifiers import CreditCode
from chassis.schemas import Answer, Body, example

Code = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Words = Annotated[str, Field(pattern=r"^[^\x00-\x1f]*$")]
"""A line of text, without control characters."""
FieldName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Purpose = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9-]+(/[a-z0-9-]+)?$",
        max_length=120,
        description="Why: the bundle's code and the branch's, for instance newborn/birth-registration",
    ),
]


class GrantApplicationIn(Body):
    model_config = example(
        {
            "department": "11440199MB2Y00056G",
            "department_name": "云溪市公安局",
            "resource": "marriage",
            "purpose": "newborn/birth-registration",
            "fields": ["spouse_name", "spouse_number"],
            "until": "2027-12-31T16:00:00Z",
            "legal_basis": "政务数据共享条例",
        }
    )
    department: CreditCode = Field(description="Who wants to read")
    department_name: Words = Field(min_length=2, max_length=100)
    resource: Code
    purpose: Purpose
    fields: list[FieldName] = Field(min_length=1, max_length=100)
    until: AwareDatetime
    legal_basis: Words = Field(default="", max_length=500)


class GrantApplicationOut(Answer):
    id: UUID
    department: str
    department_name: str
    resource: str = Field(validation_alias="resource_code")
    purpose: str
    fields: list[str]
    until: datetime
    legal_basis: str
    state: str = Field(description="asked, approved or rejected")
    reason: str | None
    asked_at: datetime
    decided_at: datetime | None


class RejectionIn(Body):
    model_config = example({"reason": "姓名一项即可办理，不需要住址"})
    reason: Words = Field(min_length=2, max_length=500)


class GrantOut(Answer):
    id: UUID
    application_id: UUID
    resource: str = Field(validation_alias="resource_code")
    department: str
    department_name: str
    purpose: str
    fields: list[str]
    approved_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
