"""Lists and look-ups."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.identifiers import mask_number, mask_phone
from contracts.claims import Kind, Proofing
from svc_identity.errors import PersonNotFound
from svc_identity.models import Department, Person, Staff
from svc_identity.schemas.people import MeOut


async def me(session: AsyncSession, holder_id: UUID, kind: Kind) -> MeOut:
    if kind is Kind.STAFF:
        return await _staff(session, holder_id)
    person = await session.get(Person, holder_id)
    if person is None:
        raise PersonNotFound()
    return MeOut(
        id=person.id,
        kind=kind,
        name=person.name,
        number=mask_number(person.number),
        phone=mask_phone(person.phone) if person.phone is not None else None,
        proofing=Proofing(person.proofing),
    )


async def _staff(session: AsyncSession, staff_id: UUID) -> MeOut:
    staff = await session.get(Staff, staff_id)
    if staff is None:
        raise PersonNotFound()
    department = await session.get_one(Department, staff.department)
    return MeOut(
        id=staff.id,
        kind=Kind.STAFF,
        name=staff.name,
        proofing=Proofing.CERTIFIED,
        department=department.code,
        department_name=department.name,
        post=staff.post,
        roles=staff.roles,
    )
