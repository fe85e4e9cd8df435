"""Events published by svc-identity: accounts, proofing, consents, guardianship, revocations, OAuth clients."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contracts.claims import Proofing
from contracts.event import Event
from contracts.steps import StepAnswered


class IdentityStepAnswered(StepAnswered):
    """identity.consent answers when the other person decided (result: consent_id, person_id);
    identity.guardianship when the child has its person (result: child_id)."""

    type: ClassVar = "onedoor.identity.step.answered.v1"
    topic: ClassVar = "onedoor.identity.step"


class PersonEvent(Event):
    topic: ClassVar = "onedoor.identity.person"
    person_id: UUID

    @property
    def key(self) -> str:
        return str(self.person_id)


class PersonRegistered(PersonEvent):
    """A natural person has a place here; with an account or, as a child, without."""

    type: ClassVar = "onedoor.identity.person.registered.v1"


class PersonProofed(PersonEvent):
    """It is now known this surely who the person is."""

    type: ClassVar = "onedoor.identity.person.proofed.v1"
    level: Proofing


class GuardianshipEstablished(PersonEvent):
    """A parent's standing for a child, from evidence."""

    type: ClassVar = "onedoor.identity.guardianship.established.v1"
    child_id: UUID
    case_id: UUID | None


class ConsentEvent(Event):
    topic: ClassVar = "onedoor.identity.consent"
    consent_id: UUID
    person_id: UUID = Field(description="Who is asked")
    asked_by: UUID
    case_id: UUID
    purpose: str

    @property
    def key(self) -> str:
        return str(self.case_id)


class ConsentAsked(ConsentEvent):
    """Somebody's agreement is needed; the person finds it under what waits for them."""

    type: ClassVar = "onedoor.identity.consent.asked.v1"


class ConsentGiven(ConsentEvent):
    """The person agreed, signed in with their own account."""

    type: ClassVar = "onedoor.identity.consent.given.v1"


class ConsentDeclined(ConsentEvent):
    """The person did not agree; nothing is submitted on their behalf."""

    type: ClassVar = "onedoor.identity.consent.declined.v1"


class SessionRevoked(Event):
    """Tokens of this sign-in (`sid`) are dead at once, in every service."""

    type: ClassVar = "onedoor.identity.session.revoked.v1"
    topic: ClassVar = "onedoor.identity.revocation"
    session_id: str
    until: datetime = Field(description="No token of the session lives longer")

    @property
    def key(self) -> str:
        return self.session_id
