"""Applications (drafts), and the sealed form that a submission leaves behind."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, func, text
from sqlalchemy.orm import Mapped, mapped_column

from svc_workflow.models.base import Base


class Application(Base):
    """What a person is filling in. On submission its id and its data key become the case's."""

    __tablename__ = "application"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    applicant_id: Mapped[UUID]
    bundle_code: Mapped[str]
    title: Mapped[str]
    state: Mapped[str] = mapped_column(default="draft")
    """draft, submitted or discarded."""
    data_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Wrapped; NULL erases the answers."""
    answers: Mapped[bytes | None] = mapped_column(LargeBinary)
    child: Mapped[dict[str, Any] | None]
    """The record of the deliveries exchange: exchange_id, record, subject_key."""
    version: Mapped[int] = mapped_column(default=1)
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    __table_args__ = (
        Index("application_mine", "applicant_id", "id"),
        Index("application_untouched", "changed_at", postgresql_where=text("state = 'draft'")),
    )


class FormPart(Base):
    """One recipient's part of the form: the answers that its branch needs, sealed with the case's key."""

    __tablename__ = "form_part"
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    branch: Mapped[str] = mapped_column(primary_key=True)
    fields: Mapped[list[Any]]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class SealedFormCode(Base):
    """Opens one branch's part for one step, as long as that step waits for its answer."""

    __tablename__ = "sealed_form_code"
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    request_id: Mapped[UUID] = mapped_column(unique=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"))
    branch: Mapped[str]
    opened_at: Mapped[datetime | None]
