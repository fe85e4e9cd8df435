"""Finding a service and reading what it asks: search results, the guide of one item, the guide of a bundle."""

from dataclasses import dataclass
from typing import ClassVar

from gateway.portal.views.codes import Code
from gateway.portal.views.home import Way
from gateway.portal.views.names import Channel
from gateway.portal.views.parts import ONE_PAGE, Form, Limit, Money, Option, Pages, View


@dataclass(frozen=True)
class FacetValue:
    words: Code | str
    href: str
    count: int
    chosen: bool = False


@dataclass(frozen=True)
class Facet:
    name: Way
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, kw_only=True)
class Found:
    name: str
    href: str
    department: str
    bundle: bool = False
    departments: int = 1
    promised: Limit | None = None
    online: bool = False


@dataclass(frozen=True, kw_only=True)
class SearchResults(View):
    template: ClassVar = "pages/search.html"

    query: str
    total: int
    results: tuple[Found, ...]
    exact: bool = True
    """False: nothing contains the words; these are the nearest names."""
    facets: tuple[Facet, ...] = ()
    suggestions: tuple[str, ...] = ()
    pages: Pages = ONE_PAGE


class MaterialFrom(Code):
    """Where a material comes from: what is known or shared is not asked again."""

    SHARED = "shared"
    LICENCE = "licence"
    FORM = "form"
    PROMISE = "promise"
    APPLICANT = "applicant"
    COURIER = "courier"

    @property
    def handed_in(self) -> bool:
        """Something that a person holds in their hand, of which originals and copies can be counted."""
        return self in (MaterialFrom.APPLICANT, MaterialFrom.COURIER)

    @property
    def spared(self) -> bool:
        """The person has nothing to bring or to sign."""
        return self in (MaterialFrom.SHARED, MaterialFrom.LICENCE, MaterialFrom.FORM)


@dataclass(frozen=True, kw_only=True)
class Material:
    """`perhaps`: whether it is needed depends on answers not yet given. `optional`: whoever has it adds it."""

    name: str
    origin: MaterialFrom
    issuer: str | None = None
    note: str | None = None
    originals: int = 0
    copies: int = 0
    perhaps: bool = False
    optional: bool = False


@dataclass(frozen=True)
class Question:
    """A guiding question; its answer narrows materials, place, fee and time."""

    name: str
    words: str
    options: tuple[Option, ...]
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class Hall:
    name: str
    address: str
    hours: str
    phone: str | None = None
    book_at: str | None = None


@dataclass(frozen=True, kw_only=True)
class Guide(View):
    """`answered`: every guiding question has an answer, so the lists below are this person's own. `stop`: this is not their way."""

    template: ClassVar = "pages/guide.html"

    name: str
    department: str
    summary: str
    questions: tuple[Question, ...]
    form: Form
    answered: bool
    materials: tuple[Material, ...]
    halls: tuple[Hall, ...]
    channels: tuple[Channel | str, ...]
    fee: Money | None
    fee_basis: str | None
    promised: Limit
    statutory: Limit
    result: str
    conditions: tuple[str, ...]
    steps: tuple[str, ...]
    legal_basis: tuple[str, ...]
    asked_often: tuple[tuple[str, str], ...]
    phone: str
    complaints_phone: str
    apply_at: str | None = None
    stop: str | None = None
    notes: tuple[str, ...] = ()
    implementation_code: str


@dataclass(frozen=True, kw_only=True)
class BundlePart:
    department: str
    gives: str
    promised: Limit | None = None
    after: str | None = None


@dataclass(frozen=True, kw_only=True)
class Saved:
    """What the bundle spares, before and after."""

    days: tuple[int, int]
    visits: tuple[int, int]
    documents: tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class BundleGuide(View):
    template: ClassVar = "pages/bundle.html"

    name: str
    summary: str
    parts: tuple[BundlePart, ...]
    saved: Saved | None
    questions: tuple[Question, ...]
    form: Form
    answered: bool
    materials: tuple[Material, ...]
    fee: Money | None
    fee_note: str | None
    promised: Limit
    minutes: int
    stop: str | None = None
    notes: tuple[str, ...] = ()
    asked_often: tuple[tuple[str, str], ...] = ()
    halls: tuple[Hall, ...] = ()
    start_at: str | None
    resume_at: str | None = None
    phone: str
