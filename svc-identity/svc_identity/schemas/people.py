"""Persons and accounts."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, SecretStr

from chassis.identifiers import IdentityNumber, PhoneNumber
from chassis.schemas import Answer, Body, example
from contracts.claims import Kind, Proofing

Name = Annotated[str, Field(min_length=1, max_length=100, examples=["李晓雯"])]
Username = Annotated[str, Field(min_length=2, max_length=100, pattern=r"^[^\s@]+$", examples=["lixiaowen"])]
NewPassword = Annotated[SecretStr, Field(min_length=8, max_length=128, examples=["correct horse battery"])]


class PersonIn(Body):
    """Without username and password the person has a place, but no account to sign in with."""

    model_config = ConfigDict(
        **Body.model_config
        | example({"name": "李晓雯", "number": "440199199504120023", "phone": "13800138000", "username": "lixiaowen"})
    )
    name: Name
    number: IdentityNumber
    phone: PhoneNumber | None = None
    username: Username | None = None
    password: NewPassword | None = None


class PersonOut(Answer):
    id: UUID
    proofing: Proofing = Field(description="1 none, 2 basic, 3 middle, 4 high, 5 certified (初级、中级、高级)")
    registered_at: datetime


class IdentifiersOut(Answer):
    """In the clear: only for the service that queries registers."""

    name: str
    number: str
    phone: str | None


class MeOut(Answer):
    id: UUID
    kind: Kind
    name: str
    number: str | None = Field(default=None, description="Masked", examples=["440***********0023"])
    phone: str | None = Field(default=None, description="Masked", examples=["138****8000"])
    proofing: Proofing
    department: str | None = None
    department_name: str | None = None
    post: str | None = None
    roles: list[str] = Field(default=[])


class ChildOut(Answer):
    id: UUID
    name: str
    number: str = Field(description="Masked")
    since: datetime


class PasswordChangeIn(Body):
    model_config = Body.model_config | example({"current": "three small boats", "new": "seven quiet lanterns"})
    current: Annotated[SecretStr, Field(max_length=128)]
    new: NewPassword


class SignInOut(Answer):
    id: UUID
    signed_in_at: datetime
    expires_at: datetime
    is_this: bool = Field(description="Whether this request comes from it")


class ApprovalOut(Answer):
    """What the person allowed a client of somebody else."""

    client_id: str
    client_name: str
    scopes: list[str]
    given_at: datetime
