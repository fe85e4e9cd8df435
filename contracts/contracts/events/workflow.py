"""Events published by svc-workflow. All are keyed by case, so order is kept per case."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, Field, JsonValue

from contracts.event import Event
from contracts.steps import Capability


class CaseOutcome(StrEnum):
    GRANTED = "granted"
    PARTLY_GRANTED = "partly-granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class BranchOutcome(StrEnum):
    GRANTED = "granted"
    REFUSED = "refused"
    NOT_ACCEPTED = "not-accepted"
    PREREQUISITE_REFUSED = "prerequisite-refused"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class CaseEvent(Event):
    topic: ClassVar = "onedoor.workflow.case"
    case_id: UUID
    case_number: str
    applicant_id: UUID

    @property
    def key(self) -> str:
        return str(self.case_id)


class BranchEvent(CaseEvent):
    branch: str = Field(description="The branch's code within its bundle, for instance birth-registration")
    item_code: str
    department: str = Field(description="Credit code of the department that handles the branch")


class ApplicationEvent(Event):
    """Before there is a case there is an application (a draft); its id becomes the case's id on submission."""

    topic: ClassVar = "onedoor.workflow.case"
    application_id: UUID
    applicant_id: UUID

    @property
    def key(self) -> str:
        return str(self.application_id)


class ApplicationStarted(ApplicationEvent):
    """A person began to apply; nothing is asked of any department but to prefill."""

    type: ClassVar = "onedoor.workflow.application.started.v1"
    bundle_code: str
    title: str


class ApplicationDiscarded(ApplicationEvent):
    """The draft was thrown away or became too old; what was fetched for it is forgotten."""

    type: ClassVar = "onedoor.workflow.application.discarded.v1"


class SubmittedBranch(BaseModel):
    branch: str
    item_code: str
    title: str
    department: str
    department_name: str


class CaseSubmitted(CaseEvent):
    """The application was handed in and sealed; the case number is valid in every channel from here."""

    type: ClassVar = "onedoor.workflow.case.submitted.v1"
    bundle_code: str
    title: str
    parties: list[UUID] = Field(default=[], description="Other persons concerned, for instance the other parent")
    subject_key: str | None = Field(default=None, description="Opaque key of the child, as sharing gave it")
    branches: list[SubmittedBranch]


class CaseClosed(CaseEvent):
    """Every branch has its outcome. Ratings are invited from here."""

    type: ClassVar = "onedoor.workflow.case.closed.v1"
    bundle_code: str
    title: str
    outcome: CaseOutcome
    branches: dict[str, BranchOutcome]


class CaseWithdrawn(CaseEvent):
    """The applicant took back what was undecided; facts stand."""

    type: ClassVar = "onedoor.workflow.case.withdrawn.v1"


class CaseSilenced(CaseEvent):
    """The child died: no open step, message or reminder may reach the family any more."""

    type: ClassVar = "onedoor.workflow.case.silenced.v1"
    subject_key: str


class BranchReceived(BranchEvent):
    """Receipt (收件): the documents arrived, nothing is decided."""

    type: ClassVar = "onedoor.workflow.branch.received.v1"
    acceptance_due: date = Field(description="Without a word until then it counts as accepted")


class SupplementAsked(BranchEvent):
    """Supplement (补正): asked before acceptance, once and completely."""

    type: ClassVar = "onedoor.workflow.supplement.asked.v1"
    supplement_id: UUID
    reply_by: date


class SupplementSupplied(BranchEvent):
    """The applicant answered what was asked."""

    type: ClassVar = "onedoor.workflow.supplement.supplied.v1"
    supplement_id: UUID


class BranchAccepted(BranchEvent):
    """Acceptance (受理): a department took the branch on; its clocks run from here."""

    type: ClassVar = "onedoor.workflow.branch.accepted.v1"
    promised_due: date | None
    statutory_due: date | None


class SpecialProcedureStarted(BranchEvent):
    """Excluded time (不计入时限) begins, for instance an appraisal."""

    type: ClassVar = "onedoor.workflow.special-procedure.started.v1"
    procedure: str


class SpecialProcedureEnded(BranchEvent):
    """Excluded time is over; the due dates have moved."""

    type: ClassVar = "onedoor.workflow.special-procedure.ended.v1"
    procedure: str
    promised_due: date | None
    statutory_due: date | None


class BranchEnded(BranchEvent):
    """A branch has its outcome; `reason` is a code a citizen's page can explain."""

    type: ClassVar = "onedoor.workflow.branch.ended.v1"
    outcome: BranchOutcome
    reason: str | None = None
    late: bool = False


class TaskOpened(BranchEvent):
    """A clerk's post has something to do."""

    type: ClassVar = "onedoor.workflow.task.opened.v1"
    task_id: UUID
    action: str
    post: str
    due: date | None = None


class TaskCompleted(BranchEvent):
    """A clerk did it; `staff_id` says who."""

    type: ClassVar = "onedoor.workflow.task.completed.v1"
    task_id: UUID
    action: str
    decision: str
    staff_id: UUID


class CardIssued(BranchEvent):
    """Supervision: a reminder, yellow or red card (提醒, 黄牌, 红牌) was issued automatically."""

    type: ClassVar = "onedoor.workflow.card.issued.v1"
    card: str = Field(description="reminder, yellow or red")
    reason: str


class IncidentRaised(CaseEvent):
    """A step cannot go on without a person, for instance because a grant expired."""

    type: ClassVar = "onedoor.workflow.incident.raised.v1"
    incident_id: UUID
    branch: str | None
    reason: str


class IncidentResolved(CaseEvent):
    """A clerk retried and it went on."""

    type: ClassVar = "onedoor.workflow.incident.resolved.v1"
    incident_id: UUID


class FormOpened(BranchEvent):
    """Somebody of a department read fields of the sealed form; svc-sharing writes it into the access ledger."""

    type: ClassVar = "onedoor.workflow.form.opened.v1"
    staff_id: UUID
    fields: list[str]
    at: datetime


class StepRequested(Event):
    """The case needs a thing of another service. Also asked for applications (prefill, agreement): then case_id is theirs."""

    type: ClassVar = "onedoor.workflow.step.requested.v1"
    topic: ClassVar = "onedoor.workflow.step"
    request_id: UUID
    case_id: UUID
    case_number: str | None = Field(description="None while it is an application")
    applicant_id: UUID
    capability: Capability
    purpose: str = Field(
        description="Why, as the grant names it: the bundle's code and the branch's, for instance newborn/birth-registration"
    )
    branch: str | None = None
    item_code: str | None = None
    department: str | None = None
    arguments: dict[str, JsonValue] = Field(default={}, description="Identifiers, codes and field references only")
    form_code: str | None = Field(
        default=None, description="Opens this recipient's part of the sealed form, for the answering service only"
    )

    @property
    def key(self) -> str:
        return str(self.case_id)


class StepCancelled(Event):
    """The answer is no longer wanted (withdrawn, silenced). What is not done need not be done; what is done stands."""

    type: ClassVar = "onedoor.workflow.step.cancelled.v1"
    topic: ClassVar = "onedoor.workflow.step"
    request_id: UUID
    case_id: UUID
    capability: Capability

    @property
    def key(self) -> str:
        return str(self.case_id)
