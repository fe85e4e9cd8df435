"""What a person does before there is a case: start, answer, ask the other parent, throw away."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.held import locked
from chassis.identifiers import new_id
from chassis.outbox import emit
from chassis.problems import InvalidInput, NotFound, PreconditionFailed
from contracts.events.workflow import ApplicationDiscarded, ApplicationStarted, StepRequested
from contracts.problems import FieldProblem
from contracts.steps import Capability
from svc_workflow import clock, sealed, steps
from svc_workflow.errors import AgreementUnderWay, ItemIsWithdrawn, NotADraft, StillAsking
from svc_workflow.forms import Form, check_value, every_form, form_of
from svc_workflow.models import Application, BundleOffer, Place
from svc_workflow.queries.application_pages import etag
from svc_workflow.queries.drafts import ANSWERS, Asked, Draft, asked, find_draft, opened, read_draft
from svc_workflow.rules.applications import AgreementState, merged
from svc_workflow.schemas.applications import ApplicationChange, ChildChoice


async def start(session: AsyncSession, applicant_id: UUID, bundle_code: str) -> Draft:
    form = form_of(bundle_code)
    offer = await session.get(BundleOffer, bundle_code)
    if form is None or offer is None:
        raise InvalidInput.at("#/bundle_code", "unknown-bundle", "No such bundle is offered here")
    if offer.withdrawn:
        raise ItemIsWithdrawn(bundle_code=bundle_code)
    now, application_id = clock.now(), new_id()
    application = Application(
        id=application_id,
        applicant_id=applicant_id,
        bundle_code=bundle_code,
        title=offer.name,
        state="draft",
        data_key=sealed.new_key(application_id),
        version=1,
        started_at=now,
        changed_at=now,
    )
    session.add(application)
    emit(
        session,
        ApplicationStarted(
            application_id=application.id, applicant_id=applicant_id, bundle_code=bundle_code, title=offer.name
        ),
    )
    return opened(application, [_prefill(session, application, resource) for resource in form.prefills])


def _prefill(session: AsyncSession, application: Application, resource: str) -> Asked:
    arguments = {"resource": resource, "subject": str(application.applicant_id)}
    return _ask(session, application, Capability.SHARING_QUERY, "prefill", arguments)


def _ask(
    session: AsyncSession, application: Application, capability: Capability, why: str, arguments: dict[str, Any]
) -> Asked:
    question = StepRequested(
        request_id=new_id(),
        case_id=application.id,
        case_number=None,
        applicant_id=application.applicant_id,
        capability=capability,
        purpose=f"{application.bundle_code}/{why}",
        arguments=arguments,
    )
    return asked(steps.ask(session, question, at=clock.now()))


async def look(session: AsyncSession, application_id: UUID, applicant_id: UUID) -> Draft:
    """NotFound for everybody else."""
    draft = await find_draft(session, application_id)
    if draft is None or draft.application.applicant_id != applicant_id:
        raise NotFound()
    return draft


async def mine(session: AsyncSession, application_id: UUID, applicant_id: UUID) -> Application:
    """Locked. NotFound for everybody else."""
    application = await locked(session, Application, application_id)
    if application is None or application.applicant_id != applicant_id:
        raise NotFound()
    return application


async def my_draft(session: AsyncSession, application_id: UUID, applicant_id: UUID) -> tuple[Application, Form]:
    application = await mine(session, application_id, applicant_id)
    form = form_of(application.bundle_code)
    if application.state != "draft" or form is None:
        raise NotADraft()
    return application, form


async def change(
    session: AsyncSession, application_id: UUID, applicant_id: UUID, body: ApplicationChange, expected: str | None
) -> Draft:
    """Keep some answers. `expected`: the ETag that was read, if the caller wants to be told of changes in between."""
    application, form = await my_draft(session, application_id, applicant_id)
    if expected is not None and expected not in ("*", etag(application.version)):
        raise PreconditionFailed()
    draft = await read_draft(session, application)
    answers = draft.answers
    values, wrong = await _checked(session, form, body.answers)
    child = None if body.child is None else _child(draft, body.child, wrong)
    if wrong:
        raise InvalidInput(errors=wrong)
    if child is not None:
        application.child = child
    if values:
        answers = merged(draft.answers, values)
        application.answers = sealed.seal(application.data_key, application.id, ANSWERS, answers)
    application.version += 1
    application.changed_at = clock.now()
    return replace(draft, answers=answers)


async def _checked(
    session: AsyncSession, form: Form, answers: dict[str, Any]
) -> tuple[dict[str, Any], list[FieldProblem]]:
    values: dict[str, Any] = {}
    wrong: list[FieldProblem] = []
    for name, value in answers.items():
        pointer, field = f"#/answers/{name.replace('~', '~0').replace('/', '~1')}", form.fields.get(name)
        if field is None:
            wrong.append(FieldProblem(pointer=pointer, code="unknown-field", detail="The form has no such field"))
            continue
        values[name], problem = (None, None) if value is None else check_value(field, value, pointer)
        if problem is None and field.kind == "place" and value and await session.get(Place, values[name]) is None:
            problem = FieldProblem(pointer=pointer, code="unknown-place", detail="Not a division of this city")
        wrong += [problem] if problem else []
    return values, wrong


def _child(draft: Draft, choice: ChildChoice, wrong: list[FieldProblem]) -> dict[str, Any] | None:
    deliveries = draft.prefill(draft.form.subject)
    if deliveries is None or deliveries.state == "waiting":
        raise StillAsking()
    keys = (deliveries.result or {}).get("record_keys", [])
    if choice.record >= len(keys):
        wrong.append(FieldProblem(pointer="#/child/record", code="unknown-record", detail="There is no such record"))
        return None
    exchange_id = (deliveries.result or {})["exchange_id"]
    return {"exchange_id": exchange_id, "record": choice.record, "subject_key": keys[choice.record]}


async def ask_agreement(session: AsyncSession, application_id: UUID, applicant_id: UUID) -> Draft:
    """Ask the other parent, whom the register names. Once; again after they declined or the register failed."""
    application, form = await my_draft(session, application_id, applicant_id)
    draft = await read_draft(session, application)
    if form.agreement is None or draft.agreement in (AgreementState.ASKED, AgreementState.GIVEN):
        raise AgreementUnderWay()
    register = draft.prefill(form.agreement.resource)
    if register is None or register.state == "waiting":
        raise StillAsking()
    if not draft.agreement_needed:
        raise AgreementUnderWay()
    reference = {"exchange_id": (register.result or {})["exchange_id"], "field": form.agreement.field, "record": 0}
    arguments = {"person": reference, "asked_by": str(applicant_id), "title": form.agreement.title}
    question = _ask(session, application, Capability.IDENTITY_CONSENT, "agreement", arguments)
    application.changed_at = clock.now()
    return replace(draft, steps=[*draft.steps, question])


async def prefill_again(session: AsyncSession, application_id: UUID, applicant_id: UUID) -> Draft:
    """Ask the departments again that failed to answer."""
    application, form = await my_draft(session, application_id, applicant_id)
    draft = await read_draft(session, application)
    prefills = {resource: draft.prefill(resource) for resource in form.prefills}
    silent = [name for name, prefill in prefills.items() if prefill is None or prefill.state in ("failed", "refused")]
    return replace(draft, steps=[*draft.steps, *(_prefill(session, application, name) for name in silent)])


async def discard(session: AsyncSession, application_id: UUID, applicant_id: UUID) -> None:
    application, _ = await my_draft(session, application_id, applicant_id)
    await throw_away(session, application)


async def throw_away(session: AsyncSession, application: Application) -> None:
    """The answers are erased with their key; what was asked and not answered is called off."""
    application.state, application.data_key, application.answers = "discarded", None, None
    application.changed_at = clock.now()
    for step in await steps.steps_of(session, application.id):
        if step.state == "waiting":
            steps.call_off(session, step)
    emit(session, ApplicationDiscarded(application_id=application.id, applicant_id=application.applicant_id))


async def discard_untouched(session: AsyncSession) -> None:
    """Drafts older than their bundle's form keeps them."""
    for form in every_form():
        until = clock.now() - timedelta(days=form.kept_days)
        old = select(Application).where(
            Application.state == "draft", Application.bundle_code == form.bundle, Application.changed_at < until
        )
        some = old.order_by(Application.changed_at).limit(100).with_for_update(skip_locked=True)
        for application in (await session.execute(some)).scalars():
            await throw_away(session, application)


async def my_applications(session: AsyncSession, applicant_id: UUID) -> list[Application]:
    """Drafts, newest first; a person has a handful."""
    query = select(Application).where(Application.applicant_id == applicant_id, Application.state == "draft")
    return list((await session.execute(query.order_by(Application.id.desc()).limit(100))).scalars())
