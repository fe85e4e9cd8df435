"""A person's addresses; departments' addresses and halls."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, status
from sqlalchemy import select

from chassis.access import Caller, public, requires
from chassis.database import Session
from chassis.problems import NotFound, problems
from chassis.routing import TransactionalRoute
from contracts.claims import Kind
from svc_logistics.errors import AddressInUse
from svc_logistics.models import Address, Hall
from svc_logistics.schemas import AddressesOut, AddressIn, AddressOut, DepartmentAddressIn, HallIn, HallOut
from svc_logistics.use_cases import addresses

router = APIRouter(tags=["addresses"], route_class=TransactionalRoute)
Owner = Annotated[Caller, requires("logistics:address:write", kinds=(Kind.PERSON,))]
Configurer = Annotated[Caller, requires("logistics:place:write")]
Department = Annotated[str, Path(pattern=r"^[0-9A-Z]{18}$", description="Credit code")]
Code = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,40}$")]


@router.get("/addresses", summary="One's own addresses", responses=problems())
async def list_addresses(owner: Owner, session: Session) -> AddressesOut:
    """Entered once, offered wherever something is sent."""
    mine = (
        select(Address).where(Address.person_id == owner.person_id, Address.deleted_at.is_(None)).order_by(Address.id)
    )
    return AddressesOut(items=[AddressOut.model_validate(row) for row in await session.scalars(mine)])


@router.post("/addresses", status_code=status.HTTP_201_CREATED, summary="Add an address", responses=problems())
async def add_address(body: AddressIn, owner: Owner, session: Session) -> AddressOut:
    """Kept sealed; used for a case only when the person names it there."""
    return AddressOut.model_validate(await addresses.add(session, owner.person_id, body))


@router.get("/addresses/{address_id}", summary="One address", responses=problems(NotFound))
async def read_address(address_id: UUID, owner: Owner, session: Session) -> AddressOut:
    """Only one's own."""
    return AddressOut.model_validate(await addresses.own(session, owner.person_id, address_id))


@router.put("/addresses/{address_id}", summary="Change an address", responses=problems(NotFound))
async def change_address(address_id: UUID, body: AddressIn, owner: Owner, session: Session) -> AddressOut:
    """For parcels to come; what is under way goes where it was sent."""
    return AddressOut.model_validate(await addresses.change(session, owner.person_id, address_id, body))


@router.delete(
    "/addresses/{address_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Remove an address",
    responses=problems(NotFound, AddressInUse),
)
async def remove_address(address_id: UUID, owner: Owner, session: Session) -> None:
    """Not while a parcel is under way to or from it."""
    await addresses.remove(session, owner.person_id, address_id)


@router.get("/halls", summary="Halls where parcels can be picked up", dependencies=[public])
async def list_halls(session: Session) -> list[HallOut]:
    """With address and hours."""
    return [HallOut.model_validate(hall) for hall in await session.scalars(select(Hall).order_by(Hall.code))]


@router.put("/halls/{code}", status_code=status.HTTP_204_NO_CONTENT, summary="Set up a hall", responses=problems())
async def set_hall(code: Code, body: HallIn, configurer: Configurer, session: Session) -> None:
    """Makes or replaces it."""
    await addresses.set_hall(session, code, body)


@router.put(
    "/department-addresses/{department}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Set where a department takes parcels",
    responses=problems(),
)
async def set_department_address(
    department: Department, body: DepartmentAddressIn, configurer: Configurer, session: Session
) -> None:
    """Makes or replaces it."""
    await addresses.set_department(session, department, body)
