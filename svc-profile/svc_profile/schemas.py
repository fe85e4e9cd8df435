"""Requests and answers of svc-profile."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from chassis.identifiers import PhoneNumber
from chassis.schemas import Answer, Body, example

Email = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]


class WaitingOut(Answer):
    id: UUID = Field(description="Of the consent, supplement, bill, parcel, invitation or work order")
    kind: Literal["continue", "agree", "supplement", "pay", "pick-up", "rate", "settle"]
    case_id: UUID | None
    case_number: str | None
    title: str | None
    branch: str | None
    branch_title: str | None
    due: date | None
    since: datetime
    facts: dict[str, Any]


class BranchOut(Answer):
    branch: str
    title: str
    department_name: str
    state: str
    due: date | None = None
    reason: str | None = None


class CaseOut(Answer):
    id: UUID
    case_number: str | None
    title: str
    bundle_code: str
    state: str
    outcome: str | None
    branches: list[BranchOut]
    started_at: datetime
    changed_at: datetime


class LicenceOut(Answer):
    id: UUID
    kind: str
    title: str
    issuer_name: str
    status: str
    registered_at: datetime


class ParcelOut(Answer):
    id: UUID
    case_id: UUID
    direction: str
    contents: str
    state: str
    changed_at: datetime


class BillOut(Answer):
    id: UUID
    case_id: UUID
    kind: str
    amount: int = Field(description="Cents (分)")
    state: str
    issued_at: datetime


class AccessOut(Answer):
    id: UUID
    case_id: UUID | None
    source_name: str
    reader_name: str
    purpose: str
    fields: list[str]
    at: datetime


class MessageOut(Answer):
    id: UUID
    kind: str
    subject: str
    text: str
    link: str | None
    created_at: datetime
    read_at: datetime | None


class ReminderOut(Answer):
    id: UUID
    kind: str
    on: date
    text: str


class TagOut(Answer):
    tag: str
    source: str
    since: datetime
    until: datetime | None


class HomeOut(Answer):
    """Everything that concerns a person now, the next thing first."""

    waiting: list[WaitingOut]
    under_way: list[CaseOut]
    past: list[CaseOut]
    licences: list[LicenceOut]
    parcels: list[ParcelOut]
    bills: list[BillOut]
    messages: list[MessageOut]
    unread: int
    reminders: list[ReminderOut]
    accesses: list[AccessOut]


class ContactIn(Body):
    model_config = example({"email": "xiaowen@mail.example", "by_email": True, "language": "zh"})
    email: Email | None = None
    phone: PhoneNumber | None = None
    by_email: bool = False
    by_sms: bool = False
    language: Literal["zh", "en"] = "zh"


class ContactOut(Answer):
    email: str | None = None
    phone: str | None = None
    by_email: bool = False
    by_sms: bool = False
    language: str = "zh"
