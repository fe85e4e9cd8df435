"""URLs of incidents: cases that cannot go on without a clerk, or without an operator."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, status

from chassis.access import Caller, requires
from chassis.database import Session
from chassis.paging import PageQuery
from chassis.problems import NotFound, problems
from chassis.routing import TransactionalRoute
from contracts.claims import Kind
from contracts.paging import Page
from svc_workflow.errors import IncidentResolved
from svc_workflow.queries.incidents import OPERATORS, incident_of, incidents_of, of_department
from svc_workflow.schemas.tasks import IncidentOut
from svc_workflow.use_cases import incidents

router = APIRouter(prefix="/incidents", tags=["incidents"], route_class=TransactionalRoute)
stuck = APIRouter(prefix="/stuck-cases", tags=["incidents"], route_class=TransactionalRoute)
Clerk = Annotated[Caller, requires("workflow:incident:retry", kinds=(Kind.STAFF,))]
Watch = Annotated[Caller, requires("workflow:operations:read", kinds=(Kind.STAFF,))]
Operator = Annotated[Caller, requires("workflow:operations:write", kinds=(Kind.STAFF,))]
Resolved = Annotated[bool, Query(description="Those that were resolved instead")]


@router.get("", summary="Cases that cannot go on", responses=problems())
async def list_case_incidents(
    clerk: Clerk,
    session: Session,
    paging: PageQuery,
    resolved: Resolved = False,
) -> Page[IncidentOut]:
    """Those of my department, newest first."""
    return await incidents_of(session, of_department(clerk.department), paging, resolved=resolved)


@router.get("/{incident_id}", summary="A case that cannot go on", responses=problems(NotFound))
async def read_case_incident(incident_id: UUID, clerk: Clerk, session: Session) -> IncidentOut:
    """One of my department: which case, which part of it, and why, as a code."""
    return await incident_of(session, of_department(clerk.department), incident_id)


@router.post(
    "/{incident_id}/retry",
    status_code=status.HTTP_202_ACCEPTED,
    summary="Try again",
    responses=problems(NotFound, IncidentResolved),
)
async def retry_case_incident(incident_id: UUID, clerk: Clerk, session: Session) -> None:
    """The step is asked anew, for instance after a grant was renewed. Should it fail again, a new incident tells."""
    await incidents.retry(session, incident_id, of_department(clerk.department), clerk)


@stuck.get("", summary="Cases that no department can set going", responses=problems())
async def list_stuck_cases(
    watch: Watch, session: Session, paging: PageQuery, resolved: Resolved = False
) -> Page[IncidentOut]:
    """Those of no department, and those whose process is stuck; newest first."""
    return await incidents_of(session, OPERATORS, paging, resolved=resolved)


@stuck.get("/{incident_id}", summary="A case that no department can set going", responses=problems(NotFound))
async def read_stuck_case(incident_id: UUID, watch: Watch, session: Session) -> IncidentOut:
    """Which case, which part of it, and why, as a code. Nothing of what it is about."""
    return await incident_of(session, OPERATORS, incident_id)


@stuck.post(
    "/{incident_id}/retry",
    status_code=status.HTTP_202_ACCEPTED,
    summary="Set a stuck case going again",
    responses=problems(NotFound, IncidentResolved),
)
async def retry_stuck_case(incident_id: UUID, operator: Operator, session: Session) -> None:
    """Once the cause is mended. Should it fail again, a new incident tells."""
    await incidents.retry(session, incident_id, OPERATORS, operator)
