"""My cases, one case with its story, a supplement, taking the rest back."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from gateway.portal.views.codes import BranchState, CaseState, Code
from gateway.portal.views.parts import ONE_PAGE, CaseRef, Fact, Form, Limit, Link, Option, Pages, Tab, View


class CaseTab(Code):
    UNDER_WAY = "under_way"
    FINISHED = "finished"
    DRAFTS = "drafts"


class StageName(Code):
    """Stages every story has; a stage of one department carries the item's own name instead."""

    SUBMITTED = "submitted"
    AGREED = "agreed"
    TOGETHER = "together"
    PARCEL_IN = "parcel_in"
    PARCEL_OUT = "parcel_out"
    CLOSED = "closed"
    RATING = "rating"


class NoteCode(Code):
    """Sentences of the story; the names in braces are the keys of `Note.given`."""

    OTHER_PARENT_AGREED = "other_parent_agreed"
    WAITS_FOR = "waits_for"
    ASKED_FOR = "asked_for"
    SUPPLIED = "supplied"
    WAS_ASKED_FOR = "was_asked_for"
    WAS_SUPPLIED = "was_supplied"
    CLOCK_STARTS_WHEN_ACCEPTED = "clock_starts_when_accepted"
    DEPARTMENT_IS_BUSY = "department_is_busy"
    PAY_FIRST = "pay_first"
    DELIVERED_TO = "delivered_to"
    REFUSED_BECAUSE = "refused_because"
    REMEDY = "remedy"
    BECAUSE = "because"
    CANNOT_GO_ON_BECAUSE = "cannot_go_on_because"
    STANDS = "stands"
    RATE_WHEN_CLOSED = "rate_when_closed"


class Action(Code):
    """What a link of the story leads to."""

    SEE_LICENCE = "see_licence"
    SUPPLY = "supply"
    SEE = "see"
    PAY = "pay"
    SEE_PARCEL = "see_parcel"
    RATE = "rate"
    REMEDY = "remedy"


@dataclass(frozen=True)
class Note:
    words: NoteCode
    given: Mapping[str, str | date | datetime] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Excluded:
    """Time that does not count (不计入时限), in working days, and why."""

    why: str
    days: int


@dataclass(frozen=True, kw_only=True)
class Lane:
    """One department's part."""

    name: str
    department: str
    state: BranchState
    at: datetime | None = None
    limit: Limit | None = None
    excluded: tuple[Excluded, ...] = ()
    notes: tuple[Note, ...] = ()
    link: Link | None = None


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A step of the story; several lanes run side by side."""

    name: StageName | str
    state: BranchState
    given: Mapping[str, str | int] = dataclasses.field(default_factory=dict)
    at: datetime | None = None
    lanes: tuple[Lane, ...] = ()
    notes: tuple[Note, ...] = ()
    link: Link | None = None


@dataclass(frozen=True, kw_only=True)
class CaseLine:
    title: str
    href: str
    state: CaseState
    number: str | None
    on: date
    about: str | None = None


@dataclass(frozen=True, kw_only=True)
class MyCases(View):
    template: ClassVar = "pages/my_cases.html"

    tabs: tuple[Tab, ...]
    cases: tuple[CaseLine, ...]
    pages: Pages = ONE_PAGE


@dataclass(frozen=True, kw_only=True)
class Need:
    """Something this case waits for from its applicant."""

    what: str
    why: str | None
    only_stops: str
    href: str
    due: date | None = None


@dataclass(frozen=True, kw_only=True)
class Look:
    """One use of my data."""

    department: str
    what: tuple[str, ...]
    purpose: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CasePage(View):
    """`live_at` is a stream of server-sent events named `changed` and, at last, `finished`."""

    template: ClassVar = "pages/case.html"

    case: CaseRef
    children: tuple[str, ...]
    state: CaseState
    submitted_at: datetime
    stages: tuple[Stage, ...]
    needs: tuple[Need, ...] = ()
    promised: Limit | None = None
    looks: tuple[Look, ...] = ()
    looks_total: int = 0
    looks_at: str | None = None
    answers: tuple[Fact, ...] = ()
    results: tuple[Link, ...] = ()
    live_at: str | None = None
    withdraw_at: str | None = None
    rate_at: str | None = None
    help_phone: str


class AnswerBy(Code):
    TEXT = "text"
    UPLOAD = "upload"
    CHOICE = "choice"


@dataclass(frozen=True)
class Asked:
    """One thing a department asks for; `field` names its answer in the form. `what` may be empty: then `why` says it all."""

    field: str
    what: str
    why: str
    by: AnswerBy
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SupplementPage(View):
    """A supplement (补正): asked once and completely, before acceptance."""

    template: ClassVar = "pages/supplement.html"

    case: CaseRef
    item: str
    department: str
    asked_at: datetime
    due: date
    asked: tuple[Asked, ...]
    form: Form
    open: bool = True
    supplied_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class WithdrawPage(View):
    """Confirms a withdrawal: what stops, what stands because it is already a fact."""

    template: ClassVar = "pages/withdraw.html"

    case: CaseRef
    stops: tuple[str, ...]
    stands: tuple[str, ...]
    refund: bool
    form: Form
