"""What surrounds every page: language, letters, who is signed in, where we are."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.portal.views.addresses import At
from gateway.portal.views.codes import Code


class Language(StrEnum):
    ZH = "zh"
    EN = "en"


class Letters(StrEnum):
    STANDARD = "standard"
    LARGER = "larger"
    LARGEST = "largest"


class Role(Code):
    PERSON = "person"
    AGENT = "agent"
    STAFF = "staff"


class Flash(Code):
    """Said once, on the page after a form was sent."""

    SAVED = "saved"
    SIGNED_OUT = "signed_out"
    IDENTITY_SWITCHED = "identity_switched"
    CORRECTION_SENT = "correction_sent"
    ASKED = "asked"
    SUPPLEMENT_SENT = "supplement_sent"
    WITHDRAWN = "withdrawn"
    PAID = "paid"
    ADDRESS_CHANGED = "address_changed"
    DECIDED = "decided"
    CLAIMED = "claimed"
    ANSWERED = "answered"
    REPLAYED = "replayed"
    NOTHING_TO_REPLAY = "nothing_to_replay"
    RETRIED = "retried"
    STEP_RETRIED = "step_retried"


@dataclass(frozen=True)
class Identity:
    """One of the roles a person may act in; `standing` is the company or the post."""

    id: str
    name: str
    role: Role
    standing: str | None = None


@dataclass(frozen=True)
class Who:
    """Of staff: `at_desk` has an inbox, `operates` sees how the services run; both may be one person, or neither."""

    current: Identity
    others: tuple[Identity, ...] = ()
    at_desk: bool = True
    operates: bool = False

    @property
    def staff(self) -> bool:
        return self.current.role is Role.STAFF

    @property
    def home(self) -> At:
        if not self.staff:
            return At.HOME
        if self.at_desk:
            return At.INBOX
        return At.OPERATIONS if self.operates else At.DESK


@dataclass(frozen=True, kw_only=True)
class Frame:
    """`now` is aware and in the city's zone: every time on a page is told in that zone.
    `once` is a fresh idempotency key: a form sent twice arrives as one."""

    language: Language
    now: datetime
    path: str
    csrf: str
    once: str
    letters: Letters = Letters.STANDARD
    who: Who | None = None
    unread: int = 0
    flash: Flash | None = None
