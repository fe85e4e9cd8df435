"""Messages, where they went, and where a person wants them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from chassis.identifiers import new_id
from chassis.sealing import SealedText
from svc_profile.models.base import Base


class Message(Base):
    """A text by its code; the words are put together when it is read or sent."""

    __tablename__ = "message"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID]
    kind: Mapped[str]
    parameters: Mapped[dict[str, Any]]
    link: Mapped[str | None]
    case_id: Mapped[UUID | None]
    source: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    read_at: Mapped[datetime | None]
    __table_args__ = (Index("message_person", "person_id", "id"), UniqueConstraint("source", "person_id", "kind"))


class Delivery(Base):
    """A message on its way by e-mail or SMS."""

    __tablename__ = "delivery"
    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(default="waiting")
    sent_at: Mapped[datetime | None]


class Contact(Base):
    """What the person opted into; in-app is always on."""

    __tablename__ = "contact"
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str | None] = mapped_column(SealedText("contact.email"))
    phone: Mapped[str | None] = mapped_column(SealedText("contact.phone"))
    by_email: Mapped[bool] = mapped_column(default=False)
    by_sms: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(default="zh")
