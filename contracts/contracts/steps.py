"""How a case asks another service for a thing and hears the answer (choreography).

svc-workflow publishes `StepRequested`; the owner of the capability works and publishes its own `...StepAnswered`.
The answer's `request_id` is the question's; asking twice with one `request_id` does the work once.
"""

from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from contracts.event import Event


class Capability(StrEnum):
    """What a step can ask for; the part before the dot is the service that answers."""

    SHARING_QUERY = "sharing.query"
    SHARING_SUBMIT = "sharing.submit"
    SHARING_LICENCE = "sharing.licence"
    IDENTITY_CONSENT = "identity.consent"
    IDENTITY_GUARDIANSHIP = "identity.guardianship"
    LOGISTICS_PARCEL = "logistics.parcel"
    LOGISTICS_BILL = "logistics.bill"


class Outcome(StrEnum):
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


class FieldReference(BaseModel):
    """A personal value by name: a field of a record of an exchange. svc-sharing resolves it at the call that needs it."""

    model_config = ConfigDict(frozen=True)
    exchange_id: UUID
    field: str
    record: int = Field(default=0, ge=0, description="Which record of the exchange, from 0 (twins have two)")


class StepAnswered(Event):
    """The answer to a step. `failed` is retryable by a clerk: the case shows an incident; `refused` is a decision."""

    request_id: UUID
    case_id: UUID
    outcome: Outcome
    result: dict[str, JsonValue] = Field(default={}, description="Identifiers and codes, never personal values")
    reason: str | None = Field(default=None, description="A stable code, for instance grant-expired or department-down")

    @property
    def key(self) -> str:
        return str(self.case_id)
