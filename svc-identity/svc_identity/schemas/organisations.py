"""Departments, staff, companies, clients."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, field_validator

from chassis.identifiers import CreditCode, IdentityNumber
from chassis.schemas import Answer, Body, example
from contracts.scopes import PERSON, STAFF
from svc_identity.schemas.people import Name, NewPassword

OrganisationName = Annotated[str, Field(min_length=1, max_length=200)]
Division = Annotated[str, Field(pattern=r"^[0-9]{6}([0-9]{6})?$", description="GB/T 2260", examples=["440199"])]
Post = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[a-z0-9-]+$", examples=["birth-registration"])]
Uri = Annotated[str, Field(max_length=500, pattern=r"^https?://[^\s#]+$", examples=["https://school.example/back"])]


class DepartmentIn(Body):
    model_config = ConfigDict(**Body.model_config | example({"name": "云溪市公安局", "division": "440199"}))
    name: OrganisationName
    division: Division | None = None


class DepartmentOut(Answer):
    code: str = Field(description="Unified social credit code (统一社会信用代码)")
    name: str
    division: str | None


class StaffIn(Body):
    """A password given again is set again; left out, it stays."""

    model_config = ConfigDict(
        **Body.model_config
        | example(
            {"name": "周启明", "department": "11440199MB2D000212", "post": "birth-registration", "roles": ["clerk"]}
        )
    )
    name: Name
    department: CreditCode
    post: Post
    roles: list[Annotated[str, Field(max_length=60)]] = Field(max_length=20)
    password: NewPassword | None = None

    @field_validator("roles")
    @classmethod
    def _known(cls, roles: list[str]) -> list[str]:
        if unknown := sorted(set(roles) - set(STAFF)):
            raise ValueError(f"no such role: {', '.join(unknown)}; there are {', '.join(STAFF)}")
        return sorted(set(roles))


class StaffOut(Answer):
    id: UUID
    username: str
    name: str
    department: str
    post: str
    roles: list[str]


class CompanyIn(Body):
    model_config = ConfigDict(**Body.model_config | example({"name": "云溪市青禾食品有限公司"}))
    name: OrganisationName
    legal_representative: IdentityNumber | None = Field(
        default=None, description="Of a person registered here (法定代表人)"
    )


class CompanyOut(Answer):
    code: str
    name: str
    has_legal_representative: bool


class ClientIn(Body):
    """Registers a client of somebody else, or changes what may change of one of ours. What a client may do in its own name
    at a service is fixed at set-up and never by this call."""

    model_config = ConfigDict(
        **Body.model_config
        | example(
            {
                "name": "市一小报名系统",
                "redirect_uris": ["https://school.example/back"],
                "person_scopes": ["profile:home:read"],
            }
        )
    )
    name: OrganisationName | None = None
    department: CreditCode | None = None
    jwks: dict[str, Any] | None = Field(default=None, description="Its public ES256 keys")
    redirect_uris: list[Uri] | None = Field(default=None, max_length=20)
    post_logout_redirect_uris: list[Uri] | None = Field(default=None, max_length=20)
    person_scopes: list[Annotated[str, Field(max_length=60)]] | None = Field(
        default=None, max_length=len(PERSON), description="What people can allow it to do for them"
    )

    @field_validator("person_scopes")
    @classmethod
    def _known(cls, scopes: list[str] | None) -> list[str] | None:
        if scopes is not None and (unknown := sorted(set(scopes) - set(PERSON))):
            raise ValueError(f"no scope of people: {', '.join(unknown)}")
        return scopes


class ClientOut(Answer):
    id: str
    name: str
    department: str | None
    first_party: bool
    audiences: dict[str, list[str]]
    person_scopes: list[str]
    redirect_uris: list[str]
    post_logout_redirect_uris: list[str]
