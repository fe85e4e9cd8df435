"""The access ledger: one's own lines, and the published heads."""

from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy import select

from chassis.access import Caller, public, requires
from chassis.database import Session
from chassis.paging import PageQuery, page_of
from chassis.problems import InvalidInput, problems
from chassis.routing import TransactionalRoute
from contracts.claims import Kind
from contracts.paging import Page
from svc_sharing.ledger.heads import heads_in, published_keys
from svc_sharing.models import LedgerLine, PublishedHeads
from svc_sharing.schemas.ledger import AccessOut, HeadOut, LedgerKeysOut, PublishedHeadsOut

router = APIRouter(tags=["ledger"], route_class=TransactionalRoute)
Concerned = Annotated[Caller, requires("sharing:access:read", kinds=(Kind.PERSON,))]


@router.get("/accesses", summary="Who used one's data", responses=problems(InvalidInput))
async def list_accesses(
    person: Concerned,
    session: Session,
    paging: PageQuery,
    case_id: Annotated[UUID | None, Query(description="Only of this case")] = None,
) -> Page[AccessOut]:
    """Every use, newest first: who, what, whose, for which case and purpose, under which grant."""
    query = select(LedgerLine).where(LedgerLine.person_id == person.person_id)
    if case_id is not None:
        query = query.where(LedgerLine.case_id == case_id)
    rows, cursor = await page_of(session, query, [LedgerLine.id], paging)
    return Page(items=[AccessOut.model_validate(row) for row in rows], next_cursor=cursor)


@router.get(
    "/ledger/heads", summary="Published heads of the ledger", dependencies=[public], responses=problems(InvalidInput)
)
async def list_ledger_heads(session: Session, paging: PageQuery) -> Page[PublishedHeadsOut]:
    """Signed every hour, newest first. Keep them: a ledger that is changed later contradicts them."""
    rows, cursor = await page_of(session, select(PublishedHeads), [PublishedHeads.id], paging)
    return Page(items=[_shown(row) for row in rows], next_cursor=cursor)


@router.get("/ledger/keys", summary="The key that signs the heads", dependencies=[public], responses=problems())
async def read_ledger_keys(session: Session) -> LedgerKeysOut:
    """A JWKS: ES256."""
    return LedgerKeysOut(keys=cast(list[dict[str, Any]], (await published_keys(session)).to_jwks()["keys"]))


def _shown(published: PublishedHeads) -> PublishedHeadsOut:
    heads = [HeadOut(**head) for head in heads_in(published)]
    return PublishedHeadsOut(id=published.id, at=published.at, heads=heads, jws=published.jws)
