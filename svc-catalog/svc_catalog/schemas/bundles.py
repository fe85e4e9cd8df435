"""Bundles, as written and as answered."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from chassis.identifiers import CreditCode
from chassis.schemas import Answer, Body, example
from svc_catalog.schemas.elements import NO_LIMIT, Answers, Faq, GuidingQuestion, Place, Result, TimeLimit
from svc_catalog.schemas.items import OfferOut
from svc_catalog.schemas.words import English, Line, Name, Served, Slug, Text

Count = Annotated[int, Field(ge=0, le=10_000)]
Code = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[0-9A-Za-z-]+$")]


class BranchIn(Body):
    branch: Code = Field(description="The branch's code within the bundle, as the process names it")
    item: Code = Field(description="The item's implementation code or its short code")
    needs: list[Code] = Field(default=[], max_length=30, description="Branches of which one must be granted first")


class BeforeAfter(Body):
    """What the bundle spares: before and after."""

    days: tuple[Count, Count]
    visits: tuple[Count, Count]
    documents: tuple[Count, Count]
    steps: tuple[Count, Count]


class Implication(Body):
    """Answers that follow from others."""

    given: Answers
    then: Answers


class BundleIn(Body):
    model_config = example(
        {
            "name": "新生儿出生一件事",
            "summary": "孩子出生后的五件事，一次填写，一起办好。",
            "served": ["1"],
            "lead_department": "11440199MB2Y00021X",
            "lead_department_name": "云溪市政务服务和数据管理局",
            "process": "newborn",
            "branches": [
                {"branch": "birth-certificate", "item": "birth-certificate"},
                {"branch": "birth-registration", "item": "birth-registration", "needs": ["birth-certificate"]},
            ],
            "promised_limit": {"amount": 5, "unit": "working-days"},
        }
    )
    name: Name
    summary: Text = ""
    life_event: Line = ""
    audience: Line = ""
    served: list[Served] = Field(min_length=1, max_length=6)
    themes_person: list[Line] = Field(default=[], max_length=30)
    themes_legal: list[Line] = Field(default=[], max_length=30)
    lead_department: CreditCode
    lead_department_name: Name
    process: Slug | None = Field(default=None, description="The process definition that handles it; none: a guide only")
    branches: list[BranchIn] = Field(min_length=1, max_length=30)
    promised_limit: TimeLimit = NO_LIMIT
    before_after: BeforeAfter | None = None
    keywords: list[Line] = Field(default=[], max_length=60)
    places: list[Place] = Field(default=[], max_length=60)
    questions: list[GuidingQuestion] = Field(default=[], max_length=30)
    implied: list[Implication] = Field(default=[], max_length=30)
    faqs: list[Faq] = Field(default=[], max_length=60)
    english: English = Field(default={})


class BundleVersionOut(Answer):
    code: str
    version: int
    state: str = Field(description="draft, published, superseded or withdrawn")
    revision: int
    name: str
    edited_by: str
    published_at: datetime | None
    ended_at: datetime | None


class BundleOfferOut(OfferOut):
    life_event: str
    before_after: BeforeAfter | None


class BranchOut(Answer):
    branch: str
    item_code: str
    slug: str | None
    name: str
    short_name: str
    summary: str
    department: str
    department_name: str
    result: Result
    statutory_limit: TimeLimit
    promised_limit: TimeLimit
    needs: list[str]
    offered: bool = Field(description="False when the item has been withdrawn since")


class BundleOut(Answer):
    code: str
    version: int
    name: str
    summary: str
    life_event: str
    audience: str
    served: list[str]
    themes_person: list[str]
    themes_legal: list[str]
    lead_department: str
    lead_department_name: str
    process: str | None
    departments: int
    branches: list[BranchOut]
    promised_limit: TimeLimit
    before_after: BeforeAfter | None
    keywords: list[str]
    places: list[Place]
    questions: list[GuidingQuestion]
    implied: list[Implication]
    faqs: list[Faq]
    english: English
    published_at: datetime | None
