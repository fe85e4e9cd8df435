"""A form: its fields and who receives each, what is fetched beforehand, who must agree."""

from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from contracts.events.catalog import Limit

FieldKind = Literal["name", "choice", "code", "place", "id", "phone", "image", "text"]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FormField(Part):
    kind: FieldKind
    task: str = Field(description="The task of the applicant's list that the field belongs to")
    required: bool = True
    choices: tuple[str, ...] = ()
    needs: dict[str, str] = Field(default={}, description="Choice: the resource that must have a record for it")
    recipients: tuple[str, ...] = Field(
        default=(), description="Branches whose part of the sealed form holds the value"
    )
    engine: bool = Field(default=False, description="A code or an identifier that the process may know")


class Agreement(Part):
    """Another person must agree, when the resource has a record that names them."""

    resource: str
    field: str
    title: str


class Form(Part):
    bundle: str
    subject: str = Field(description="The resource whose record is the person it is about")
    prefills: tuple[str, ...]
    agreement: Agreement | None
    shares: dict[str, tuple[str, ...]] = Field(
        default={}, description="Branch: the resources, or single fields of them, that it is shown besides its answers"
    )
    kept_days: int = Field(ge=1, description="Days after which an untouched application is thrown away")
    acceptance_limit: Limit = Field(description="From receipt; without a word until then a branch counts as accepted")
    reply_limit: Limit = Field(description="What an applicant has to answer a supplement")
    fields: dict[str, FormField]

    @property
    def tasks(self) -> tuple[str, ...]:
        """The applicant's list, in order."""
        return ("child", *dict.fromkeys(field.task for field in self.fields.values()))

    def fields_of(self, branch: str) -> list[str]:
        return [name for name, field in self.fields.items() if branch in field.recipients]


@cache
def form_of(bundle: str) -> Form | None:
    """The form of a bundle; None when there is none."""
    source = files("svc_workflow.forms") / f"{bundle}.json"
    return Form.model_validate_json(source.read_bytes()) if source.is_file() else None


@cache
def every_form() -> tuple[Form, ...]:
    found = (form_of(file.name.removesuffix(".json")) for file in files("svc_workflow.forms").iterdir())
    return tuple(form for form in found if form is not None)
