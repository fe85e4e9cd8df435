"""Oneself: what everybody who is signed in may see and change about their own account."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, status

from chassis.access import Caller, requires
from chassis.database import Session
from chassis.problems import NotFound, problems
from chassis.routing import TransactionalRoute
from contracts.claims import Kind
from svc_identity import queries
from svc_identity.errors import PersonNotFound, WrongPassword
from svc_identity.rooms import CurrentPasswords, CurrentSettings
from svc_identity.schemas.people import ApprovalOut, ChildOut, MeOut, PasswordChangeIn, SignInOut
from svc_identity.use_cases import accounts, sign_ins

router = APIRouter(prefix="/me", tags=["me"], route_class=TransactionalRoute)
PEOPLE = (Kind.PERSON, Kind.STAFF)
Me = Annotated[Caller, requires("identity:account:read", kinds=PEOPLE)]
Owner = Annotated[Caller, requires("identity:account:write", kinds=PEOPLE)]


@router.get("", summary="Who am I", responses=problems(PersonNotFound))
async def read_me(me: Me, session: Session) -> MeOut:
    """Numbers are masked."""
    return await queries.me(session, me.person_id, me.claims.kind)


@router.get("/children", summary="My children", responses=problems())
async def list_children(me: Me, session: Session) -> list[ChildOut]:
    """For whom I stand as a guardian (监护人)."""
    return await queries.children(session, me.person_id)


@router.get("/sign-ins", summary="Where I am signed in", responses=problems())
async def list_sign_ins(me: Me, session: Session) -> list[SignInOut]:
    """Newest first."""
    return await queries.sign_ins(session, me.person_id, me.claims.sid)


@router.delete(
    "/sign-ins/{sign_in_id}", status_code=status.HTTP_204_NO_CONTENT, summary="Sign out elsewhere",
    responses=problems(NotFound),
)  # fmt: skip
async def end_sign_in(sign_in_id: UUID, me: Owner, session: Session, settings: CurrentSettings) -> None:
    """Its tokens are dead at once, in every service."""
    if sign_in_id not in [one.id for one in await queries.sign_ins(session, me.person_id, None)]:
        raise NotFound()
    await sign_ins.end(session, settings, [sign_in_id])


@router.put(
    "/password", status_code=status.HTTP_204_NO_CONTENT, summary="Change my password",
    responses=problems(WrongPassword),
)  # fmt: skip
async def change_password(
    body: PasswordChangeIn, me: Owner, session: Session, settings: CurrentSettings, passwords: CurrentPasswords
) -> None:
    """Every other sign-in of mine ends."""
    this = UUID(me.claims.sid) if me.claims.sid is not None else None
    current, new = body.current.get_secret_value(), body.new.get_secret_value()
    await accounts.change_password(session, passwords, settings, me.person_id, current, new, this)


@router.get("/approvals", summary="What I allowed others' programs", responses=problems())
async def list_approvals(me: Me, session: Session) -> list[ApprovalOut]:
    """Given on the consent page."""
    return await queries.approvals(session, me.person_id)


@router.delete(
    "/approvals/{client_id}", status_code=status.HTTP_204_NO_CONTENT, summary="Take an approval back",
    responses=problems(NotFound),
)  # fmt: skip
async def withdraw_approval(client_id: Annotated[str, Path(max_length=61)], me: Owner, session: Session) -> None:
    """The program gets no further token; one it holds lives five minutes at most."""
    if not await accounts.withdraw_approval(session, me.person_id, client_id):
        raise NotFound()
