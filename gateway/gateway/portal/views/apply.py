"""The newborn application, one thing per page. Answers are kept as a draft; official facts are never an edit box."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from gateway.portal.views.codes import AgreementState, Code, TaskState
from gateway.portal.views.parts import Fact, Form, Limit, Money, Option, Source, Value, View


class Task(Code):
    CHILD = "child"
    NAME = "name"
    HOUSEHOLD = "household"
    CLINIC = "clinic"
    BANK = "bank"
    INSURANCE = "insurance"
    DELIVERY = "delivery"
    PARENT = "parent"
    CHECK = "check"


class FactName(Code):
    """Labels of what the newborn application knows or asks."""

    CHILD = "child"
    CHILD_NAME = "child_name"
    SEX = "sex"
    BORN = "born"
    BIRTH_ORDER = "birth_order"
    HOSPITAL = "hospital"
    MOTHER = "mother"
    FATHER = "father"
    MARRIAGE = "marriage"
    MOTHERS_HOUSEHOLD = "mothers_household"
    FATHERS_HOUSEHOLD = "fathers_household"
    HOUSEHOLD = "household"
    CLINIC = "clinic"
    BANK = "bank"
    INSURANCE = "insurance"
    ADDRESS = "address"
    PHONE = "phone"
    AGREEMENT = "agreement"
    SURNAME = "surname"
    GIVEN_NAME = "given_name"
    RECIPIENT = "recipient"
    DISTRICT = "district"
    STREET = "street"


class Parent(Code):
    MOTHER = "mother"
    FATHER = "father"


class Household(Code):
    """Whose household the child joins."""

    MOTHER = "mother"
    FATHER = "father"


class Another(Code):
    ADDRESS = "address"


class Promise(Code):
    """What a person puts their name to when they submit: fields `promise=true` and `promise=grants`."""

    TRUE = "true"
    GRANTS = "grants"


class Sex(Code):
    FEMALE = "female"
    MALE = "male"


class Marriage(Code):
    REGISTERED = "registered"
    NOT_REGISTERED = "not_registered"


@dataclass(frozen=True, kw_only=True)
class TaskLine:
    task: Task
    state: TaskState
    href: str | None
    answer: Value = None


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What every page of one application shares."""

    title: str
    tasks_at: str
    tasks: tuple[TaskLine, ...]
    saved_at: datetime | None = None

    def number(self, task: Task) -> int:
        return next(number for number, line in enumerate(self.tasks, 1) if line.task is task)


@dataclass(frozen=True, kw_only=True)
class ApplyStart(View):
    """Before an application is opened: what happens then."""

    template: ClassVar = "pages/apply_start.html"

    title: str
    minutes: int
    form: Form
    guide_at: str


@dataclass(frozen=True, kw_only=True)
class ApplyTasks(View):
    """`next_at`: where "go on" leads, always the next thing that this person can do."""

    template: ClassVar = "pages/apply_tasks.html"

    draft: Draft
    children: tuple[str, ...]
    minutes: int
    kept_until: date
    next_at: str | None
    discard_at: str


class ChildOrder(Code):
    """Twins and more."""

    FIRST = "1"
    SECOND = "2"
    THIRD = "3"
    FOURTH = "4"
    FIFTH = "5"


@dataclass(frozen=True)
class Child:
    """One child of this birth; twins are two."""

    order: int
    facts: tuple[Fact, ...]


@dataclass(frozen=True, kw_only=True)
class ApplyChild(View):
    template: ClassVar = "pages/apply_child.html"
    task: ClassVar = Task.CHILD

    draft: Draft
    children: tuple[Child, ...]
    parents: tuple[Fact, ...]
    form: Form
    again: Form
    unanswered: tuple[str, ...] = ()
    """Registers that have not answered yet: we go on without them and say so."""
    live_at: str | None = None
    """A stream that tells when they have, while any of them may still answer by itself."""

    @property
    def options(self) -> tuple[Option, ...]:
        """Of several children the one that this application is for."""
        return tuple(Option(str(child.order - 1), ChildOrder(str(child.order))) for child in self.children)


@dataclass(frozen=True, kw_only=True)
class ApplyName(View):
    """`surnames`: the parents' surnames, the law's usual choice; fields `surname-N` and `given-N` by birth order."""

    template: ClassVar = "pages/apply_name.html"
    task: ClassVar = Task.NAME

    draft: Draft
    orders: tuple[int, ...]
    surnames: tuple[Option, ...]
    form: Form


@dataclass(frozen=True, kw_only=True)
class ApplyChoice(View):
    """Household, clinic, bank or place of insurance: one question, its choices, and what is known about it."""

    template: ClassVar = "pages/apply_choice.html"

    draft: Draft
    task: Task
    options: tuple[Option, ...]
    form: Form
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ApplyDelivery(View):
    """`saved`: addresses used before; the value `new` opens the fields `recipient`, `district` and `street`."""

    template: ClassVar = "pages/apply_delivery.html"
    task: ClassVar = Task.DELIVERY

    draft: Draft
    saved: tuple[Option, ...]
    districts: tuple[Option, ...]
    form: Form
    phone_source: Source | None = None

    @property
    def addresses(self) -> tuple[Option, ...]:
        return (*self.saved, Option("new", Another.ADDRESS))


@dataclass(frozen=True, kw_only=True)
class ApplyParent(View):
    template: ClassVar = "pages/apply_parent.html"
    task: ClassVar = Task.PARENT

    draft: Draft
    parent: Parent
    name: str
    state: AgreementState
    form: Form
    asked_at: datetime | None = None
    answered_at: datetime | None = None
    why_declined: str | None = None
    other_ways_at: str | None = None

    @property
    def may_ask(self) -> bool:
        """While a request is open a second one would only confuse."""
        return self.state not in (AgreementState.ASKED, AgreementState.AGREED)


@dataclass(frozen=True, kw_only=True)
class Grant:
    """Who will see what and why: one sentence for each grant."""

    department: str
    what: tuple[str, ...]
    purpose: str
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class ApplyCheck(View):
    template: ClassVar = "pages/apply_check.html"

    draft: Draft
    answers: tuple[Fact, ...]
    known: tuple[Fact, ...]
    grants: tuple[Grant, ...]
    fee: Money | None
    fee_note: str | None
    promised: Limit
    form: Form
    ready: bool

    @property
    def promises(self) -> tuple[Option, ...]:
        return (Option("true", Promise.TRUE), Option("grants", Promise.GRANTS))


@dataclass(frozen=True)
class Next:
    """What happens now, in order: who does what by when."""

    who: str
    what: str
    due: date | None = None


@dataclass(frozen=True, kw_only=True)
class ApplySubmitted(View):
    template: ClassVar = "pages/apply_submitted.html"

    title: str
    number: str
    case_at: str
    submitted_at: datetime
    promised: Limit
    nexts: tuple[Next, ...]
    phone_tail: str | None
