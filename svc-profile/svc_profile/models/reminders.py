"""Reminders, tags, and the silence after a death."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from chassis.identifiers import new_id
from chassis.sealing import SealedJSON
from svc_profile.models.base import Base


class Reminder(Base):
    __tablename__ = "reminder"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID]
    case_id: Mapped[UUID | None]
    subject_key: Mapped[str | None] = mapped_column(index=True)
    kind: Mapped[str]
    source: Mapped[str]
    parameters: Mapped[Any] = mapped_column(SealedJSON("reminder.parameters"))
    on: Mapped[date]
    state: Mapped[str] = mapped_column(default="set")
    __table_args__ = (
        UniqueConstraint("person_id", "source"),
        Index("reminder_due", "on", postgresql_where="state = 'set'"),
    )


class SilencedSubject(Base):
    """A child who died. Nothing about it is ever sent again."""

    __tablename__ = "silenced_subject"
    subject_key: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(server_default=func.now())


class StepNote(Base):
    """A step that brought a schedule: asked for in one topic, answered in another, in whatever order they arrive."""

    __tablename__ = "step_note"
    request_id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    purpose: Mapped[str | None]
    exchange_id: Mapped[UUID | None]


class Tag(Base):
    """Something known about a person, with the event it comes from."""

    __tablename__ = "tag"
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    since: Mapped[datetime]
    until: Mapped[datetime | None]
