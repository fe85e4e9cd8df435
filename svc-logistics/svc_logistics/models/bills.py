"""Bills and payments; amounts in cents (分)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import APPEND_ONLY
from chassis.identifiers import new_id
from svc_logistics.models.base import Base


class Bill(Base):
    __tablename__ = "bill"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    request_id: Mapped[UUID] = mapped_column(unique=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    case_number: Mapped[str | None]
    payer_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str]
    reference: Mapped[str]
    amount: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(default="open")
    issued_at: Mapped[datetime] = mapped_column(server_default=func.now())
    paid_at: Mapped[datetime | None]


class Payment(Base):
    """One try to pay a bill."""

    __tablename__ = "payment"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    bill_id: Mapped[UUID] = mapped_column(ForeignKey("bill.id"), index=True)
    amount: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(default="requested")
    provider_no: Mapped[str | None] = mapped_column(unique=True)
    pay_url: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    settled_at: Mapped[datetime | None]


class PaymentReport(Base):
    """What the provider reported, once for each of its events."""

    __tablename__ = "payment_report"
    event_id: Mapped[str] = mapped_column(primary_key=True)
    provider_no: Mapped[str]
    state: Mapped[str]
    amount: Mapped[int] = mapped_column(BigInteger)
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
    __table_args__ = {"info": APPEND_ONLY}  # noqa: RUF012
