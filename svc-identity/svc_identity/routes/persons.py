"""Natural persons."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response, status

from chassis.access import Caller, requires
from chassis.database import Session
from chassis.problems import problems
from chassis.routing import TransactionalRoute
from contracts.claims import Kind
from svc_identity.errors import LoginNameTaken, PersonDiffers, PersonNotFound
from svc_identity.models import Person
from svc_identity.rooms import CurrentPasswords
from svc_identity.schemas.people import IdentifiersOut, PersonIn, PersonOut
from svc_identity.use_cases import persons

router = APIRouter(prefix="/persons", tags=["persons"], route_class=TransactionalRoute)
Registrar = Annotated[Caller, requires("identity:person:write")]
Myself = Annotated[Caller, requires("identity:account:read", kinds=(Kind.PERSON,))]
Reader = Annotated[Caller, requires("identity:identifier:read", kinds=(Kind.CLIENT,))]
Said = Annotated[str, Query(min_length=1, max_length=200, description="Kept with the access")]


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    summary="Register a person",
    response_model=PersonOut,
    responses=problems(PersonDiffers, LoginNameTaken) | {200: {"model": PersonOut, "description": "Known already"}},
)
async def register_person(
    body: PersonIn, registrar: Registrar, session: Session, passwords: CurrentPasswords, response: Response
) -> Person:
    """By identity number: the same number again is the same person (200). A password is set only where there is none."""
    person, is_new = await persons.register(session, passwords, body)
    if not is_new:
        response.status_code = status.HTTP_200_OK
    return person


@router.get("/{person_id}", summary="A person", response_model=PersonOut, responses=problems(PersonNotFound))
async def read_person(person_id: UUID, caller: Myself, session: Session) -> Person:
    """Only oneself."""
    person = await session.get(Person, person_id) if person_id == caller.person_id else None
    if person is None:
        raise PersonNotFound()
    return person


@router.get(
    "/{person_id}/identifiers",
    summary="A person's identifiers in the clear",
    responses=problems(PersonNotFound),
)
async def read_identifiers(
    person_id: UUID, reader: Reader, session: Session, response: Response, purpose: Said, reference: Said
) -> IdentifiersOut:
    """For the service that queries registers on the person's behalf. Each reading leaves a line: who, why, for what."""
    response.headers["Cache-Control"] = "no-store"
    return await persons.identifiers(session, person_id, reader.id, purpose, reference)
