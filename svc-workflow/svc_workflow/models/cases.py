"""Cases, the departments' branches of them, and what happens to a branch's time."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Uuid, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import APPEND_ONLY
from svc_workflow.models.base import Base

STANDING = text("subject_key IS NOT NULL AND (outcome IS NULL OR outcome IN ('granted', 'partly-granted'))")


class CaseCounter(Base):
    __tablename__ = "case_counter"
    division: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class Case(Base):
    """One application being handled (办件). A bundle has one case; each department's part is a branch."""

    __tablename__ = "case_file"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_number: Mapped[str] = mapped_column(unique=True)
    bundle_code: Mapped[str]
    title: Mapped[str]
    applicant_id: Mapped[UUID]
    parties: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    subject_key: Mapped[str | None]
    """Opaque key of the person it is about, as svc-sharing gave it."""
    outcome: Mapped[str | None]
    """None while it is open."""
    data_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Wrapped; NULL erases every personal value of the case. The history stays whole without it."""
    submitted_at: Mapped[datetime] = mapped_column(server_default=func.now())
    withdrawn_at: Mapped[datetime | None]
    silenced_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    __table_args__ = (
        Index("case_one_standing", "bundle_code", "subject_key", unique=True, postgresql_where=STANDING),
        Index("case_open", "id", postgresql_where=text("outcome IS NULL")),
        Index("case_subject", "subject_key"),
        Index("case_applicant", "applicant_id", "id"),
        Index("case_parties", "parties", postgresql_using="gin"),
    )


class Branch(Base):
    """One department's part of a case, with its own state, limits and outcome."""

    __tablename__ = "branch"
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    item_code: Mapped[str]
    title: Mapped[str]
    department: Mapped[str]
    department_name: Mapped[str]
    statutory_limit: Mapped[dict[str, Any] | None]
    promised_limit: Mapped[dict[str, Any] | None]
    state: Mapped[str] = mapped_column(default="waiting")
    reason: Mapped[str | None]
    received_at: Mapped[datetime | None]
    acceptance_due: Mapped[date | None]
    accepted_at: Mapped[datetime | None]
    promised_due: Mapped[datetime | None]
    statutory_due: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    late: Mapped[bool] = mapped_column(default=False)
    remind_at: Mapped[datetime | None]
    card: Mapped[str | None]
    """The gravest card issued: reminder, yellow or red."""
    card_at: Mapped[datetime | None]
    """When a graver one may be due; None while the clock does not run."""
    __table_args__ = (
        Index("branch_open", "state", postgresql_where=text("ended_at IS NULL")),
        Index("branch_card", "card_at", postgresql_where=text("card_at IS NOT NULL")),
        Index("branch_silent", "acceptance_due", postgresql_where=text("state = 'received'")),
    )


class ExcludedTime(Base):
    """Time that does not count (不计入时限): a special procedure after acceptance."""

    __tablename__ = "excluded_time"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"))
    branch: Mapped[str]
    procedure: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    __table_args__ = (Index("excluded_time_branch", "case_id", "branch"),)


class Supplement(Base):
    """What a department asked for before acceptance, once and completely (补正)."""

    __tablename__ = "supplement"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"))
    branch: Mapped[str]
    items: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed with the case's key: a clerk's words may name a person."""
    answers: Mapped[bytes | None] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime]
    reply_by: Mapped[date]
    supplied_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    """Answered, or of no use any more."""
    __table_args__ = (
        Index("supplement_once", "case_id", "branch", unique=True),
        Index("supplement_open", "reply_by", postgresql_where=text("closed_at IS NULL")),
    )


class CardRow(Base):
    """A card that was issued (提醒, 黄牌, 红牌)."""

    __tablename__ = "card"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    branch: Mapped[str]
    department: Mapped[str]
    card: Mapped[str]
    reason: Mapped[str]
    issued_at: Mapped[datetime]
    __table_args__ = (Index("card_department", "department", "id"), {"info": APPEND_ONLY})


class Access(Base):
    """A line of the access ledger that concerns a case, for its timeline; the ledger itself is svc-sharing's."""

    __tablename__ = "case_access"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    at: Mapped[datetime]
    resource_code: Mapped[str]
    source_name: Mapped[str]
    reader_name: Mapped[str]
    purpose: Mapped[str]
    grant_id: Mapped[UUID | None]
    fields: Mapped[list[Any]]
    __table_args__ = (Index("case_access_case", "case_id", "at"), {"info": APPEND_ONLY})
