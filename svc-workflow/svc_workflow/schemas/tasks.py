"""Staff's tasks, and the incidents they mend."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from chassis.schemas import Answer, Body, example
from svc_workflow.rules.branches import Decision
from svc_workflow.schemas.cases import CaseOut, SupplementItem

Procedure = Literal[
    "extension", "hearing", "tender", "auction", "inspection", "test", "quarantine", "appraisal", "expert-review"
]


class TaskLine(Answer):
    id: UUID
    case_id: UUID
    case_number: str
    title: str
    branch: str
    action: str
    post: str
    state: Literal["open", "done", "closed"]
    decisions: list[str]
    due: date | None
    late: bool
    claimed_by: UUID | None
    opened_at: datetime


class TaskOut(TaskLine):
    """A task with the case it belongs to: all that a clerk needs on one screen but the form itself."""

    case: CaseOut


class Completion(Body):
    model_config = Body.model_config | example({"decision": "accept"})
    decision: Decision
    reason: str | None = Field(
        default=None,
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$",
        max_length=60,
        description="A code that the applicant's page explains; refusing needs one",
    )
    items: list[SupplementItem] | None = Field(
        default=None, min_length=1, max_length=20, description="With `supplement`: everything that is needed, once"
    )
    procedure: Procedure | None = Field(default=None, description="With `start-special-procedure`")

    @model_validator(mode="after")
    def _fits(self) -> "Completion":
        refusing = self.decision in (Decision.REFUSE, Decision.REFUSE_TO_ACCEPT)
        if refusing and self.reason is None:
            raise ValueError("refusing needs a reason")
        if (self.decision is Decision.SUPPLEMENT) != (self.items is not None):
            raise ValueError("items belong to a supplement, and a supplement needs them")
        if self.procedure is not None and self.decision is not Decision.START_SPECIAL_PROCEDURE:
            raise ValueError("a procedure belongs to start-special-procedure")
        return self


class Completed(BaseModel):
    id: UUID
    decision: str
    branch_state: str
    promised_due: date | None
    statutory_due: date | None


class Exchange(BaseModel):
    """Read its values at svc-sharing, with your own token, under your department's grant."""

    exchange_id: UUID = Field(description="Of an exchange, or of a licence that a submission was answered with")
    resource: str = Field(description="The resource, or the licence's kind")
    record: int
    purpose: str


class FormOut(BaseModel):
    fields: dict[str, str]
    supplied: dict[str, str] = Field(description="What the applicant added as supplement")
    exchanges: list[Exchange]


class IncidentOut(Answer):
    id: UUID
    case_id: UUID
    case_number: str
    branch: str | None
    reason: str
    raised_at: datetime
    resolved_at: datetime | None
