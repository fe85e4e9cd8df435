"""Becoming known more surely (实名等级)."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, status
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Caller, requires
from chassis.database import Session
from chassis.problems import problems
from chassis.routing import TransactionalRoute
from contracts.claims import Kind
from contracts.claims import Proofing as Level
from svc_identity.errors import (
    AlreadyProofed,
    FaceNotReady,
    PersonDiffers,
    PersonNotFound,
    ProofingExpired,
    ProofingNotFound,
)
from svc_identity.models import Person, Proofing
from svc_identity.rooms import CurrentPasswords, CurrentSettings
from svc_identity.rules import proofing_state
from svc_identity.schemas.people import PersonOut
from svc_identity.schemas.proofings import (
    CounterPasswordIn,
    CounterProofingIn,
    FaceIn,
    PersonLookupIn,
    ProofingIn,
    ProofingOut,
)
from svc_identity.use_cases import accounts, persons, proofings

router = APIRouter(tags=["proofing"], route_class=TransactionalRoute)
Myself = Annotated[Caller, requires("identity:proofing:start", kinds=(Kind.PERSON,))]
Witness = Annotated[Caller, requires("identity:proofing:witness", kinds=(Kind.STAFF,))]


@router.post(
    "/proofings", status_code=status.HTTP_201_CREATED, summary="Start a proofing",
    responses=problems(AlreadyProofed, PersonNotFound),
)  # fmt: skip
async def start_proofing(body: ProofingIn, me: Myself, session: Session, settings: CurrentSettings) -> ProofingOut:
    """The register is asked about name and number, and a live-face session is opened; read the proofing again to see what
    came. Started again while one is open, it is the same one. A counter is the other way, without a camera."""
    return await _shown(session, await proofings.start(session, settings, me.person_id, body.return_to))


@router.get("/proofings/{proofing_id}", summary="A proofing", responses=problems(ProofingNotFound))
async def read_proofing(proofing_id: UUID, me: Myself, session: Session) -> ProofingOut:
    """How far it is."""
    return await _shown(session, await proofings.of(session, proofing_id, me.person_id))


@router.post(
    "/proofings/{proofing_id}/face", status_code=status.HTTP_202_ACCEPTED, summary="Come back from the camera",
    responses=problems(ProofingNotFound, ProofingExpired, FaceNotReady),
)  # fmt: skip
async def hand_in_face(proofing_id: UUID, body: FaceIn, me: Myself, session: Session) -> ProofingOut:
    """The verdict is checked against the verifier's keys and this proofing's nonce; read the proofing to see the outcome."""
    return await _shown(session, await proofings.hand_in_face(session, proofing_id, me.person_id, body.verdict))


@router.post(
    "/persons/{person_id}/counter-proofing", summary="Vouch for a person seen at the counter", response_model=PersonOut,
    responses=problems(PersonNotFound, PersonDiffers),
)  # fmt: skip
async def proof_at_counter(person_id: UUID, body: CounterProofingIn, clerk: Witness, session: Session) -> Person:
    """The clerk saw the person and the document. Both elements must be the registered ones."""
    document = f"{clerk.department}/{body.document}"
    return await proofings.at_counter(session, person_id, body.name, body.number, document, clerk.person_id)


@router.put(
    "/persons/{person_id}/password",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Set a forgotten password at the counter",
    responses=problems(PersonNotFound, PersonDiffers),
)
async def set_password_at_counter(
    person_id: UUID, body: CounterPasswordIn, clerk: Witness, session: Session, settings: CurrentSettings,
    passwords: CurrentPasswords,
) -> None:  # fmt: skip
    """The person types it, with the document shown. They are signed out everywhere; the clerk's word is kept as evidence."""
    document = f"{clerk.department}/{body.document}"
    person = await proofings.at_counter(session, person_id, body.name, body.number, document, clerk.person_id)
    await accounts.reset_password(session, passwords, settings, person, body.password.get_secret_value())


@router.post(
    "/person-lookups", summary="Find a person by number", response_model=PersonOut, responses=problems(PersonNotFound)
)
async def look_up_person(body: PersonLookupIn, clerk: Witness, session: Session) -> Person:
    """For the counter: the number is read from the document and never stands in a URL."""
    person = await persons.by_number(session, body.number)
    if person is None:
        raise PersonNotFound()
    return person


async def _shown(session: AsyncSession, proofing: Proofing) -> ProofingOut:
    person = await session.get_one(Person, proofing.person_id)
    state = proofing_state(proofing.register_match, proofing.face, proofing.expires_at, datetime.now(UTC))
    values = {name: getattr(proofing, name) for name in ("id", "register_match", "face", "face_page", "expires_at")}
    return ProofingOut.model_validate({**values, "state": state, "level": Level(person.proofing)})
