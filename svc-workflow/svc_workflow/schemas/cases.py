"""Cases as the people concerned see them."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.schemas import Answer, Body, example
from contracts.events.catalog import Limit


class CaseIn(Body):
    model_config = Body.model_config | example({"application_id": "01920000-0000-7000-8000-000000000001"})
    application_id: UUID


class Submitted(BaseModel):
    id: UUID
    case_number: str
    branches: list[str]


class CaseLine(Answer):
    id: UUID
    case_number: str
    bundle_code: str
    title: str
    outcome: str | None = Field(description="None while it is open")
    waiting_for_me: int = Field(description="Supplements I am asked for")
    submitted_at: datetime
    closed_at: datetime | None


class Excluded(Answer):
    procedure: str
    started_at: datetime
    ended_at: datetime | None


class BranchOut(Answer):
    branch: str
    item_code: str
    title: str
    department: str
    department_name: str
    state: str
    reason: str | None
    received_at: datetime | None
    acceptance_due: date | None
    accepted_at: datetime | None
    promised_limit: Limit | None
    promised_due: date | None
    statutory_limit: Limit | None
    statutory_due: date | None
    excluded: list[Excluded] = Field(description="Time that does not count (不计入时限), and why")
    ended_at: datetime | None
    late: bool


class SupplementItem(Body):
    """One thing to supply. `code` is a field of the form, or a name of the clerk's for something else."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)
    note: str = Field(min_length=1, max_length=500, description="What is wrong and what is needed, for the applicant")


class SupplementOut(BaseModel):
    id: UUID
    branch: str
    department_name: str
    items: list[SupplementItem]
    asked_at: datetime
    reply_by: date
    supplied_at: datetime | None
    open: bool


class CaseOut(BaseModel):
    id: UUID
    case_number: str
    bundle_code: str
    title: str
    role: Literal["applicant", "party", "department"]
    state: Literal["open", "closed", "silenced"]
    outcome: str | None
    submitted_at: datetime
    withdrawn_at: datetime | None
    closed_at: datetime | None
    branches: list[BranchOut]
    supplements: list[SupplementOut]
    may_withdraw: bool


class SupplementReply(Body):
    model_config = Body.model_config | example({"answers": {"household": "mother"}})
    answers: dict[str, Any] = Field(min_length=1, max_length=20)


class TimelineEntry(BaseModel):
    """One thing that happened. `kind` says what; the other members are there where they have a meaning."""

    at: datetime
    kind: str
    branch: str | None = None
    department: str | None = None
    post: str | None = None
    action: str | None = None
    decision: str | None = None
    outcome: str | None = None
    reason: str | None = None
    resource: str | None = None
    purpose: str | None = None
    request_id: UUID | None = None
    exchange_id: UUID | None = None
    grant_id: UUID | None = None
    licence_id: UUID | None = None
    parcel_id: UUID | None = None
    bill_id: UUID | None = None
    procedure: str | None = None
    promised_due: date | None = None
    statutory_due: date | None = None
    acceptance_due: date | None = None
    reply_by: date | None = None
    deemed: bool | None = None
    late: bool | None = None
    card: str | None = None
    source_name: str | None = None
    reader_name: str | None = None
    fields: list[str] | None = None


class Timeline(BaseModel):
    case_number: str
    entries: list[TimelineEntry]
