"""Forms as front ends are told of them."""

from pydantic import BaseModel, Field

from svc_workflow.forms import Form
from svc_workflow.forms.definition import FieldKind


class BundleFieldOut(BaseModel):
    name: str
    kind: FieldKind
    task: str = Field(description="The task of the applicant's list that it belongs to")
    required: bool
    choices: list[str] = Field(description="Of a choice")


class RecipientOut(BaseModel):
    """What one department's branch will see; nobody else sees it."""

    branch: str
    answers: list[str] = Field(description="Names of fields of the form")
    shares: list[str] = Field(description="Resources, or single fields of them, that it is shown under its grant")


class BundleFormOut(BaseModel):
    bundle_code: str
    prefills: list[str] = Field(description="Resources that are asked beforehand, so that the applicant is not")
    fields: list[BundleFieldOut]
    recipients: list[RecipientOut]

    @classmethod
    def of(cls, form: Form) -> "BundleFormOut":
        branches = dict.fromkeys([*form.shares, *(one for field in form.fields.values() for one in field.recipients)])
        return cls(
            bundle_code=form.bundle,
            prefills=list(form.prefills),
            fields=[
                BundleFieldOut(
                    name=name,
                    kind=field.kind,
                    task=field.task,
                    required=field.required,
                    choices=list(field.choices),
                )
                for name, field in form.fields.items()
            ],
            recipients=[
                RecipientOut(branch=branch, answers=form.fields_of(branch), shares=list(form.shares.get(branch, ())))
                for branch in branches
            ],
        )
