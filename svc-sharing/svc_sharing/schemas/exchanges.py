"""Exchanges as they are read."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from chassis.schemas import Answer, Body, example
from svc_sharing.schemas.grants import FieldName, Purpose


class ExchangeOut(Answer):
    id: UUID
    case_id: UUID
    resource: str
    source_name: str
    retrieved_at: datetime
    records: list[dict[str, Any]] = Field(description="Each record's fields by name")


class ResolutionIn(Body):
    model_config = example(
        {
            "fields": ["spouse_number"],
            "record": 0,
            "purpose": "newborn/agreement",
            "case_id": "01890a5d-ac96-774b-bcce-b302099a8057",
        }
    )
    fields: list[FieldName] = Field(min_length=1, max_length=50)
    record: int = Field(default=0, ge=0, le=1000)
    purpose: Purpose
    case_id: UUID


class ResolutionOut(Answer):
    values: dict[str, Any]
