"""An application as it stands: answers opened, departments' answers beside them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.steps import Capability
from svc_workflow import sealed, steps
from svc_workflow.forms import Form, form_of
from svc_workflow.models import Application, Step
from svc_workflow.rules.applications import AgreementState, Standing, agreement_of

ANSWERS = "application.answers"


@dataclass(frozen=True)
class Draft:
    application: Application
    form: Form
    answers: dict[str, Any]
    steps: list[Step]

    def prefill(self, resource: str) -> Step | None:
        """The newest query of a resource."""
        queries = (step for step in reversed(self.steps) if step.capability == Capability.SHARING_QUERY)
        return next((step for step in queries if step.arguments.get("resource") == resource), None)

    @property
    def unanswered(self) -> list[str]:
        """Resources that have not answered, or could not."""
        asked = {resource: self.prefill(resource) for resource in self.form.prefills}
        return [resource for resource, step in asked.items() if step is None or step.state != "done"]

    def has_records(self, resource: str) -> bool:
        step = self.prefill(resource)
        return step is not None and step.state == "done" and bool((step.result or {}).get("records"))

    def impossible(self) -> list[str]:
        """Answers that need a record of a register which has none."""
        fields = {name: field for name, field in self.form.fields.items() if self.answers.get(name) in field.needs}
        return [name for name, field in fields.items() if not self.has_records(field.needs[self.answers[name]])]

    @property
    def consent(self) -> Step | None:
        asked = (step for step in reversed(self.steps) if step.capability == Capability.IDENTITY_CONSENT)
        return next(asked, None)

    @property
    def agreement(self) -> AgreementState:
        return agreement_of(None if self.consent is None else self.consent.state)

    @property
    def agreement_needed(self) -> bool | None:
        """Whether the register names another person. None as long as it has not answered, or could not."""
        if self.form.agreement is None:
            return False
        register = self.prefill(self.form.agreement.resource)
        if register is None or register.state != "done":
            return None
        return self.has_records(self.form.agreement.resource)

    @property
    def standing(self) -> Standing:
        return Standing(
            form=self.form,
            child_chosen=self.application.child is not None,
            answered=self.answers.keys(),
            agreement=self.agreement,
            agreement_needed=self.agreement_needed,
        )


async def read_draft(session: AsyncSession, application: Application) -> Draft:
    form = form_of(application.bundle_code)
    if form is None:
        raise LookupError(f"no form of {application.bundle_code}")
    answers = {}
    if application.answers is not None and application.data_key is not None:
        answers = sealed.unseal(application.data_key, application.id, ANSWERS, application.answers)
    return Draft(application, form, answers, await steps.steps_of(session, application.id))
