"""URLs of applications. All of them are a person's own."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Response, status

from chassis.access import Caller, requires
from chassis.database import Session
from chassis.problems import NotFound, PreconditionFailed, problems
from chassis.routing import TransactionalRoute
from contracts.claims import Kind
from svc_workflow import clock
from svc_workflow.errors import AgreementUnderWay, ItemIsWithdrawn, NotADraft, StillAsking
from svc_workflow.models import Application, Step
from svc_workflow.queries.drafts import Draft, read_draft
from svc_workflow.schemas.applications import (
    AgreementOut,
    ApplicationChange,
    ApplicationIn,
    ApplicationLine,
    ApplicationOut,
    ChildOut,
    DraftTaskOut,
    PrefillOut,
)
from svc_workflow.use_cases import applications

router = APIRouter(prefix="/applications", tags=["applications"], route_class=TransactionalRoute)
Applicant = Annotated[Caller, requires("workflow:application:write", kinds=(Kind.PERSON,))]


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    summary="Start an application",
    responses=problems(ItemIsWithdrawn),
)
async def start_application(
    body: ApplicationIn, applicant: Applicant, session: Session, response: Response
) -> ApplicationOut:
    """Opens a draft and asks the departments at once for what they know already."""
    application = await applications.start(session, applicant.person_id, body.bundle_code)
    response.headers["location"] = f"/applications/{application.id}"
    return await _answer(session, application, response)


@router.get("", summary="My drafts", responses=problems())
async def list_applications(applicant: Applicant, session: Session) -> list[ApplicationLine]:
    """What was begun and neither handed in nor thrown away, newest first."""
    found = await applications.my_applications(session, applicant.person_id)
    return [ApplicationLine.model_validate(each) for each in found]


@router.get("/{application_id}", summary="One of my applications", responses=problems(NotFound))
async def read_application(
    application_id: UUID, applicant: Applicant, session: Session, response: Response
) -> ApplicationOut:
    """Answers, what the departments answered, the list of tasks, and what is missing."""
    return await _answer(session, await applications.mine(session, application_id, applicant.person_id), response)


@router.patch(
    "/{application_id}",
    summary="Keep some answers",
    responses=problems(NotFound, NotADraft, StillAsking, PreconditionFailed),
)
async def change_application(
    application_id: UUID,
    body: ApplicationChange,
    applicant: Applicant,
    session: Session,
    response: Response,
    if_match: Annotated[str | None, Header(max_length=80)] = None,
) -> ApplicationOut:
    """Partial: send one page's answers. With `If-Match` a change made elsewhere meanwhile is not overwritten."""
    application = await applications.change(session, application_id, applicant.person_id, body, if_match)
    return await _answer(session, application, response)


@router.delete(
    "/{application_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Throw a draft away",
    responses=problems(NotFound, NotADraft),
)
async def discard_application(application_id: UUID, applicant: Applicant, session: Session) -> None:
    """The answers are erased at once."""
    await applications.discard(session, application_id, applicant.person_id)


@router.post(
    "/{application_id}/agreement",
    status_code=status.HTTP_202_ACCEPTED,
    summary="Ask the other parent",
    responses=problems(NotFound, NotADraft, StillAsking, AgreementUnderWay),
)
async def ask_agreement(
    application_id: UUID, applicant: Applicant, session: Session, response: Response
) -> ApplicationOut:
    """The person whom the register names finds the question under what waits for them."""
    application = await applications.ask_agreement(session, application_id, applicant.person_id)
    return await _answer(session, application, response)


@router.post(
    "/{application_id}/prefills",
    status_code=status.HTTP_202_ACCEPTED,
    summary="Ask the departments again",
    responses=problems(NotFound, NotADraft),
)
async def ask_prefills_again(
    application_id: UUID, applicant: Applicant, session: Session, response: Response
) -> ApplicationOut:
    """Only those that could not answer are asked again."""
    application = await applications.prefill_again(session, application_id, applicant.person_id)
    return await _answer(session, application, response)


async def _answer(session: Session, application: Application, response: Response) -> ApplicationOut:
    await session.flush()
    draft = await read_draft(session, application)
    response.headers["etag"] = applications.etag(application)
    kept_until = clock.day_of(application.changed_at + timedelta(days=draft.form.kept_days))
    prefills = [(resource, draft.prefill(resource)) for resource in draft.form.prefills]
    return ApplicationOut(
        id=application.id,
        bundle_code=application.bundle_code,
        title=application.title,
        state=application.state,
        started_at=application.started_at,
        changed_at=application.changed_at,
        kept_until=kept_until,
        child=None if application.child is None else ChildOut(**application.child),
        answers=draft.answers,
        prefills=[_prefill(resource, step) for resource, step in prefills if step is not None],
        agreement=_agreement(draft),
        tasks=[DraftTaskOut(code=code, state=state.value) for code, state in draft.standing.tasks().items()],
        missing=draft.standing.missing,
    )


def _prefill(resource: str, step: Step) -> PrefillOut:
    result = step.result or {}
    return PrefillOut(
        resource=resource,
        state="waiting" if step.state == "waiting" else "done" if step.state == "done" else "failed",
        exchange_id=result.get("exchange_id"),
        records=result.get("records"),
        record_keys=result.get("record_keys", []),
        source_name=result.get("source_name"),
        reason=step.reason,
    )


def _agreement(draft: Draft) -> AgreementOut:
    consent = draft.consent
    return AgreementOut(
        needed=draft.agreement_needed,
        state=draft.agreement.value,
        person_id=None if consent is None else (consent.result or {}).get("person_id"),
        asked_at=None if consent is None else consent.asked_at,
        answered_at=None if consent is None else consent.answered_at,
    )
