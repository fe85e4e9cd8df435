"""URLs of applications. All of them are a person's own."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Response, status

from chassis.access import Caller, requires
from chassis.database import Session
from chassis.problems import NotFound, PreconditionFailed, problems
from chassis.routing import TransactionalRoute
from contracts.claims import Kind
from svc_workflow.errors import AgreementUnderWay, ItemIsWithdrawn, NotADraft, StillAsking
from svc_workflow.queries.application_pages import etag, shown
from svc_workflow.queries.drafts import Draft
from svc_workflow.schemas.applications import (
    ApplicationChange,
    ApplicationIn,
    ApplicationLine,
    ApplicationOut,
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
    draft = await applications.start(session, applicant.person_id, body.bundle_code)
    response.headers["location"] = f"/applications/{draft.application.id}"
    return _answer(draft, response)


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
    return _answer(await applications.look(session, application_id, applicant.person_id), response)


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
    draft = await applications.change(session, application_id, applicant.person_id, body, if_match)
    return _answer(draft, response)


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
    draft = await applications.ask_agreement(session, application_id, applicant.person_id)
    return _answer(draft, response)


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
    draft = await applications.prefill_again(session, application_id, applicant.person_id)
    return _answer(draft, response)


def _answer(draft: Draft, response: Response) -> ApplicationOut:
    response.headers["etag"] = etag(draft.application.version)
    return ApplicationOut.model_validate(shown(draft))
