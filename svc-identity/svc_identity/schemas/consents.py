"""Agreements."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from chassis.schemas import Answer, Body, example

State = Literal["asked", "given", "declined", "expired", "withdrawn"]


class ConsentOut(Answer):
    id: UUID
    case_id: UUID
    purpose: str = Field(examples=["newborn/agreement"])
    title: str = Field(examples=["新生儿出生一件事"])
    asked_by: UUID
    asked_by_name: str = Field(description="Masked", examples=["李**"])
    state: State
    asked_at: datetime
    expires_at: datetime
    decided_at: datetime | None


class DecisionIn(Body):
    model_config = ConfigDict(**Body.model_config | example({"decision": "give"}))
    decision: Literal["give", "decline"]
