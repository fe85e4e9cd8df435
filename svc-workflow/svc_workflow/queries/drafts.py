"""An application as it stands: answers opened, departments' answers beside them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.steps import Capability
from svc_workflow import sealed
from svc_workflow.forms import Form, form_of
from svc_workflow.models import Application, Step
from svc_workflow.queries.rows import Row, from_json
from svc_workflow.rules.applications import AgreementState, Standing, agreement_of

ANSWERS = "application.answers"


class Asked(NamedTuple):
    """What was asked of another service, and what it answered; in the order of `DRAFT`'s columns."""

    capability: str
    arguments: dict[str, Any]
    state: str
    result: dict[str, Any] | None
    reason: str | None
    asked_at: datetime
    answered_at: datetime | None


class Kept(NamedTuple):
    """An application as it was read; in the order of `DRAFT`'s columns."""

    id: UUID
    applicant_id: UUID
    bundle_code: str
    title: str
    state: str
    data_key: bytes | None
    answers: bytes | None
    child: dict[str, Any] | None
    version: int
    started_at: datetime
    changed_at: datetime


_STEP = Step.__table__.c
_STEPS = (
    select(*[_STEP[name] for name in Asked._fields])
    .where(_STEP.case_id == bindparam("case_id"))
    .order_by(_STEP.asked_at, _STEP.request_id)
)
DRAFT = f"""
select {", ".join(f"a.{name}" for name in Kept._fields)},
array(
    select row({", ".join(f"s.{name}" for name in Asked._fields)})
    from step s where s.case_id = a.id order by s.asked_at, s.request_id
) as steps
from application a
"""  # noqa: S608
"""An application `a` and all that was asked for it, oldest first."""
_BY_ID = text(f"{DRAFT} where a.id = :id")


@dataclass(frozen=True)
class Draft:
    application: Application | Kept
    form: Form
    answers: dict[str, Any]
    steps: list[Asked]

    def prefill(self, resource: str) -> Asked | None:
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
    def consent(self) -> Asked | None:
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


async def find_draft(session: AsyncSession, application_id: UUID) -> Draft | None:
    """As it stands, in one statement."""
    row = (await session.execute(_BY_ID, {"id": application_id})).mappings().one_or_none()
    return None if row is None else draft_of(row)


async def read_draft(session: AsyncSession, application: Application) -> Draft:
    """What was asked, read apart: whoever holds the application's lock hears of all that was asked before it."""
    steps = await session.execute(_STEPS, {"case_id": application.id})
    return opened(application, [Asked(*step) for step in steps])


def draft_of(row: Row) -> Draft:
    kept = Kept(*[row[name] for name in Kept._fields])
    return opened(kept._replace(child=from_json(kept.child)), [_asked(step) for step in row["steps"]])


def opened(application: Application | Kept, steps: list[Asked]) -> Draft:
    form = form_of(application.bundle_code)
    if form is None:
        raise LookupError(f"no form of {application.bundle_code}")
    answers = {}
    if application.answers is not None and application.data_key is not None:
        answers = sealed.unseal(application.data_key, application.id, ANSWERS, application.answers)
    return Draft(application, form, answers, steps)


def asked(step: Step) -> Asked:
    return Asked(*[getattr(step, name) for name in Asked._fields])


def _asked(row: Row) -> Asked:
    step = Asked(*row)
    return step._replace(arguments=from_json(step.arguments), result=from_json(step.result))
