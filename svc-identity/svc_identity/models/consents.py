"""Steps that cases ask of this service, and the agreements among them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from svc_identity.models.base import Base


class Step(Base):
    """A step request by its id: asked twice, done once. `arguments` are identifiers and field references."""

    __tablename__ = "step"
    request_id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    applicant_id: Mapped[UUID]
    capability: Mapped[str]
    purpose: Mapped[str]
    arguments: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(server_default="open")
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Consent(Base):
    """Somebody else's agreement (同意). Asked for by identity number: the person may register later."""

    __tablename__ = "consent"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("step.request_id"), unique=True)
    number_fingerprint: Mapped[bytes]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    title: Mapped[str]
    state: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    __table_args__ = (
        Index("consent_person", "person_id", "id"),
        Index("consent_waiting", "number_fingerprint", postgresql_where=text("person_id IS NULL")),
        Index("consent_due", "expires_at", postgresql_where=text("state = 'asked'")),
    )
