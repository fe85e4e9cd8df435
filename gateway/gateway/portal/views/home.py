"""Home: search first; for a person signed in, what waits for them comes before everything else."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from gateway.portal.views.codes import Code, State
from gateway.portal.views.parts import CaseRef, Money, View


class Way(Code):
    """The seven ways to browse (国办函〔2016〕108号)."""

    NATURE = "nature"
    SERVED_GROUP = "served_group"
    BODY = "body"
    THEME = "theme"
    LEVEL = "level"
    FORM = "form"
    JURISDICTION = "jurisdiction"


class WaitingFor(Code):
    AGREE = "agree"
    SUPPLEMENT = "supplement"
    PAY = "pay"
    PICK_UP = "pick_up"
    SEND_IN = "send_in"
    RATE = "rate"
    FINISH = "finish"
    SETTLE = "settle"


@dataclass(frozen=True, kw_only=True)
class LifeEvent:
    """A bundle (一件事): one form instead of several."""

    name: str
    href: str
    departments: int
    forms: int
    visits: int | None
    """None where nobody has counted."""


@dataclass(frozen=True, kw_only=True)
class Service:
    name: str
    department: str
    href: str


@dataclass(frozen=True)
class Browse:
    way: Way
    href: str


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Something only this person can do. `what` names it; `why` is the asker's own sentence."""

    kind: WaitingFor
    what: str
    href: str
    why: str | None = None
    case: CaseRef | None = None
    due: date | None = None
    amount: Money | None = None


@dataclass(frozen=True, kw_only=True)
class UnderWay:
    title: str
    href: str
    state: State
    number: str | None = None
    submitted_on: date | None = None
    departments: int | None = None
    departments_done: int | None = None


@dataclass(frozen=True, kw_only=True)
class Past:
    title: str
    href: str
    state: State
    closed_on: date


@dataclass(frozen=True, kw_only=True)
class Reminder:
    """`what` is a whole sentence, with its day."""

    what: str
    on: date
    href: str | None = None


@dataclass(frozen=True, kw_only=True)
class Home(View):
    template: ClassVar = "pages/home.html"

    life_events: tuple[LifeEvent, ...]
    hot: tuple[Service, ...]
    ways: tuple[Browse, ...]


@dataclass(frozen=True, kw_only=True)
class MyHome(View):
    template: ClassVar = "pages/my_home.html"

    given_name: str
    waiting: tuple[Waiting, ...]
    under_way: tuple[UnderWay, ...]
    past: tuple[Past, ...]
    reminders: tuple[Reminder, ...]
    life_events: tuple[LifeEvent, ...]
    last_look: tuple[str, str, datetime] | None = None
    """Who looked at my data last: department, what, when."""
