"""What concerns a person, projected from events. Identifiers and codes only."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from svc_profile.models.base import Base


class CaseCard(Base):
    """A case, or the application it is not yet."""

    __tablename__ = "case_card"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_number: Mapped[str | None]
    title: Mapped[str]
    bundle_code: Mapped[str]
    state: Mapped[str]
    outcome: Mapped[str | None]
    branches: Mapped[dict[str, Any]]
    subject_key: Mapped[str | None] = mapped_column(index=True)
    silenced: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class CasePerson(Base):
    """Who sees the case: the applicant and the other persons concerned."""

    __tablename__ = "case_person"
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    role: Mapped[str]


class Waiting(Base):
    """Something waits for the person; `id` is that of the consent, supplement, bill, parcel, rating or work order."""

    __tablename__ = "waiting"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    case_id: Mapped[UUID | None] = mapped_column(index=True)
    branch: Mapped[str | None]
    due: Mapped[date | None]
    facts: Mapped[dict[str, Any]]
    since: Mapped[datetime]
    done: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (Index("waiting_person", "person_id", "done"),)


class LicenceCard(Base):
    __tablename__ = "licence_card"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    title: Mapped[str]
    issuer_name: Mapped[str]
    status: Mapped[str]
    case_id: Mapped[UUID | None]
    registered_at: Mapped[datetime]


class LicenceHolder(Base):
    __tablename__ = "licence_holder"
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    licence_id: Mapped[UUID] = mapped_column(primary_key=True)


class ParcelCard(Base):
    __tablename__ = "parcel_card"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID]
    direction: Mapped[str]
    contents: Mapped[str]
    state: Mapped[str]
    changed_at: Mapped[datetime]


class BillCard(Base):
    __tablename__ = "bill_card"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID]
    kind: Mapped[str]
    amount: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str]
    issued_at: Mapped[datetime]


class AccessLine(Base):
    """Somebody used this person's data."""

    __tablename__ = "access_line"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]
    case_id: Mapped[UUID | None]
    source_name: Mapped[str]
    reader_name: Mapped[str]
    purpose: Mapped[str]
    fields: Mapped[list[str]]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    __table_args__ = (Index("access_line_person", "person_id", "id"),)
