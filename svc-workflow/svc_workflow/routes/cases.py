"""URLs of cases, for the people concerned."""

from typing import Annotated, cast
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response, status

from chassis.access import Caller, requires
from chassis.database import Session
from chassis.paging import PageQuery
from chassis.problems import Conflict, NotFound, Unavailable, problems
from chassis.routing import TransactionalRoute
from chassis.runtime import runtime_of
from contracts.claims import Kind, Proofing
from contracts.paging import Page
from svc_workflow.errors import (
    AlreadyApplied,
    CalendarMissing,
    ItemIsWithdrawn,
    NotADraft,
    NotAgreed,
    NothingUndecided,
    StillAsking,
    SupplementClosed,
)
from svc_workflow.queries.case_pages import page_by_number, page_for_person
from svc_workflow.queries.cases import cases_of
from svc_workflow.queries.timelines import timeline
from svc_workflow.rules import case_numbers
from svc_workflow.schemas.cases import CaseIn, CaseLine, CaseOut, Submitted, SupplementReply, Timeline
from svc_workflow.settings import WorkflowSettings
from svc_workflow.use_cases import cases, submission

router = APIRouter(prefix="/cases", tags=["cases"], route_class=TransactionalRoute)
PEOPLE = (Kind.PERSON,)
Applicant = Annotated[Caller, requires("workflow:case:submit", kinds=PEOPLE, proofing=Proofing.HIGH)]
Reader = Annotated[Caller, requires("workflow:case:read", kinds=PEOPLE)]
Withdrawer = Annotated[Caller, requires("workflow:case:withdraw", kinds=PEOPLE)]
Supplier = Annotated[Caller, requires("workflow:supplement:write", kinds=PEOPLE)]


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    summary="Hand in an application",
    responses=problems(
        AlreadyApplied, NotAgreed, ItemIsWithdrawn, NotADraft, StillAsking, CalendarMissing, Unavailable
    ),
)
async def submit_case(
    body: CaseIn, applicant: Applicant, session: Session, request: Request, response: Response
) -> Submitted:
    """Every check, then the case with its number. Repeat safely with the same `Idempotency-Key`."""
    settings = cast(WorkflowSettings, runtime_of(request).settings)
    case, branches = await submission.submit(session, applicant.person_id, body.application_id, settings.division)
    response.headers["location"] = f"/cases/{case.id}"
    return Submitted(id=case.id, case_number=case.case_number, branches=[branch.code for branch in branches])


@router.get("", summary="Cases that concern me", responses=problems())
async def list_cases(reader: Reader, session: Session, paging: PageQuery) -> Page[CaseLine]:
    """Those I handed in and those I am a party of, newest first."""
    return await cases_of(session, reader.person_id, paging)


@router.get("/{case_id}", summary="A case that concerns me", responses=problems(NotFound))
async def read_case(case_id: UUID, reader: Reader, session: Session) -> CaseOut:
    """Branches with their states, limits and outcomes; time that does not count; what waits for me."""
    return await page_for_person(session, case_id, reader.person_id)


@router.get("/by-number/{case_number}", summary="A case that concerns me, by its number", responses=problems(NotFound))
async def read_case_by_number(
    case_number: Annotated[
        str, Path(pattern=rf"^{case_numbers.PATTERN.pattern}$", max_length=30, examples=["440196-2026-000123"])
    ],
    reader: Reader,
    session: Session,
) -> CaseOut:
    """The number alone opens nothing: somebody else's is as unknown as one that was never given."""
    return await page_by_number(session, case_number, reader.person_id)


@router.get("/{case_id}/timeline", summary="The story of a case", responses=problems(NotFound))
async def read_timeline(case_id: UUID, reader: Reader, session: Session) -> Timeline:
    """Every step: what, who by department and post, when, under which exchange and grant. Oldest first."""
    return await timeline(session, await cases.concerning(session, case_id, reader.person_id))


@router.post("/{case_id}/withdrawal", summary="Withdraw a case", responses=problems(NotFound, NothingUndecided))
async def withdraw_case(case_id: UUID, withdrawer: Withdrawer, session: Session) -> CaseOut:
    """What is undecided stops; what is decided stands, a birth or a registration for instance."""
    await cases.withdraw(session, case_id, withdrawer.person_id)
    return await page_for_person(session, case_id, withdrawer.person_id)


@router.post(
    "/{case_id}/supplements/{supplement_id}",
    summary="Supply what was asked for",
    responses=problems(NotFound, SupplementClosed, Conflict),
)
async def supply_supplement(
    case_id: UUID, supplement_id: UUID, body: SupplementReply, supplier: Supplier, session: Session
) -> CaseOut:
    """Everything that was asked for, at once."""
    await cases.supply(session, case_id, supplement_id, supplier.person_id, body.answers)
    return await page_for_person(session, case_id, supplier.person_id)
