"""Rating by link without a second sign-in, help, the accessibility statement."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from gateway.portal.views.codes import Code
from gateway.portal.views.parts import Form, Option, View
from gateway.portal.views.services import Hall


class Level(Code):
    """GB/T 39046 A.8: 1 very satisfied … 5 very dissatisfied."""

    VERY_SATISFIED = "1"
    SATISFIED = "2"
    FAIR = "3"
    DISSATISFIED = "4"
    VERY_DISSATISFIED = "5"


LEVELS = tuple(Option(level.value, level) for level in Level)


@dataclass(frozen=True, kw_only=True)
class RatePage(View):
    """Fields `level`, `reason` (many), `words`. `reasons` are offered for the two lowest levels."""

    template: ClassVar = "pages/rate.html"

    title: str
    number: str
    departments: tuple[str, ...]
    levels: tuple[Option, ...] = LEVELS
    reasons: tuple[Option, ...]
    form: Form


@dataclass(frozen=True, kw_only=True)
class Thanks(View):
    """After rating; a bad one says what happens next."""

    template: ClassVar = "pages/thanks.html"

    bad: bool = False


@dataclass(frozen=True, kw_only=True)
class MyWorkOrder(View):
    """What a department answered to a bad rating, for the person who rated. `form`: while they may say whether it settles it."""

    template: ClassVar = "pages/my_work_order.html"

    title: str
    level: Level
    words: str | None
    answer: str | None
    answered_at: datetime | None
    closed_at: datetime | None
    due: date
    form: Form | None


@dataclass(frozen=True, kw_only=True)
class AskedOften:
    question: str
    answer: str


@dataclass(frozen=True, kw_only=True)
class Help(View):
    template: ClassVar = "pages/help.html"

    query: str
    asked_often: tuple[AskedOften, ...]
    phone: str
    halls: tuple[Hall, ...]


@dataclass(frozen=True, kw_only=True)
class Accessibility(View):
    template: ClassVar = "pages/accessibility.html"

    checked_on: date
    phone: str
