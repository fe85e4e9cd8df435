"""What a person says is wrong in a department's data."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from chassis.schemas import Answer, Body, example
from svc_sharing.schemas.grants import FieldName


class CorrectionIn(Body):
    model_config = example(
        {
            "exchange_id": "01890a5d-ac96-774b-bcce-b302099a8057",
            "field": "born_at",
            "statement": "出生时间应为 6 时 42 分",
        }
    )
    exchange_id: UUID
    field: FieldName
    statement: str = Field(min_length=2, max_length=1000, description="What is wrong, and what is right")


class CorrectionOut(Answer):
    id: UUID
    exchange_id: UUID
    department: str
    resource: str = Field(validation_alias="resource_code")
    field: str
    statement: str
    state: str = Field(description="open, corrected or rejected")
    answer: str | None
    asked_at: datetime
    due_at: datetime
    answered_at: datetime | None


class CorrectionAnswerIn(Body):
    model_config = example({"outcome": "corrected", "answer": "已更正，请重新查询"})
    outcome: Literal["corrected", "rejected"]
    answer: str = Field(min_length=2, max_length=1000)
