"""Corrections of departments' data."""

from typing import Annotated, Literal, cast
from uuid import UUID

from fastapi import APIRouter, Query, Request, status
from sqlalchemy import select

from chassis.access import Caller, requires
from chassis.database import Session
from chassis.paging import PageQuery, page_of
from chassis.problems import InvalidInput, NotFound, problems
from chassis.routing import TransactionalRoute
from chassis.runtime import runtime_of
from contracts.claims import Kind
from contracts.paging import Page
from svc_sharing.errors import CorrectionClosed
from svc_sharing.models import Correction
from svc_sharing.schemas.corrections import CorrectionAnswerIn, CorrectionIn, CorrectionOut
from svc_sharing.settings import SharingSettings
from svc_sharing.use_cases import corrections

router = APIRouter(prefix="/corrections", tags=["corrections"], route_class=TransactionalRoute)
Concerned = Annotated[Caller, requires("sharing:correction:write", kinds=(Kind.PERSON,))]
Reader = Annotated[Caller, requires("sharing:correction:read", kinds=(Kind.PERSON, Kind.STAFF))]
Officer = Annotated[Caller, requires("sharing:correction:answer", kinds=(Kind.STAFF,))]


@router.post(
    "", status_code=status.HTTP_201_CREATED, summary="Say that something is wrong", responses=problems(InvalidInput)
)
async def ask_correction(body: CorrectionIn, person: Concerned, session: Session, request: Request) -> CorrectionOut:
    """The department that holds the data must answer by `due_at`."""
    days = cast(SharingSettings, runtime_of(request).settings).correction_days
    return CorrectionOut.model_validate(await corrections.ask(session, person.person_id, body, days))


@router.get("", summary="Corrections asked for", responses=problems(InvalidInput))
async def list_corrections(
    reader: Reader,
    session: Session,
    paging: PageQuery,
    state: Annotated[Literal["open", "corrected", "rejected"] | None, Query(description="Only in this state")] = None,
) -> Page[CorrectionOut]:
    """A person's own, or those about the data of one's department; newest first."""
    mine = Correction.person_id == reader.person_id
    query = select(Correction).where(
        mine if reader.claims.kind is Kind.PERSON else Correction.department == reader.department
    )
    if state is not None:
        query = query.where(Correction.state == state)
    rows, cursor = await page_of(session, query, [Correction.id], paging)
    return Page(items=[CorrectionOut.model_validate(row) for row in rows], next_cursor=cursor)


@router.post("/{correction_id}/answer", summary="Answer a correction", responses=problems(NotFound, CorrectionClosed))
async def answer_correction(
    correction_id: UUID, body: CorrectionAnswerIn, officer: Officer, session: Session
) -> CorrectionOut:
    """By the department that holds the data: corrected at the source, or rejected with a reason."""
    answered = await corrections.answer(session, correction_id, officer.department, officer.id, body)
    return CorrectionOut.model_validate(answered)
