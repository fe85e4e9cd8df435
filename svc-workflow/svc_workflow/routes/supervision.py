"""URLs of electronic supervision (电子监察)."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from sqlalchemy import select

from chassis.access import Caller, requires
from chassis.database import Session
from chassis.identifiers import CreditCode
from chassis.paging import PageQuery, page_of
from chassis.problems import problems
from chassis.routing import TransactionalRoute
from contracts.claims import Kind
from contracts.paging import Page
from svc_workflow.models import CardRow
from svc_workflow.schemas.supervision import CardOut

router = APIRouter(prefix="/cards", tags=["supervision"], route_class=TransactionalRoute)
Supervisor = Annotated[Caller, requires("workflow:supervision:read", kinds=(Kind.STAFF,))]


@router.get("", summary="Cards issued", responses=problems())
async def list_cards(
    supervisor: Supervisor,
    session: Session,
    paging: PageQuery,
    department: Annotated[CreditCode | None, Query(description="Only of this department")] = None,
    card: Annotated[Literal["reminder", "yellow", "red"] | None, Query(description="Only of this colour")] = None,
) -> Page[CardOut]:
    """Reminders, yellow and red cards of the whole city, newest first."""
    query = select(CardRow)
    if department is not None:
        query = query.where(CardRow.department == department)
    if card is not None:
        query = query.where(CardRow.card == card)
    rows, cursor = await page_of(session, query, [CardRow.id], paging)
    return Page(items=[CardOut.model_validate(row) for row in rows], next_cursor=cursor)
