"""What a person finds when they come home."""

from typing import Annotated

from fastapi import APIRouter
from sqlalchemy import func, or_, select

from chassis.access import Caller, requires
from chassis.database import Session
from chassis.paging import PageQuery, page_of
from chassis.problems import problems
from chassis.routing import TransactionalRoute
from contracts.claims import Kind
from contracts.paging import Page
from svc_profile import queries
from svc_profile.models import AccessLine, CaseCard, Tag
from svc_profile.routes.parameters import Language
from svc_profile.schemas import AccessOut, CaseOut, HomeOut, TagOut, WaitingOut

router = APIRouter(tags=["home"], route_class=TransactionalRoute)
Person = Annotated[Caller, requires("profile:home:read", kinds=(Kind.PERSON,))]


@router.get("/home", summary="Everything that concerns a person now", responses=problems())
async def read_home(person: Person, session: Session, language: Language = None) -> HomeOut:
    """What waits for them first, then what is under way, then the rest; a few of each, lists have their own addresses."""
    return await queries.home(session, person.person_id, language)


@router.get("/waiting", summary="What waits for the person", responses=problems())
async def list_waiting(person: Person, session: Session) -> list[WaitingOut]:
    """Soonest due first."""
    return await queries.waiting(session, person.person_id)


@router.get("/cases", summary="The person's cases and applications", responses=problems())
async def list_cases(person: Person, session: Session, paging: PageQuery) -> Page[CaseOut]:
    """Newest first; those of a child or spouse too, when the person is a party."""
    rows, cursor = await page_of(session, queries.cases(person.person_id).order_by(None), [CaseCard.id], paging)
    return Page(items=[queries.case_out(row) for row in rows], next_cursor=cursor)


@router.get("/accesses", summary="Who used the person's data", responses=problems())
async def list_accesses(person: Person, session: Session, paging: PageQuery) -> Page[AccessOut]:
    """A copy of svc-sharing's ledger, newest first."""
    mine = select(AccessLine).where(AccessLine.person_id == person.person_id)
    rows, cursor = await page_of(session, mine, [AccessLine.id], paging)
    return Page(items=[AccessOut.model_validate(row) for row in rows], next_cursor=cursor)


@router.get("/tags", summary="What is known about the person, and from where", responses=problems())
async def list_tags(person: Person, session: Session) -> list[TagOut]:
    """Only what is in force."""
    in_force = or_(Tag.until.is_(None), Tag.until > func.now())
    mine = select(Tag).where(Tag.person_id == person.person_id, in_force).order_by(Tag.tag)
    return [TagOut.model_validate(tag) for tag in await session.scalars(mine)]
