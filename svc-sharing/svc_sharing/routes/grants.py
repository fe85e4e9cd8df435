"""Applications for data and grants."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response, status
from sqlalchemy import select

from chassis.access import Caller, requires
from chassis.database import Session
from chassis.identifiers import CreditCode
from chassis.paging import PageQuery, page_of
from chassis.problems import Forbidden, InvalidInput, NotFound, problems
from chassis.routing import TransactionalRoute
from contracts.claims import Kind
from contracts.paging import Page
from svc_sharing.errors import AlreadyDecided, ResourceUnknown
from svc_sharing.models import Grant, GrantApplication
from svc_sharing.schemas.grants import Code, GrantApplicationIn, GrantApplicationOut, GrantOut, Purpose, RejectionIn
from svc_sharing.use_cases import grants

router = APIRouter(tags=["grants"], route_class=TransactionalRoute)
Applicant = Annotated[Caller, requires("sharing:grant:apply", kinds=(Kind.STAFF, Kind.CLIENT))]
Approver = Annotated[Caller, requires("sharing:grant:approve", kinds=(Kind.STAFF, Kind.CLIENT))]


def acting_for(caller: Caller) -> str | None:
    """Staff act for their department; the city's operator, a client, for all."""
    return caller.department if caller.claims.kind is Kind.STAFF else None


@router.post(
    "/grant-applications",
    status_code=status.HTTP_201_CREATED,
    summary="Apply for data",
    responses=problems(InvalidInput, Forbidden, ResourceUnknown)
    | {200: {"model": GrantApplicationOut, "description": "Applied for already"}},
)
async def apply_for_grant(
    body: GrantApplicationIn, applicant: Applicant, session: Session, response: Response
) -> GrantApplicationOut:
    """Which department wants which fields, for what, until when. The same again answers the same application, with 200."""
    if acting_for(applicant) not in (None, body.department):
        raise Forbidden("Staff apply for their own department")
    application, is_new = await grants.apply(session, body, applicant.id)
    if not is_new:
        response.status_code = status.HTTP_200_OK
    return GrantApplicationOut.model_validate(application)


@router.get("/grant-applications", summary="Applications for data", responses=problems())
async def list_grant_applications(
    reader: Applicant,
    session: Session,
    paging: PageQuery,
    state: Annotated[Literal["asked", "approved", "rejected"] | None, Query(description="Only in this state")] = None,
    resource: Annotated[Code | None, Query(description="Only of this resource, by its code")] = None,
) -> Page[GrantApplicationOut]:
    """Newest first."""
    query = select(GrantApplication)
    if state is not None:
        query = query.where(GrantApplication.state == state)
    if resource is not None:
        query = query.where(GrantApplication.resource_code == resource)
    rows, cursor = await page_of(session, query, [GrantApplication.id], paging)
    return Page(items=[GrantApplicationOut.model_validate(row) for row in rows], next_cursor=cursor)


@router.post(
    "/grant-applications/{application_id}/approval",
    summary="Approve an application",
    responses=problems(Forbidden, NotFound, AlreadyDecided),
)
async def approve_grant(application_id: UUID, approver: Approver, session: Session) -> GrantOut:
    """By the department that holds the data. The grant works at once."""
    return GrantOut.model_validate(await grants.approve(session, application_id, approver.id, acting_for(approver)))


@router.post(
    "/grant-applications/{application_id}/rejection",
    summary="Reject an application",
    responses=problems(Forbidden, NotFound, AlreadyDecided),
)
async def reject_grant(
    application_id: UUID, body: RejectionIn, approver: Approver, session: Session
) -> GrantApplicationOut:
    """With a reason, by the department that holds the data."""
    application = await grants.reject(session, application_id, approver.id, acting_for(approver), body.reason)
    return GrantApplicationOut.model_validate(application)


@router.get("/grants", summary="Grants", responses=problems())
async def list_grants(
    reader: Applicant,
    session: Session,
    paging: PageQuery,
    resource: Annotated[Code | None, Query(description="Only of this resource, by its code")] = None,
    department: Annotated[CreditCode | None, Query(description="Only given to this department")] = None,
    purpose: Annotated[Purpose | None, Query(description="Only for this purpose")] = None,
) -> Page[GrantOut]:
    """Newest first, also those that expired or were revoked."""
    query = select(Grant)
    for column, wanted in ((Grant.resource_code, resource), (Grant.department, department), (Grant.purpose, purpose)):
        if wanted is not None:
            query = query.where(column == wanted)
    rows, cursor = await page_of(session, query, [Grant.id], paging)
    return Page(items=[GrantOut.model_validate(row) for row in rows], next_cursor=cursor)


@router.post("/grants/{grant_id}/revocation", summary="Revoke a grant", responses=problems(Forbidden, NotFound))
async def revoke_grant(grant_id: UUID, approver: Approver, session: Session) -> GrantOut:
    """It is dead at once, for calls that are under way too."""
    return GrantOut.model_validate(await grants.revoke(session, grant_id, acting_for(approver)))
