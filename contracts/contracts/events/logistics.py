"""Events published by svc-logistics: parcels and payments."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contracts.event import Event
from contracts.steps import StepAnswered


class LogisticsStepAnswered(StepAnswered):
    """logistics.parcel answers when the carrier has the order (result: parcel_id), logistics.bill when the bill
    is issued (result: bill_id)."""

    type: ClassVar = "onedoor.logistics.step.answered.v1"
    topic: ClassVar = "onedoor.logistics.step"


class ParcelState(StrEnum):
    CREATED = "created"
    PICKED_UP = "picked_up"
    IN_TRANSIT = "in_transit"
    AT_STATION = "at_station"
    OUT_FOR_DELIVERY = "out_for_delivery"
    IN_LOCKER = "in_locker"
    DELIVERED = "delivered"
    SIGNED_BY_OTHER = "signed_by_other"
    FAILED_ATTEMPT = "failed_attempt"
    RETURNED = "returned"
    LOST = "lost"
    EXCEPTION = "exception"


class ParcelEvent(Event):
    topic: ClassVar = "onedoor.logistics.parcel"
    parcel_id: UUID
    case_id: UUID
    request_id: UUID
    person_id: UUID
    direction: str = Field(description="in: to a department; out: to the person")
    contents: str = Field(description="A code, for instance household-book or social-card")

    @property
    def key(self) -> str:
        return str(self.parcel_id)


class ParcelCreated(ParcelEvent):
    """The carrier has the order."""

    type: ClassVar = "onedoor.logistics.parcel.created.v1"


class ParcelMoved(ParcelEvent):
    """The parcel's state went forward; reports that came late or twice make no event."""

    type: ClassVar = "onedoor.logistics.parcel.moved.v1"
    state: ParcelState


class ParcelDelivered(ParcelEvent):
    """It arrived: signed for, collected with the code, or received at the department's window."""

    type: ClassVar = "onedoor.logistics.parcel.delivered.v1"
    state: ParcelState


class BillEvent(Event):
    topic: ClassVar = "onedoor.logistics.bill"
    bill_id: UUID
    case_id: UUID
    request_id: UUID
    payer_id: UUID

    @property
    def key(self) -> str:
        return str(self.bill_id)


class BillIssued(BillEvent):
    """Something is to be paid; amounts in cents (分)."""

    type: ClassVar = "onedoor.logistics.bill.issued.v1"
    kind: str
    amount: int = Field(ge=0)


class BillCancelled(BillEvent):
    """Nothing is to be paid any more."""

    type: ClassVar = "onedoor.logistics.bill.cancelled.v1"


class BillPaid(BillEvent):
    """The payment provider confirmed with its signature; once for each bill."""

    type: ClassVar = "onedoor.logistics.bill.paid.v1"
    payment_id: UUID
    amount: int
