"""Requests and answers of svc-logistics."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from chassis.identifiers import PhoneNumber
from chassis.schemas import Answer, Body, example

Division = Annotated[str, Field(pattern=r"^\d{6}$", description="Division code (GB/T 2260)")]


class AddressIn(Body):
    model_config = example(
        {"recipient": "李晓雯", "phone": "13900000001", "division": "440196", "street": "听雨巷 7 号 2 栋 301"}
    )
    recipient: str = Field(min_length=2, max_length=40)
    phone: PhoneNumber
    division: Division
    street: str = Field(min_length=4, max_length=120)


class AddressOut(Answer):
    id: UUID
    recipient: str
    phone: str
    division: str
    street: str
    version: int


class AddressesOut(Answer):
    items: list[AddressOut]


class DepartmentAddressIn(Body):
    model_config = example({"name": "云溪市公安局户政窗口", "phone": "0999-8800110", "street": "云江区长堤路 1 号"})
    name: str = Field(min_length=2, max_length=100)
    phone: str = Field(min_length=3, max_length=20)
    street: str = Field(min_length=4, max_length=200)


class HallIn(Body):
    model_config = example({"name": "云溪市政务服务中心", "street": "云江区长堤路 1 号", "hours": "工作日 9:00-17:30"})
    name: str = Field(min_length=2, max_length=100)
    street: str = Field(min_length=4, max_length=200)
    hours: str = Field(min_length=2, max_length=100)


class HallOut(Answer):
    code: str
    name: str
    street: str
    hours: str


class TrackOut(Answer):
    state: str | None = Field(description="None for a code of the carrier that nobody knows")
    code: str
    at: datetime


class ParcelOut(Answer):
    id: UUID
    case_id: UUID
    case_number: str | None
    direction: Literal["in", "out"]
    contents: str
    handover: Literal["door", "locker", "hall"]
    state: str
    state_at: datetime
    waybill_no: str | None
    created_at: datetime
    arrived_at: datetime | None


class ParcelDetailOut(ParcelOut):
    track: list[TrackOut]
    pick_up_code: str | None = Field(description="Shown to the person only, while the parcel waits in a hall")
    hall: HallOut | None


class PickUpIn(Body):
    model_config = example({"code": "48151623"})
    code: str = Field(pattern=r"^\d{8}$")


class BillOut(Answer):
    id: UUID
    case_id: UUID
    case_number: str | None
    kind: str
    amount: int = Field(description="Cents (分)")
    state: Literal["open", "paid", "cancelled"]
    issued_at: datetime
    paid_at: datetime | None


class PaymentOut(Answer):
    id: UUID
    bill_id: UUID
    amount: int
    state: Literal["requested", "waiting", "paid", "failed", "refund-needed"]
    pay_url: str | None = Field(description="Where to pay, once the provider has answered")
    created_at: datetime


class CarrierCallback(BaseModel):
    """One state of one waybill, as the carrier reports it."""

    model_config = ConfigDict(extra="ignore")
    event_id: str = Field(min_length=1, max_length=100)
    waybill_no: str = Field(max_length=64)
    parcel_reference: str = Field(default="", max_length=64)
    sequence: int = Field(ge=0)
    state: str = Field(max_length=16)
    at: datetime


class PaymentCallback(BaseModel):
    """The provider's word that something was paid."""

    model_config = ConfigDict(extra="ignore")
    event_id: str = Field(min_length=1, max_length=100)
    payment_no: str = Field(max_length=64)
    amount: int
    state: str = Field(max_length=16)
