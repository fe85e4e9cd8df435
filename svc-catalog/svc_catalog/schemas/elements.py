"""The elements of a service item (实施清单; GB/T 39046-2020, table 4) and what its guide is made of."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from chassis.identifiers import CreditCode
from chassis.schemas import Body, example
from contracts.events.catalog import Limit, LimitUnit
from svc_catalog.schemas.words import (
    BodyKind,
    BodyName,
    CaseKind,
    Channel,
    Division,
    English,
    ImplementationCode,
    Kind,
    Level,
    Line,
    Name,
    Phones,
    Served,
    Short,
    Slug,
    StructuredCode,
    Text,
)


class TimeLimit(Body):
    """A time limit (办结时限) in its unit; unit `none`: there is none."""

    amount: int = Field(default=0, ge=0, le=36500)
    unit: LimitUnit | Literal["none"]
    note: Line = ""

    @property
    def limit(self) -> Limit | None:
        return None if self.unit == "none" else Limit(amount=self.amount, unit=LimitUnit(self.unit))


NO_LIMIT = TimeLimit(unit="none")


class Source(StrEnum):
    """Where a material comes from: what is shared, or held as a licence, is not asked again."""

    SHARED = "shared"
    LICENCE = "licence"
    FORM = "form"
    APPLICANT = "applicant"


Answers = Annotated[dict[Line, Line], Field(max_length=40)]
"""Guiding questions' codes and the values chosen."""


class Material(Body):
    """One of the materials of an application (申请材料)."""

    code: Line
    name: Name
    source: Source = Source.APPLICANT
    issuer: Line = ""
    issued_within: Line = Field(default="", description="How recent it must be (出具时间要求)")
    grade: Literal["A", "B", "C", "D", ""] = Field(default="", description="Trust grade")
    originals: int = Field(default=0, ge=0, le=99)
    copies: int = Field(default=0, ge=0, le=99)
    required: bool = True
    resource: Line = Field(default="", description="The data resource, when shared")
    licence: Line = Field(default="", description="The kind of licence, when a licence")
    note: Text = ""
    promise: bool = Field(default=False, description="Whether a signed promise may stand for it (告知承诺)")
    when: Answers = Field(default={}, description="Needed only when the guiding questions were answered so")


class SpecialProcedure(Body):
    """Time that does not count (特别程序)."""

    kind: Literal["1", "2"] = Field(description="GB/T 39046 A.7: 1 extension, 2 other")
    name: Name
    basis: Line = ""
    amount: int = Field(default=0, ge=0, le=36500)
    unit: LimitUnit | Literal["none"] = "none"


class Result(Body):
    name: Line = ""
    kind: Literal["licence", "document", "card", "payment", "other"] = "other"
    licence: Line = Field(default="", description="The kind of licence, when a licence")


class Fee(Body):
    charged: bool = False
    amount: int = Field(default=0, ge=0, le=10**12, description="Cents")
    basis: Line = ""
    note: Line = ""


class Place(Body):
    """Where the window is; `hall` is the city's code of the hall."""

    hall: Line = ""
    name: Line = ""
    address: Line = ""
    hours: Line = ""
    phone: Line = ""


class Faq(Body):
    question: Line
    answer: Text


class Option(Body):
    value: Short
    text: Line
    note: Text = ""
    stop: Text = Field(default="", description="This is not the right way for such a case: what to do instead")
    drops: list[Line] = Field(default=[], max_length=30, description="Branches of a bundle that are not needed then")


class GuidingQuestion(Body):
    code: Short
    text: Line
    hint: Line = ""
    only_if: Answers = Field(default={}, description="Asked only after these answers")
    options: list[Option] = Field(min_length=2, max_length=30)


class Elements(Body):
    """What an item says. Imported items are held to this; edited ones to `ItemIn`."""

    implementation_code: StructuredCode
    slug: Slug | None = None
    name: Name
    short_name: Line = ""
    summary: Text = ""
    kind: Kind
    level: Level
    department: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{18}$")]
    department_name: BodyName
    body_kind: BodyKind = "1"
    division: Division
    co_departments: list[Line] = Field(
        default=[], max_length=30, description="Credit codes, or words where none is known"
    )
    legal_basis: Text = ""
    authority: Text = Field(default="", description="Division of powers (权限划分)")
    exercise: Text = Field(default="", description="What the body does (行使内容)")
    case_kind: CaseKind = "2"
    statutory_limit: TimeLimit = NO_LIMIT
    promised_limit: TimeLimit = NO_LIMIT
    special_procedures: list[SpecialProcedure] = Field(default=[], max_length=20)
    conditions: list[Text] = Field(default=[], max_length=60)
    procedure: list[Text] = Field(default=[], max_length=60)
    intermediaries: Line = ""
    quantity_limit: Line = ""
    result: Result = Result()
    fee: Fee = Fee()
    cross_region: Literal["", "全国", "跨省", "跨市", "跨县"] = ""
    served: list[Served] = Field(min_length=1, max_length=6)
    themes_person: list[Line] = Field(default=[], max_length=30)
    themes_legal: list[Line] = Field(default=[], max_length=30)
    channels: list[Channel] = Field(default=[], max_length=5)
    visits: int | None = Field(default=None, ge=0, le=20, description="How often one must come in person")
    bookable: bool = False
    payable_online: bool = False
    courier: bool = False
    online: bool = False
    online_at: Line = Field(default="", description="Address or system where it is handled online")
    places: list[Place] = Field(default=[], max_length=60)
    hours: Line = ""
    consult_phone: Phones = ""
    complaint_phone: Phones = ""
    keywords: list[Line] = Field(default=[], max_length=60, description="What people call it")
    materials: list[Material] = Field(default=[], max_length=200)
    questions: list[GuidingQuestion] = Field(default=[], max_length=20)
    faqs: list[Faq] = Field(default=[], max_length=60)
    english: English = Field(default={})

    @property
    def base_code(self) -> str:
        """The item in the national list (基本编码)."""
        return self.implementation_code[19:31]


class ItemIn(Elements):
    """An item as an editor writes it: check digits and codes must agree."""

    model_config = example(
        {
            "implementation_code": "11440199MB2Y00056G3449907002000",
            "slug": "birth-registration",
            "name": "出生登记（国内出生）",
            "kind": "07",
            "level": "3",
            "department": "11440199MB2Y00056G",
            "department_name": "云溪市公安局",
            "division": "440199",
            "served": ["1"],
            "statutory_limit": {"amount": 15, "unit": "working-days"},
            "promised_limit": {"amount": 3, "unit": "working-days"},
            "materials": [{"code": "birth-certificate", "name": "出生医学证明", "source": "licence"}],
            "english": {"出生登记（国内出生）": "Birth registration", "出生医学证明": "Birth certificate"},
        }
    )
    implementation_code: ImplementationCode
    department: CreditCode
    legal_basis: Annotated[Text, StringConstraints(max_length=1000)] = ""
