"""For clerks: the inbox, one case with form, sources and decision on one screen, work orders."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from gateway.portal.views.cases import Excluded, Note, Stage
from gateway.portal.views.codes import Card, Code, DeskState, WorkOrderState
from gateway.portal.views.feedback import Level
from gateway.portal.views.parts import ONE_PAGE, Fact, Form, Limit, Link, Option, Pages, Tab, View


class InboxTab(Code):
    ALL = "all"
    MINE = "mine"
    LATE = "late"
    DONE = "done"


class ClockKind(Code):
    """Which limit is running."""

    ACCEPT = "accept"
    DECIDE = "decide"
    SUPPLEMENT = "supplement"
    EXCLUDED = "excluded"


@dataclass(frozen=True)
class Clock:
    kind: ClockKind
    due: date | datetime
    late: bool = False


class Holder(Code):
    """Who has a task in hand, or had it."""

    YOU = "you"
    COLLEAGUE = "colleague"
    NOBODY = "nobody"


@dataclass(frozen=True, kw_only=True)
class InboxLine:
    number: str
    href: str
    item: str
    state: DeskState
    clock: Clock | None
    card: Card | None = None
    holder: Holder = Holder.NOBODY
    claim: Form | None = None


@dataclass(frozen=True, kw_only=True)
class Inbox(View):
    """Late first. The filter is a GET form: `item`."""

    template: ClassVar = "pages/inbox.html"

    post: str
    tabs: tuple[Tab, ...]
    items: tuple[Option, ...]
    filters: Form
    lines: tuple[InboxLine, ...]
    pages: Pages = ONE_PAGE


class Decision(Code):
    """Each is a form of its own on the case page; the fields are named in its template."""

    CLAIM = "claim"
    RECEIVE = "receive"
    ACCEPT = "accept"
    REFUSE_TO_ACCEPT = "refuse_to_accept"
    SUPPLEMENT = "supplement"
    SPECIAL = "special"
    END_SPECIAL = "end_special"
    APPROVE = "approve"
    REFUSE = "refuse"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A decision this clerk may take now; what opens it and where it goes. `open` after an answer with flaws."""

    decision: Decision
    form: Form

    @property
    def open(self) -> bool:
        return bool(self.form.flaws)


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """What was asked of another department under a grant, and what it answered."""

    register: str
    department: str | None
    at: datetime | None
    facts: tuple[Fact, ...]
    trouble: str | None = None
    retry: Form | None = None


@dataclass(frozen=True, kw_only=True)
class StaffCase(View):
    """`supplement_rows`: how many things a clerk can ask for at once; the law lets them ask only once."""

    template: ClassVar = "pages/staff_case.html"

    number: str
    item: str
    applicant: str
    state: DeskState
    card: Card | None
    clock: Clock | None
    promised: Limit | None
    statutory: Limit | None
    excluded: tuple[Excluded, ...]
    answers: tuple[Fact, ...]
    exchanges: tuple[Exchange, ...]
    notes: tuple[Note, ...]
    stages: tuple[Stage, ...]
    choices: tuple[Choice, ...]
    refusal_grounds: tuple[Option, ...]
    special_kinds: tuple[Option, ...]
    askable: tuple[Option, ...]
    """Answers of the form that this desk may ask to be given anew."""
    inbox_at: str
    next: Link | None = None
    supplement_rows: int = 3


@dataclass(frozen=True, kw_only=True)
class WorkOrderLine:
    number: str
    href: str
    item: str
    level: Level
    state: WorkOrderState
    opened_on: date
    due: date


@dataclass(frozen=True, kw_only=True)
class WorkOrders(View):
    template: ClassVar = "pages/work_orders.html"

    tabs: tuple[Tab, ...]
    orders: tuple[WorkOrderLine, ...]
    pages: Pages = ONE_PAGE


@dataclass(frozen=True, kw_only=True)
class WorkOrderPage(View):
    """A bad rating to be put right: what was said, the case, the answer. Field `answer`."""

    template: ClassVar = "pages/work_order.html"

    item: str
    case_number: str
    level: Level
    reasons: tuple[str, ...]
    words: str | None
    state: WorkOrderState
    opened_at: datetime
    due: date
    late: bool
    form: Form
    answer: str | None = None
    answered_at: datetime | None = None


class StaffRole(Code):
    """What a staff member's account may do; the same names as in the tokens."""

    CLERK = "clerk"
    COUNTER = "counter"
    EDITOR = "catalog-editor"
    REVIEWER = "catalog-reviewer"
    DATA = "data-officer"
    SUPERVISOR = "supervisor"
    OPERATOR = "operator"


@dataclass(frozen=True, kw_only=True)
class Desk(View):
    """Of staff who have neither an inbox nor operations: what they do, and where."""

    template: ClassVar = "pages/desk.html"

    roles: tuple[Code | str, ...]
