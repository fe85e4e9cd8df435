"""Applications: what is sent and what is answered."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.schemas import Answer, Body, example


class ApplicationIn(Body):
    model_config = Body.model_config | example({"bundle_code": "newborn"})
    bundle_code: str = Field(min_length=1, max_length=60)


class ChildChoice(Body):
    record: int = Field(ge=0, le=20, description="Which record of the deliveries, from 0; twins have two")


class ApplicationChange(Body):
    """Partial: what is not sent stays; null takes an answer away."""

    model_config = Body.model_config | example(
        {"child": {"record": 0}, "answers": {"child_name": "云小溪", "household": "mother"}}
    )
    child: ChildChoice | None = None
    answers: dict[str, Any] = Field(default={}, max_length=50)


class PrefillOut(Answer):
    resource: str
    state: Literal["waiting", "done", "failed"]
    exchange_id: UUID | None = Field(description="Its values are shown by svc-sharing, to the person concerned")
    records: int | None
    record_keys: list[str]
    source_name: str | None
    reason: str | None = Field(description="Why it failed, for instance department-down")


class ChildOut(Answer):
    exchange_id: UUID
    record: int
    subject_key: str


class AgreementOut(Answer):
    needed: bool | None = Field(description="None until the register has answered")
    state: Literal["none", "asked", "given", "declined", "failed"]
    person_id: UUID | None
    asked_at: datetime | None
    answered_at: datetime | None


class DraftTaskOut(BaseModel):
    code: str
    state: Literal["not-started", "not-yet", "waiting-for-other", "needs-you", "done"]


class ApplicationOut(Answer):
    id: UUID
    bundle_code: str
    title: str
    state: Literal["draft", "submitted", "discarded"]
    started_at: datetime
    changed_at: datetime
    kept_until: date = Field(description="Thrown away then, unless it is touched")
    child: ChildOut | None
    answers: dict[str, str]
    prefills: list[PrefillOut]
    agreement: AgreementOut
    tasks: list[DraftTaskOut]
    missing: list[str] = Field(description="What submission still waits for: `child`, names of answers, `agreement`")


class ApplicationLine(Answer):
    id: UUID
    bundle_code: str
    title: str
    state: str
    started_at: datetime
    changed_at: datetime
