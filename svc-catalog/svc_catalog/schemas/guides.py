"""Guides: what it takes, for everybody or for the person who answered the guiding questions."""

from typing import Literal

from pydantic import Field

from chassis.schemas import Answer, Body, example
from svc_catalog.schemas.bundles import BeforeAfter, BranchOut
from svc_catalog.schemas.elements import Answers, Faq, Material, Place, Result, TimeLimit


class AnswersIn(Body):
    model_config = example({"answers": {"parents": "married", "household": "mother"}})
    answers: Answers = Field(default={})


class OptionOut(Answer):
    value: str
    text: str
    stop: str = Field(description="Not empty: this is not the right way for such a case, and what to do instead")


class QuestionOut(Answer):
    code: str
    text: str
    hint: str
    options: list[OptionOut]
    answer: str | None = Field(description="As given")


class MaterialOut(Answer):
    material: Material
    need: Literal["yes", "perhaps"] = Field(description="perhaps: a question that decides it is not answered")
    branches: list[str] = Field(description="Which branches of the bundle want it")
    given_by: str | None = Field(description="A branch of this bundle makes it; nobody brings it")


class FeeOut(Answer):
    item: str
    name: str
    amount: int = Field(description="Cents")
    basis: str
    note: str


class GuideOut(Answer):
    code: str
    name: str
    summary: str
    questions: list[QuestionOut] = Field(description="Those to be asked, given the answers so far")
    answered: bool = Field(description="Every question has its answer: what follows is this person's own")
    stop: str | None = Field(description="This is not the right way for such a case: what to do instead")
    notes: list[str]
    materials: list[MaterialOut]
    fees: list[FeeOut]
    total_fee: int = Field(description="Cents")
    places: list[Place]
    channels: list[str] = Field(description="GB/T 39046 A.5")
    promised_limit: TimeLimit
    faqs: list[Faq]


class ItemGuideOut(GuideOut):
    department: str
    department_name: str
    statutory_limit: TimeLimit
    result: Result
    conditions: list[str]
    procedure: list[str]
    legal_basis: str
    hours: str
    consult_phone: str
    complaint_phone: str
    online: bool
    online_at: str
    courier: bool
    visits: int | None


class BundleGuideOut(GuideOut):
    process: str | None
    departments: int
    branches: list[BranchOut] = Field(description="Without those that the answers make needless")
    before_after: BeforeAfter | None
