"""Where people and departments are."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import APPEND_ONLY
from chassis.identifiers import new_id
from chassis.sealing import SealedText
from svc_logistics.models.base import Base


class Address(Base):
    """A person's address, entered once. Deleted ones stay sealed until no parcel needs them."""

    __tablename__ = "address"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(index=True)
    division: Mapped[str]
    recipient: Mapped[str] = mapped_column(SealedText("address.recipient"))
    phone: Mapped[str] = mapped_column(SealedText("address.phone"))
    street: Mapped[str] = mapped_column(SealedText("address.street"))
    version: Mapped[int] = mapped_column(default=1)
    deleted_at: Mapped[datetime | None]


class AddressUse(Base):
    """For which case an address was used."""

    __tablename__ = "address_use"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    address_id: Mapped[UUID] = mapped_column(ForeignKey("address.id"), index=True)
    case_id: Mapped[UUID]
    request_id: Mapped[UUID]
    purpose: Mapped[str]
    used_at: Mapped[datetime] = mapped_column(server_default=func.now())
    __table_args__ = {"info": APPEND_ONLY}  # noqa: RUF012


class DepartmentAddress(Base):
    """Where a department takes parcels in and sends them from."""

    __tablename__ = "department_address"
    department: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    phone: Mapped[str]
    street: Mapped[str]


class Hall(Base):
    """Where parcels can be picked up."""

    __tablename__ = "hall"
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    street: Mapped[str]
    hours: Mapped[str]
