"""The city's service items (事项) with the elements of GB/T 39046-2020, table 4, and its life-event bundles (一件事)."""

from dataclasses import dataclass, field
from typing import Any

from demo.city.bodies import department
from demo.city.files import DATA, document
from demo.city.model import Department

CITY, CITY_LEVEL = "440199", "3"
STATUTORY_BODY = "1"
HOTLINE = "0199-12345"
HALL_HOURS = "周一至周五 9:00-12:00，13:30-17:00"


@dataclass(frozen=True)
class Limit:
    """A time limit (办结时限)."""

    amount: int
    unit: str
    """working-days, natural-days, hours or none."""
    note: str = ""


@dataclass(frozen=True)
class Material:
    """One of an item's materials (申请材料)."""

    code: str
    name: str
    source: str
    """Where it comes from: shared (another department's data), licence, form (an answer) or applicant (a paper)."""
    issuer: str
    grade: str
    """Trust grade A to D."""
    originals: int
    copies: int
    required: bool = True
    resource: str = ""
    """The data resource, when shared."""
    licence: str = ""
    """The kind of licence, when a licence."""
    note: str = ""
    promise: bool = False
    """Whether a signed promise may stand for it (告知承诺)."""
    when: dict[str, str] = field(default_factory=dict)
    """Only needed when the guiding questions were answered so."""


@dataclass(frozen=True)
class SpecialProcedure:
    """Time that does not count (特别程序)."""

    kind: str
    """GB/T 39046 A.7."""
    name: str
    basis: str
    amount: int
    unit: str


@dataclass(frozen=True)
class Result:
    name: str
    kind: str
    """licence, document, card or payment."""
    licence: str = ""


@dataclass(frozen=True)
class Fee:
    """Cents; `charged` false: free."""

    charged: bool = False
    amount: int = 0
    basis: str = ""
    note: str = ""


@dataclass(frozen=True)
class Question:
    question: str
    answer: str


@dataclass(frozen=True)
class Item:
    """Codes as in annex A of the standard. Departments are named by their key in `departments.csv`."""

    code: str
    name: str
    department: str
    base_code: str
    kind: str
    summary: str
    legal_basis: str
    exercise: str
    case_kind: str
    statutory: Limit
    promised: Limit
    conditions: tuple[str, ...]
    procedure: tuple[str, ...]
    result: Result
    served: tuple[str, ...]
    channels: tuple[str, ...]
    keywords: tuple[str, ...]
    materials: tuple[Material, ...]
    faqs: tuple[Question, ...]
    short_name: str = ""
    authority: str = "市级行使。"
    body_kind: str = STATUTORY_BODY
    co_departments: tuple[str, ...] = ()
    special_procedures: tuple[SpecialProcedure, ...] = ()
    fee: Fee = Fee()
    cross_region: str = ""
    themes_person: tuple[str, ...] = ()
    themes_legal: tuple[str, ...] = ()
    places: tuple[str, ...] = ("440199-H01",)
    quantity_limit: str = ""
    bookable: bool = False
    payable_online: bool = False
    courier: bool = False
    online: bool = True
    level: str = CITY_LEVEL
    division: str = CITY
    hours: str = HALL_HOURS
    complaint_phone: str = HOTLINE

    @property
    def body(self) -> Department:
        return department(self.department)

    @property
    def implementation_code(self) -> str:
        """Credit code of the body (18), level (1), base code (12): GB/T 39554.1."""
        return f"{self.body.code}{self.level}{self.base_code}"

    @property
    def consult_phone(self) -> str:
        return self.body.phone


@dataclass(frozen=True)
class Option:
    value: str
    text: str
    note: str = ""
    stop: str = ""
    """Not for the bundle: what to do instead."""
    drops_items: tuple[str, ...] = ()


@dataclass(frozen=True)
class GuidingQuestion:
    code: str
    text: str
    options: tuple[Option, ...]
    hint: str = ""
    only_if: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Bundle:
    code: str
    name: str
    summary: str
    life_event: str
    audience: str
    served: tuple[str, ...]
    lead_department: str
    items: tuple[str, ...]
    needs: dict[str, list[str]]
    """For each item those of which it needs one that was carried out and granted."""
    promised: Limit
    before_after: dict[str, list[int]]
    keywords: tuple[str, ...]
    places: tuple[str, ...]
    questions: tuple[GuidingQuestion, ...]
    faqs: tuple[Question, ...]
    process: str = ""
    """The process definition that handles it; empty: a guide only."""
    themes_person: tuple[str, ...] = ()
    themes_legal: tuple[str, ...] = ()
    implied: tuple[dict[str, dict[str, str]], ...] = ()
    """Answers that follow from others: `if` these, `then` those."""


def items() -> list[Item]:
    files = sorted(path.name for path in (DATA / "items").glob("*.json"))
    return [_item(given) for name in files for given in document(f"items/{name}")]


def bundles() -> list[Bundle]:
    return [_bundle(document(f"bundles/{path.name}")) for path in sorted((DATA / "bundles").glob("*.json"))]


def _item(given: dict[str, Any]) -> Item:
    parts = {
        "statutory": Limit(**given["statutory"]),
        "promised": Limit(**given["promised"]),
        "result": Result(**given["result"]),
        "fee": Fee(**given.get("fee", {})),
        "materials": tuple(Material(**material) for material in given["materials"]),
        "special_procedures": tuple(SpecialProcedure(**one) for one in given.get("special_procedures", [])),
        "faqs": tuple(Question(**faq) for faq in given["faqs"]),
    }
    return Item(**{**_tuples(given), **parts})


def _bundle(given: dict[str, Any]) -> Bundle:
    parts = {
        "promised": Limit(**given["promised"]),
        "questions": tuple(_question(question) for question in given["questions"]),
        "faqs": tuple(Question(**faq) for faq in given["faqs"]),
    }
    return Bundle(**{**_tuples(given), **parts})


def _question(given: dict[str, Any]) -> GuidingQuestion:
    options = tuple(Option(**_tuples(option)) for option in given["options"])
    return GuidingQuestion(**{**given, "options": options})


def _tuples(given: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
