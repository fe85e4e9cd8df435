"""Cards (提醒, 黄牌, 红牌)."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from chassis.schemas import Answer


class CardOut(Answer):
    id: UUID
    case_id: UUID
    branch: str
    department: str
    card: Literal["reminder", "yellow", "red"]
    reason: str
    issued_at: datetime
