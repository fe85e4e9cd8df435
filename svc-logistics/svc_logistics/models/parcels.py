"""Parcels, and what the carrier said about them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, func
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import APPEND_ONLY
from chassis.identifiers import new_id
from chassis.sealing import SealedText
from svc_logistics.models.base import Base


class Parcel(Base):
    __tablename__ = "parcel"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    request_id: Mapped[UUID] = mapped_column(unique=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    case_number: Mapped[str | None]
    person_id: Mapped[UUID] = mapped_column(index=True)
    purpose: Mapped[str]
    direction: Mapped[str]
    contents: Mapped[str]
    department: Mapped[str]
    address_id: Mapped[UUID | None] = mapped_column(ForeignKey("address.id"))
    handover: Mapped[str] = mapped_column(default="door")
    hall_code: Mapped[str | None] = mapped_column(ForeignKey("hall.code"))
    state: Mapped[str] = mapped_column(default="ordered")
    sequence: Mapped[int] = mapped_column(default=-1)
    state_at: Mapped[datetime] = mapped_column(server_default=func.now())
    waybill_no: Mapped[str | None] = mapped_column(unique=True)
    pick_up_code: Mapped[str | None] = mapped_column(SealedText("parcel.pick_up_code"))
    pick_up_hash: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    arrived_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class CarrierReport(Base):
    """A callback as it came, once for each event of the carrier."""

    __tablename__ = "carrier_report"
    event_id: Mapped[str] = mapped_column(primary_key=True)
    parcel_id: Mapped[UUID | None] = mapped_column(ForeignKey("parcel.id"))
    waybill_no: Mapped[str]
    code: Mapped[str]
    sequence: Mapped[int]
    at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
    __table_args__ = (Index("carrier_report_parcel", "parcel_id", "sequence"), {"info": APPEND_ONLY})
