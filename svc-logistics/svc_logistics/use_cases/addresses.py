"""Addresses: entered once, used for a case by consent, shown to nobody else."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.identifiers import new_id
from chassis.problems import NotFound
from svc_logistics.errors import AddressInUse
from svc_logistics.models import Address, DepartmentAddress, Hall, Parcel
from svc_logistics.schemas import AddressIn, DepartmentAddressIn, HallIn


async def add(session: AsyncSession, person: UUID, body: AddressIn) -> Address:
    address = Address(id=new_id(), person_id=person, version=1, **body.model_dump())
    session.add(address)
    return address


async def own(session: AsyncSession, person: UUID, address_id: UUID) -> Address:
    address = await session.get(Address, address_id, with_for_update=True)
    if address is None or address.person_id != person or address.deleted_at is not None:
        raise NotFound()
    return address


async def change(session: AsyncSession, person: UUID, address_id: UUID, body: AddressIn) -> Address:
    """A changed address is a new one for parcels to come; parcels under way keep theirs."""
    address = await own(session, person, address_id)
    for name, value in body.model_dump().items():
        setattr(address, name, value)
    address.version += 1
    return address


async def remove(session: AsyncSession, person: UUID, address_id: UUID) -> None:
    address = await own(session, person, address_id)
    under_way = (Parcel.address_id == address.id) & Parcel.arrived_at.is_(None) & Parcel.cancelled_at.is_(None)
    if await session.scalar(select(Parcel.id).where(under_way).limit(1)) is not None:
        raise AddressInUse()
    address.deleted_at = datetime.now(UTC)


async def set_department(session: AsyncSession, department: str, body: DepartmentAddressIn) -> None:
    row = insert(DepartmentAddress).values(department=department, **body.model_dump())
    await session.execute(row.on_conflict_do_update(index_elements=["department"], set_=body.model_dump()))


async def set_hall(session: AsyncSession, code: str, body: HallIn) -> None:
    row = insert(Hall).values(code=code, **body.model_dump())
    await session.execute(row.on_conflict_do_update(index_elements=["code"], set_=body.model_dump()))
