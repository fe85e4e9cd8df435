"""Natural persons (自然人) and what stands between them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import APPEND_ONLY
from chassis.identifiers import new_id
from chassis.sealing import SealedText
from svc_identity.models.base import Base


class Person(Base):
    """Found by the keyed hash of the identity number. A child has no account."""

    __tablename__ = "person"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(SealedText("person.name"))
    number: Mapped[str] = mapped_column(SealedText("person.number"))
    number_fingerprint: Mapped[bytes] = mapped_column(unique=True)
    phone: Mapped[str | None] = mapped_column(SealedText("person.phone"))
    proofing: Mapped[int]
    registered_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Guardianship(Base):
    """A guardian's standing (监护) for a child, from the evidence of a case."""

    __tablename__ = "guardianship"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    guardian_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    child_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    case_id: Mapped[UUID | None]
    established_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("guardian_id", "child_id", name="guardianship_once"),)


class IdentifierAccess(Base):
    """Who read a person's identifiers in the clear, and why."""

    __tablename__ = "identifier_access"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID]
    reader: Mapped[str]
    purpose: Mapped[str]
    reference: Mapped[str]
    read_at: Mapped[datetime] = mapped_column(server_default=func.now())
    __table_args__ = (Index("identifier_access_person", "person_id", "id"), {"info": APPEND_ONLY})


class Proofing(Base):
    """One attempt to become known more surely: the register's word and a live face, each waiting until it came."""

    __tablename__ = "proofing"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    register_match: Mapped[str] = mapped_column(server_default="waiting")
    face: Mapped[str] = mapped_column(server_default="opening")
    nonce: Mapped[str]
    return_url: Mapped[str]
    face_session: Mapped[str | None]
    face_page: Mapped[str | None]
    verdict: Mapped[str | None]
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]


class ProofingEvidence(Base):
    """What a person's level rests on. Levels can be recomputed from these lines."""

    __tablename__ = "proofing_evidence"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID]
    proofing_id: Mapped[UUID | None]
    kind: Mapped[str]
    outcome: Mapped[str]
    source: Mapped[str]
    staff_id: Mapped[UUID | None]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())
    __table_args__ = (Index("proofing_evidence_person", "person_id", "id"), {"info": APPEND_ONLY})
