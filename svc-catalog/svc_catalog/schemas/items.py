"""Items and their versions, as answered."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from chassis.schemas import Answer, Body, example
from svc_catalog.schemas.elements import Elements, TimeLimit
from svc_catalog.schemas.words import Line


class VersionOut(Answer):
    code: str = Field(description="Implementation code (实施编码)")
    slug: str | None
    version: int
    state: str = Field(description="draft, reviewed, scheduled, published, superseded or withdrawn")
    revision: int
    name: str
    source: str
    edited_by: str
    reviewed_by: str | None
    remark: str | None
    in_force_from: date | None
    published_at: datetime | None
    ended_at: datetime | None
    warnings: list[str]


class VersionDetailOut(VersionOut):
    elements: Elements


class ReviewIn(Body):
    model_config = example({"passed": True})
    passed: bool = True
    remark: Line = Field(default="", description="Why not, when not")


class PublicationIn(Body):
    model_config = example({"in_force_from": "2026-07-01"})
    in_force_from: date | None = Field(default=None, description="Today when not given; the day begins in the city")


class WithdrawalIn(Body):
    model_config = example({"remark": "机构调整，改由市局办理"})
    remark: Line = ""


class ItemOut(Answer):
    """A published item with all its elements."""

    code: str
    slug: str | None
    version: int
    base_code: str
    published_at: datetime | None
    warnings: list[str] = Field(description="For instance credit-code-check-digit, on imported items")
    elements: Elements
    bundles: list["BundleRefOut"] = Field(description="Life-event bundles that this item is a part of")


class BundleRefOut(Answer):
    code: str
    name: str


class OfferOut(Answer):
    """One line of a list: an item or a bundle on offer."""

    kind: str = Field(description="item or bundle")
    code: str
    slug: str | None
    version: int
    name: str
    name_en: str | None = Field(description="In English, where somebody wrote it; other texts: `GET /glossary`")
    short_name: str
    summary: str
    department: str
    department_name: str
    departments: int = Field(description="How many departments have a part in it")
    nature: str | None = Field(description="GB/T 39046 A.1; none for bundles")
    level: str | None
    jurisdiction: str | None
    served_group: list[str]
    theme: list[str]
    form: list[str]
    online: bool
    promised_limit: TimeLimit | None

    @staticmethod
    def of(row: Any) -> "OfferOut":
        return OfferOut.model_validate(row)
