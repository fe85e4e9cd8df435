"""URLs of incidents: cases that cannot go on without a clerk."""

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
from svc_workflow.queries.incidents import incident_of, incidents_of
from svc_workflow.schemas.tasks import IncidentOut
from svc_workflow.use_cases import incidents

router = APIRouter(prefix="/incidents", tags=["incidents"], route_class=TransactionalRoute)
Clerk = Annotated[Caller, requires("workflow:incident:retry", kinds=(Kind.STAFF,))]


@router.get("", summary="Cases that cannot go on", responses=problems())
async def list_case_incidents(
    clerk: Clerk,
    session: Session,
    paging: PageQuery,
    resolved: Annotated[bool, Query(description="Those that were resolved instead")] = False,
) -> Page[IncidentOut]:
    """Those of my department, newest first."""
    return await incidents_of(session, clerk.department, paging, resolved=resolved)


@router.get("/{incident_id}", summary="A case that cannot go on", responses=problems(NotFound))
async def read_case_incident(incident_id: UUID, clerk: Clerk, session: Session) -> IncidentOut:
    """One of my department: which case, which part of it, and why, as a code."""
    return await incident_of(session, clerk.department, incident_id)


@router.post(
    "/{incident_id}/retry",
    status_code=status.HTTP_202_ACCEPTED,
    summary="Try again",
    responses=problems(NotFound, IncidentResolved),
)
async def retry_case_incident(incident_id: UUID, clerk: Clerk, session: Session) -> None:
    """The step is asked anew, for instance after a grant was renewed. Should it fail again, a new incident tells."""
    await incidents.retry(session, incident_id, clerk)
