"""Requests and answers of svc-feedback."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from chassis.schemas import Answer, Body, example

Level = Annotated[int, Field(ge=1, le=5, description="1 very satisfied … 5 very dissatisfied (GB/T 39046 A.8)")]


class RatingIn(Body):
    model_config = example({"level": 2, "reasons": ["quick"], "comment": "一次都没跑"})
    level: Level
    reasons: list[Annotated[str, Field(max_length=60)]] = Field(
        default=[], max_length=6, description="Codes, see `GET /rating-reasons`"
    )
    comment: str | None = Field(default=None, max_length=500)
    branches: dict[str, Level] = Field(default={}, description="Levels of single branches, where they differ")


class RatedBranchOut(Answer):
    branch: str
    title: str
    department_name: str


class InvitationOut(Answer):
    case_number: str
    title: str
    branches: list[RatedBranchOut]
    rated: bool
    expires_at: datetime


class RatingOut(Answer):
    id: UUID
    case_id: UUID
    level: int
    reasons: list[str]
    work_orders: list[UUID] = Field(default=[], description="Opened for a bad review")


class WorkOrderOut(Answer):
    id: UUID
    case_id: UUID
    case_number: str
    title: str
    department: str
    state: str
    due: date
    late: bool
    level: int
    reasons: list[str]
    comment: str | None
    answer: str | None
    opened_at: datetime
    answered_at: datetime | None
    closed_at: datetime | None
    reopened: bool


class AnswerIn(Body):
    model_config = example({"text": "我们已电话致歉，并把照片要求写进了办事指南。"})
    text: str = Field(min_length=5, max_length=2000)


class ClosingIn(Body):
    model_config = example({"settled": True})
    settled: bool = Field(description="False sends it back to the department, once")


class FigureOut(Answer):
    code: str
    name: str
    ratings: int
    levels: dict[int, int] = Field(description="How many of each level")
    satisfied: float = Field(description="Share of levels 1 to 3, between 0 and 1")


class FiguresOut(Answer):
    items: list[FigureOut]


class CalendarIn(Body):
    model_config = example({"holidays": ["2026-10-01"], "working_days": ["2026-10-10"]})
    holidays: list[date] = Field(max_length=120)
    working_days: list[date] = Field(max_length=60, description="Weekend days that are worked")


class ReasonsOut(Answer):
    reasons: list[str]
