"""What was asked of departments for a case, and what they said, sealed with the case's key."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from chassis.identifiers import new_id
from chassis.sealing import SealedJSON, SealedText
from svc_sharing.models.base import Base


class CaseKey(Base):
    """The key that seals all values of one case, wrapped. NULL: destroyed, and with it everything it sealed."""

    __tablename__ = "case_key"
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes | None]
    destroyed_at: Mapped[datetime | None]


class CaseBranch(Base):
    """Which department handles which branch of a case: only it may read for the branch's purpose."""

    __tablename__ = "case_branch"
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(primary_key=True)
    department: Mapped[str]


class Secret(Base):
    """Keys of this service itself, made at first use: one for record keys, one that signs the ledger's heads."""

    __tablename__ = "secret"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(SealedText("secret.value"))


class Exchange(Base):
    """One question to one department, one answer. `persons` are those whose data it is."""

    __tablename__ = "exchange"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    request_id: Mapped[UUID] = mapped_column(unique=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    capability: Mapped[str]
    resource_code: Mapped[str]
    source: Mapped[str | None]
    source_name: Mapped[str | None]
    purpose: Mapped[str]
    reader: Mapped[str | None]
    grant_id: Mapped[UUID | None]
    persons: Mapped[list[str]]
    arguments: Mapped[dict[str, Any]]
    form_code: Mapped[str | None] = mapped_column(SealedText("exchange.form_code"))
    state: Mapped[str] = mapped_column(default="asked")
    reason: Mapped[str | None]
    fields: Mapped[list[str]] = mapped_column(default=list)
    record_keys: Mapped[list[str]] = mapped_column(default=list)
    records: Mapped[bytes | None]
    licence_id: Mapped[UUID | None] = mapped_column(ForeignKey("licence.id"))
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    retrieved_at: Mapped[datetime | None]


class Verification(Base):
    """Do these values match the register? The values are kept until the answer, no longer."""

    __tablename__ = "verification"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    reference: Mapped[UUID] = mapped_column(unique=True)
    resource_code: Mapped[str]
    person_id: Mapped[UUID]
    asker: Mapped[str]
    purpose: Mapped[str]
    values: Mapped[Any] = mapped_column(SealedJSON("verification.values"), nullable=True)
    state: Mapped[str] = mapped_column(default="asked")
    outcome: Mapped[str | None]
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    answered_at: Mapped[datetime | None]


class Correction(Base):
    """A person says that a department's record about them is wrong (政务数据共享条例: 校核)."""

    __tablename__ = "correction"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    exchange_id: Mapped[UUID] = mapped_column(ForeignKey("exchange.id"))
    person_id: Mapped[UUID] = mapped_column(index=True)
    department: Mapped[str] = mapped_column(index=True)
    resource_code: Mapped[str]
    field: Mapped[str]
    statement: Mapped[str] = mapped_column(SealedText("correction.statement"))
    state: Mapped[str] = mapped_column(default="open")
    answer: Mapped[str | None] = mapped_column(SealedText("correction.answer"))
    answered_by: Mapped[str | None]
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    due_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
