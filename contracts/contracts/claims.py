"""Claims of OneDoor's access tokens (`at+jwt`, RFC 9068). Every service verifies them itself."""

from enum import IntEnum, StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

PEOPLE = "onedoor"
"""Audience of people's tokens. Between services the audience is the service called, for instance `svc-sharing`."""


class Proofing(IntEnum):
    """How surely we know who a person is (Guangdong's trust levels)."""

    NONE = 1
    BASIC = 2  # 初级, self-asserted
    MIDDLE = 3  # 中级, two elements match the register
    HIGH = 4  # 高级, live person + register + document
    CERTIFIED = 5  # certificate or counter


class Strength(IntEnum):
    """How strongly this sign-in was made."""

    ONE_FACTOR = 1
    TWO_FACTORS = 2
    HARDWARE = 3


class Kind(StrEnum):
    PERSON = "person"
    STAFF = "staff"
    CLIENT = "client"


class Actor(BaseModel):
    """Who acts for the subject under a mandate (RFC 8693 `act`)."""

    model_config = ConfigDict(frozen=True)
    sub: str


class AccessClaims(BaseModel):
    """The body of an access token. `sub` is a person's or staff member's UUID, or a client's id."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    iss: str
    sub: str = Field(min_length=1)
    aud: str | list[str]
    exp: int
    iat: int
    jti: str
    client_id: str
    scope: str = ""
    kind: Kind
    sid: str | None = Field(default=None, description="The sign-in; revoked as a whole")
    auth_time: int | None = None
    proofing: Proofing = Proofing.NONE
    strength: Strength = Strength.ONE_FACTOR
    department: str | None = Field(default=None, description="Staff and department clients: the body's credit code")
    post: str | None = None
    roles: list[str] = []
    act: Actor | None = None

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset(self.scope.split())

    @property
    def person_id(self) -> UUID:
        """The natural person or staff member; a client has none (ValueError)."""
        return UUID(self.sub)
