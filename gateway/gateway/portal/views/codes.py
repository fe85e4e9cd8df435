"""Words the portal knows by code. The text of each is `codes.<class>.<value>` in every catalogue."""

import re
from enum import StrEnum


class Tone(StrEnum):
    """How a state looks: shape and colour together, never colour alone."""

    IDLE = "idle"
    NOW = "now"
    DONE = "done"
    YOU = "you"
    NO = "no"


class Code(StrEnum):
    @property
    def key(self) -> str:
        group = re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()
        return f"codes.{group}.{self.value}"


class State(Code):
    """A code that is shown as a status tag."""

    tone: Tone

    def __new__(cls, value: str, tone: Tone = Tone.IDLE) -> "State":
        member = str.__new__(cls, value)
        member._value_ = value
        member.tone = tone
        return member


class CaseState(State):
    DRAFT = "draft"
    WAITING_FOR_PARENT = "waiting_for_parent"
    UNDER_WAY = "under_way", Tone.NOW
    NEEDS_YOU = "needs_you", Tone.YOU
    CLOSED = "closed", Tone.DONE
    PARTLY_GRANTED = "partly_granted", Tone.DONE
    REFUSED = "refused", Tone.NO
    WITHDRAWN = "withdrawn"


class BranchState(State):
    """One department's part of a case, or one step of its story."""

    NOT_STARTED = "not_started"
    WAITING = "waiting"
    SENT = "sent", Tone.NOW
    RECEIVED = "received", Tone.NOW
    SUPPLEMENT = "supplement", Tone.YOU
    ACCEPTED = "accepted", Tone.NOW
    SPECIAL_PROCEDURE = "special_procedure", Tone.NOW
    DELAYED = "delayed", Tone.NOW
    PAYMENT = "payment", Tone.YOU
    DONE = "done", Tone.DONE
    NOT_ACCEPTED = "not_accepted", Tone.NO
    REFUSED = "refused", Tone.NO
    CANNOT_GO_ON = "cannot_go_on", Tone.NO
    WITHDRAWN = "withdrawn"


class DeskState(State):
    """The same part of a case in a clerk's words."""

    TO_RECEIVE = "to_receive", Tone.YOU
    TO_ACCEPT = "to_accept", Tone.YOU
    WAITING_FOR_APPLICANT = "waiting_for_applicant"
    UNDER_REVIEW = "under_review", Tone.NOW
    SPECIAL_PROCEDURE = "special_procedure", Tone.NOW
    INCIDENT = "incident", Tone.NO
    DONE = "done", Tone.DONE


class TaskState(State):
    NOT_STARTED = "not_started"
    NOW = "now", Tone.NOW
    DONE = "done", Tone.DONE
    WAITING_FOR_OTHER = "waiting_for_other"
    NEEDS_YOU = "needs_you", Tone.YOU
    NOT_YET = "not_yet"


class AgreementState(State):
    NOT_ASKED = "not_asked"
    ASKED = "asked"
    AGREED = "agreed", Tone.DONE
    DECLINED = "declined", Tone.YOU
    EXPIRED = "expired"


class LicenceState(State):
    VALID = "valid", Tone.DONE
    EXPIRED = "expired"
    SUSPENDED = "suspended", Tone.YOU
    REVOKED = "revoked", Tone.NO


class ParcelState(State):
    CREATED = "created"
    WAITING_FOR_YOU = "waiting_for_you", Tone.YOU
    PICKED_UP = "picked_up", Tone.NOW
    IN_TRANSIT = "in_transit", Tone.NOW
    OUT_FOR_DELIVERY = "out_for_delivery", Tone.NOW
    READY_FOR_PICKUP = "ready_for_pickup", Tone.YOU
    FAILED_ATTEMPT = "failed_attempt", Tone.YOU
    DELIVERED = "delivered", Tone.DONE
    RETURNED = "returned", Tone.NO
    LOST = "lost", Tone.NO
    EXCEPTION = "exception", Tone.NOW


class BillState(State):
    DUE = "due", Tone.YOU
    PAYING = "paying", Tone.NOW
    PAID = "paid", Tone.DONE
    REFUNDED = "refunded"
    EXPIRED = "expired"


class CorrectionState(State):
    SENT = "sent", Tone.NOW
    CORRECTED = "corrected", Tone.DONE
    KEPT = "kept"


class WorkOrderState(State):
    OPEN = "open", Tone.YOU
    ANSWERED = "answered", Tone.DONE
    LATE = "late", Tone.NO


class Card(State):
    """Supervision cards (电子监察)."""

    REMINDER = "reminder", Tone.YOU
    YELLOW = "yellow", Tone.YOU
    RED = "red", Tone.NO


class Standing(State):
    """Whether a program serves."""

    READY = "ready", Tone.DONE
    NOT_READY = "not_ready", Tone.YOU
    UNREACHABLE = "unreachable", Tone.NO


class JobState(State):
    WAITING = "waiting"
    RUNNING = "running", Tone.NOW
    DONE = "done", Tone.DONE
    INCIDENT = "incident", Tone.NO


class LetterState(State):
    WAITING = "waiting", Tone.NO
    REPLAYED = "replayed", Tone.DONE


class IncidentState(State):
    """Of a case that cannot go on."""

    OPEN = "open", Tone.NO
    RESOLVED = "resolved", Tone.DONE
