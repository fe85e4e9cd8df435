"""The small things that many pages show. All are language-neutral: templates and texts turn them into words."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from gateway.portal.views.codes import Code


@dataclass(frozen=True, kw_only=True)
class View:
    """One page. Its template is named beside it."""

    template: ClassVar[str]
    status: ClassVar[int] = 200


@dataclass(frozen=True)
class Money:
    cents: int


class LimitUnit(Code):
    WORKING_DAYS = "working_days"
    NATURAL_DAYS = "natural_days"
    HOURS = "hours"
    INSTANT = "instant"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A time limit in its own unit; `used` and `excluded` are counted in that unit too."""

    unit: LimitUnit
    amount: int = 0
    due: date | datetime | None = None
    used: int | None = None
    excluded: int = 0
    late: bool = False

    @property
    def used_share(self) -> int:
        """Percent of the bar; excluded time lengthens the bar, it is never hidden."""
        return self._share(self.used or 0)

    @property
    def excluded_share(self) -> int:
        return min(self._share(self.excluded), 100 - self.used_share)

    def _share(self, amount: int) -> int:
        whole = self.amount + self.excluded
        return min(100, round(100 * amount / whole)) if whole else 0


@dataclass(frozen=True)
class Source:
    """Where a value was found: the register, the department that keeps it, and when we asked."""

    register: str
    department: str
    at: datetime


Value = str | Code | date | datetime | Money | Limit | None


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One line of a summary list. `wrong_at` leads to a correction request, `change_at` back to the question."""

    label: Code | str
    value: Value
    source: Source | None = None
    wrong_at: str | None = None
    change_at: str | None = None
    corrected_since: datetime | None = None


@dataclass(frozen=True)
class CaseRef:
    number: str
    title: str
    href: str


@dataclass(frozen=True)
class Link:
    words: Code | str
    href: str


@dataclass(frozen=True)
class Pages:
    """Keyset paging: there is a next and a previous page, never page 37."""

    previous_at: str | None = None
    next_at: str | None = None


ONE_PAGE = Pages()


@dataclass(frozen=True)
class Tab:
    words: Code | str
    href: str
    count: int | None = None
    current: bool = False


@dataclass(frozen=True)
class Option:
    value: str
    words: Code | str
    detail: str | None = None


class FlawCode(Code):
    MISSING = "missing"
    NOT_CHOSEN = "not_chosen"
    PHONE = "phone"
    TOO_LONG = "too_long"
    CASE_NUMBER = "case_number"
    FILE_TYPE = "file_type"
    REASON_MISSING = "reason_missing"
    NAME = "name"
    NOT_FITTING = "not_fitting"
    CODE_NOT_VALID = "code_not_valid"
    NOT_RATED = "not_rated"
    NOT_PROMISED = "not_promised"


@dataclass(frozen=True)
class Flaw:
    """What is wrong with one field, as the service said it; `given` fills the text's placeholders."""

    field: str
    code: FlawCode
    given: Mapping[str, str | int] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Form:
    """Where answers go, what was typed before, and what is wrong with it. Many answers to one name: a comma list."""

    post_at: str
    given: Mapping[str, str] = dataclasses.field(default_factory=dict)
    flaws: tuple[Flaw, ...] = ()

    def value(self, name: str) -> str:
        return self.given.get(name, "")

    def chosen(self, name: str, value: str) -> bool:
        return value in self.value(name).split(",")

    def flaw(self, name: str) -> Flaw | None:
        return next((flaw for flaw in self.flaws if flaw.field == name), None)
