"""Reports of imports, as answered."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from chassis.schemas import Answer


class RefusedLineOut(Answer):
    line: int
    reasons: list[str]


class WarnedLineOut(Answer):
    line: int
    code: str
    warnings: list[str]


class ImportOut(Answer):
    id: UUID
    mapping: str
    lines: int
    created: int
    changed: int
    unchanged: int = Field(description="Said the same as before and were left alone")
    refused: list[RefusedLineOut]
    warned: list[WarnedLineOut]
    imported_by: str
    imported_at: datetime
