"""Agreements (同意) that a person is asked for."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from chassis.access import Caller, requires
from chassis.database import Session
from chassis.paging import PageQuery
from chassis.problems import problems
from chassis.routing import TransactionalRoute
from contracts.claims import Kind, Proofing
from contracts.paging import Page
from svc_identity import queries
from svc_identity.errors import AlreadyDecided, ConsentNotFound
from svc_identity.schemas.consents import ConsentOut, DecisionIn, State
from svc_identity.use_cases import consents

router = APIRouter(prefix="/consents", tags=["consents"], route_class=TransactionalRoute)
Asked = Annotated[Caller, requires("identity:consent:decide", kinds=(Kind.PERSON,))]
Decider = Annotated[Caller, requires("identity:consent:decide", kinds=(Kind.PERSON,), proofing=Proofing.MIDDLE)]


@router.get("", summary="What I am asked to agree to", responses=problems())
async def list_consents(
    me: Asked,
    session: Session,
    paging: PageQuery,
    state: Annotated[State | None, Query(description="Only in this state")] = None,
) -> Page[ConsentOut]:
    """Newest first."""
    return await queries.consents_of(session, me.person_id, state, paging)


@router.get("/{consent_id}", summary="A request for agreement", responses=problems(ConsentNotFound))
async def read_consent(consent_id: UUID, me: Asked, session: Session) -> ConsentOut:
    """Who asks, what for, until when."""
    return await queries.consent(session, consent_id, me.person_id)


@router.post("/{consent_id}/decision", summary="Agree, or do not", responses=problems(ConsentNotFound, AlreadyDecided))
async def decide_consent_request(consent_id: UUID, body: DecisionIn, me: Decider, session: Session) -> ConsentOut:
    """Needs proofing of the middle level. The same decision again changes nothing."""
    return await consents.decide(session, consent_id, me.person_id, gives=body.decision == "give")
