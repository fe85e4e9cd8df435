"""Oneself: what everybody who is signed in may see and change about their own account."""

from typing import Annotated

from fastapi import APIRouter

from chassis.access import Caller, requires
from chassis.database import Session
from chassis.problems import problems
from chassis.routing import TransactionalRoute
from contracts.claims import Kind
from svc_identity import queries
from svc_identity.errors import PersonNotFound
from svc_identity.schemas.people import MeOut

router = APIRouter(prefix="/me", tags=["me"], route_class=TransactionalRoute)
PEOPLE = (Kind.PERSON, Kind.STAFF)
Me = Annotated[Caller, requires("identity:account:read", kinds=PEOPLE)]


@router.get("", summary="Who am I", response_model=MeOut, responses=problems(PersonNotFound))
async def read_me(me: Me, session: Session) -> MeOut:
    """Numbers are masked."""
    return await queries.me(session, me.person_id, me.claims.kind)
