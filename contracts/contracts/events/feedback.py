"""Events published by svc-feedback: ratings (好差评) and work orders."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contracts.event import Event


class RatingInvited(Event):
    """The person may rate by the link, without signing in again. `code` opens this rating and nothing else."""

    type: ClassVar = "onedoor.feedback.rating.invited.v1"
    topic: ClassVar = "onedoor.feedback.rating"
    invitation_id: UUID
    case_id: UUID
    case_number: str
    title: str
    person_id: UUID
    code: str

    @property
    def key(self) -> str:
        return str(self.case_id)


class CaseRated(Event):
    """A person said how it was: 1 very satisfied … 5 very dissatisfied (GB/T 39046 A.8)."""

    type: ClassVar = "onedoor.feedback.case.rated.v1"
    topic: ClassVar = "onedoor.feedback.rating"
    rating_id: UUID
    case_id: UUID
    level: int = Field(ge=1, le=5)
    item_codes: list[str]
    departments: list[str]

    @property
    def key(self) -> str:
        return str(self.case_id)


class WorkOrderEvent(Event):
    topic: ClassVar = "onedoor.feedback.work-order"
    work_order_id: UUID
    case_id: UUID
    department: str
    person_id: UUID

    @property
    def key(self) -> str:
        return str(self.work_order_id)


class WorkOrderOpened(WorkOrderEvent):
    """A bad review must be called back, rectified and answered by then."""

    type: ClassVar = "onedoor.feedback.work-order.opened.v1"
    due: date


class WorkOrderAnswered(WorkOrderEvent):
    """The department answered; the person may say whether that settles it."""

    type: ClassVar = "onedoor.feedback.work-order.answered.v1"


class WorkOrderClosed(WorkOrderEvent):
    """Settled."""

    type: ClassVar = "onedoor.feedback.work-order.closed.v1"
