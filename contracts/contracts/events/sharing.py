"""Events published by svc-sharing: exchanges, grants, licences, accesses, life events reported by departments."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contracts.event import Event
from contracts.steps import StepAnswered


class SharingStepAnswered(StepAnswered):
    """sharing.query, sharing.submit and sharing.licence answer with this. A query's or a submission's result names `exchange_id`,
    `fields`, `records` (how many) and `record_keys` (opaque and stable, one for each record)."""

    type: ClassVar = "onedoor.sharing.step.answered.v1"
    topic: ClassVar = "onedoor.sharing.step"


class ResourceEvent(Event):
    topic: ClassVar = "onedoor.sharing.resource"
    resource_code: str

    @property
    def key(self) -> str:
        return self.resource_code


class ResourcePublished(ResourceEvent):
    """A department offers data under a sharing type: unconditional, conditional or not shared."""

    type: ClassVar = "onedoor.sharing.resource.published.v1"
    department: str
    sharing_type: str


class ResourceWithdrawn(ResourceEvent):
    """The department no longer offers it; grants on it are dead."""

    type: ClassVar = "onedoor.sharing.resource.withdrawn.v1"


class GrantApproved(ResourceEvent):
    """A department may read these fields for this purpose until then."""

    type: ClassVar = "onedoor.sharing.grant.approved.v1"
    grant_id: UUID
    department: str
    purpose: str
    fields: list[str]
    expires_at: datetime


class GrantRevoked(ResourceEvent):
    """The grant is dead at once."""

    type: ClassVar = "onedoor.sharing.grant.revoked.v1"
    grant_id: UUID


class AccessRecorded(Event):
    """Somebody's data was used. One event for each line of the ledger; shown to the person concerned."""

    type: ClassVar = "onedoor.sharing.access.recorded.v1"
    topic: ClassVar = "onedoor.sharing.access"
    access_id: UUID
    person_id: UUID = Field(description="Whose data")
    case_id: UUID | None
    resource_code: str
    source_name: str = Field(description="The department whose data it is, as people know it")
    reader: str = Field(description="Credit code of the department that read, or a service's name")
    reader_name: str
    purpose: str
    grant_id: UUID | None
    fields: list[str]
    at: datetime

    @property
    def key(self) -> str:
        return str(self.person_id)


class LicenceStatus(StrEnum):
    VALID = "valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


class LicenceEvent(Event):
    topic: ClassVar = "onedoor.sharing.licence"
    licence_id: UUID
    kind: str
    holders: list[UUID] = Field(description="Persons who may show it: the holder, or a child's parents")

    @property
    def key(self) -> str:
        return str(self.licence_id)


class LicenceRegistered(LicenceEvent):
    """An issuing body's signed electronic licence (电子证照) was checked and kept."""

    type: ClassVar = "onedoor.sharing.licence.registered.v1"
    issuer: str
    issuer_name: str
    case_id: UUID | None
    request_id: UUID | None = Field(description="The step whose submission the body answers, if any")
    title: str


class LicenceStatusChanged(LicenceEvent):
    """The issuing body suspended, revoked or restored it."""

    type: ClassVar = "onedoor.sharing.licence.status-changed.v1"
    status: LicenceStatus


class LicenceUsed(LicenceEvent):
    """The licence was shown or used instead of paper."""

    type: ClassVar = "onedoor.sharing.licence.used.v1"
    case_id: UUID | None
    reader_name: str
    at: datetime


class VerificationOutcome(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class VerificationAnswered(Event):
    """A register said whether values given match: yes, no or unknown, nothing else."""

    type: ClassVar = "onedoor.sharing.verification.answered.v1"
    topic: ClassVar = "onedoor.sharing.verification"
    verification_id: UUID
    reference: UUID = Field(description="The asker's own id, for instance of a proofing")
    outcome: VerificationOutcome
    source_name: str

    @property
    def key(self) -> str:
        return str(self.reference)


class DeathReported(Event):
    """A department's register says that the person behind a record died. Everything pending falls silent at once."""

    type: ClassVar = "onedoor.sharing.death.reported.v1"
    topic: ClassVar = "onedoor.sharing.life-event"
    subject_key: str = Field(description="The opaque record key that queries gave for the same person")
    source_name: str

    @property
    def key(self) -> str:
        return self.subject_key
