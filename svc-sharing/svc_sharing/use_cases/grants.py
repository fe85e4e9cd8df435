"""Applying for data, deciding, using and revoking."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.outbox import emit
from chassis.problems import Forbidden, InvalidInput, NotFound
from contracts.events.sharing import GrantApproved, GrantRevoked
from svc_sharing import rules
from svc_sharing.errors import AlreadyDecided, ResourceUnknown
from svc_sharing.models import Grant, GrantApplication, Resource
from svc_sharing.rules import Leave, SharingType
from svc_sharing.schemas.grants import GrantApplicationIn
from svc_sharing.use_cases import departments


async def apply(session: AsyncSession, body: GrantApplicationIn, asked_by: str) -> tuple[GrantApplication, bool]:
    """The application, and whether it is new: asking again for what is asked or granted changes nothing."""
    resource = await session.get(Resource, body.resource)
    if resource is None:
        raise ResourceUnknown()
    if resource.sharing_type == SharingType.NONE:
        raise InvalidInput.at("#/resource", "not-shared", "The department does not share this")
    if not rules.can_apply(resource, body.fields):
        raise InvalidInput.at("#/fields", "unknown-field", "The resource has no such field")
    if body.until <= datetime.now(UTC):
        raise InvalidInput.at("#/until", "past", "A grant must end in the future")
    await session.execute(select(Resource.code).where(Resource.code == resource.code).with_for_update())
    same = await _standing(session, body)
    if same is not None:
        return same, False
    await departments.learn(session, {body.department: body.department_name})
    application = GrantApplication(
        department=body.department,
        department_name=body.department_name,
        resource_code=resource.code,
        purpose=body.purpose,
        fields=body.fields,
        until=body.until,
        legal_basis=body.legal_basis,
        asked_by=asked_by,
    )
    session.add(application)
    await session.flush()
    return application, True


async def _standing(session: AsyncSession, body: GrantApplicationIn) -> GrantApplication | None:
    """An application for the same that is open, or granted and alive."""
    query = select(GrantApplication).where(
        GrantApplication.department == body.department,
        GrantApplication.resource_code == body.resource,
        GrantApplication.purpose == body.purpose,
        GrantApplication.fields == body.fields,
        GrantApplication.state.in_(["asked", "approved"]),
    )
    for application in await session.scalars(query.order_by(GrantApplication.id.desc())):
        if application.state == "asked":
            return application
        grant = await session.scalar(select(Grant).where(Grant.application_id == application.id))
        if grant is not None and grant.revoked_at is None and grant.expires_at >= body.until:
            return application
    return None


async def approve(session: AsyncSession, application_id: UUID, by: str, department: str | None) -> Grant:
    """`department`: whose officer decides; None for a client that may decide for all. Approving again answers the same grant."""
    application = await _decidable(session, application_id, department)
    if application.state == "approved":
        return (await session.scalars(select(Grant).where(Grant.application_id == application.id))).one()
    if application.state != "asked":
        raise AlreadyDecided(state=application.state)
    application.state, application.decided_by, application.decided_at = "approved", by, datetime.now(UTC)
    grant = Grant(
        application_id=application.id,
        resource_code=application.resource_code,
        department=application.department,
        department_name=application.department_name,
        purpose=application.purpose,
        fields=application.fields,
        expires_at=application.until,
    )
    session.add(grant)
    await session.flush()
    emit(
        session,
        GrantApproved(
            resource_code=grant.resource_code,
            grant_id=grant.id,
            department=grant.department,
            purpose=grant.purpose,
            fields=grant.fields,
            expires_at=grant.expires_at,
        ),
    )
    return grant


async def reject(
    session: AsyncSession, application_id: UUID, by: str, department: str | None, reason: str
) -> GrantApplication:
    application = await _decidable(session, application_id, department)
    if application.state != "asked":
        raise AlreadyDecided(state=application.state)
    application.state, application.reason = "rejected", reason
    application.decided_by, application.decided_at = by, datetime.now(UTC)
    return application


async def _decidable(session: AsyncSession, application_id: UUID, department: str | None) -> GrantApplication:
    application = await session.get(GrantApplication, application_id, with_for_update=True)
    if application is None:
        raise NotFound()
    await _own(session, application.resource_code, department)
    return application


async def revoke(session: AsyncSession, grant_id: UUID, department: str | None) -> Grant:
    """The grant is dead at once; revoking again changes nothing."""
    grant = await session.get(Grant, grant_id, with_for_update=True)
    if grant is None:
        raise NotFound()
    await _own(session, grant.resource_code, department)
    if grant.revoked_at is None:
        grant.revoked_at = datetime.now(UTC)
        emit(session, GrantRevoked(resource_code=grant.resource_code, grant_id=grant.id))
    return grant


async def _own(session: AsyncSession, resource_code: str, department: str | None) -> None:
    resource = await session.get_one(Resource, resource_code)
    if department is not None and resource.department != department:
        raise Forbidden("Only the department that holds the data decides")


async def leave_to_read(session: AsyncSession, resource: Resource, reader: str | None, purpose: str) -> Leave:
    """What may be read now. Raises NotAllowed; an expired grant is never used silently."""
    query = select(Grant).where(Grant.resource_code == resource.code, Grant.purpose == purpose)
    grants = (await session.scalars(query)).all()
    return rules.leave_to_read(resource, grants, reader, purpose, datetime.now(UTC))
