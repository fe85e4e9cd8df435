"""Items: what is offered to everybody, and the versions that editors and reviewers work on."""

from dataclasses import replace

from fastapi import APIRouter, Response, status
from sqlalchemy import select

from chassis.access import public
from chassis.database import Session
from chassis.paging import PageQuery, page_of
from chassis.problems import NotFound, PreconditionFailed, problems
from chassis.routing import TransactionalRoute
from contracts.paging import Page
from svc_catalog import queries
from svc_catalog.caching import PublicRoute
from svc_catalog.errors import DraftOpen, FourEyes, IfMatchMissing, SlugTaken, VersionNotInState
from svc_catalog.models import ItemVersion, Offer
from svc_catalog.routes.parameters import Code, Editor, IfMatch, Kept, Number, Reviewer
from svc_catalog.schemas.elements import ItemIn
from svc_catalog.schemas.items import (
    ItemOut,
    OfferOut,
    PublicationIn,
    ReviewIn,
    VersionDetailOut,
    VersionOut,
    WithdrawalIn,
)
from svc_catalog.use_cases import items

offered = APIRouter(tags=["items"], route_class=PublicRoute)
router = APIRouter(tags=["versions"], route_class=TransactionalRoute)


@offered.get("/items", summary="Items on offer", dependencies=[public], responses=problems())
async def list_items(kept: Kept, session: Session, paging: PageQuery) -> Page[OfferOut]:
    """By implementation code; each of the seven ways to browse narrows the list."""
    query = select(Offer).where(*replace(kept, kind="item").conditions())
    rows, cursor = await page_of(session, query, [Offer.code], paging, descending=False)
    return Page(items=[OfferOut.of(row) for row in rows], next_cursor=cursor)


@offered.get(
    "/items/{code}", summary="One item with all its elements", dependencies=[public], responses=problems(NotFound)
)
async def read_item(code: Code, session: Session) -> ItemOut:
    """By implementation code or short code. What is not published, or was withdrawn, is not found."""
    item, version = await items.current_of(session, code)
    return await queries.item_out(session, item, version)


@router.post(
    "/items",
    status_code=status.HTTP_201_CREATED,
    summary="Draft an item's next version",
    responses=problems(DraftOpen, SlugTaken)
    | {200: {"model": VersionOut, "description": "The newest version says this"}},
)
async def draft_item(body: ItemIn, editor: Editor, session: Session, response: Response) -> VersionOut:
    """The first version of a new item, or the next of one that exists. Sent again, the version that says this is answered."""
    version, is_new = await items.draft(session, editor.id, body)
    if not is_new:
        response.status_code = status.HTTP_200_OK
    return _answered(version, response, body.slug)


@router.get("/items/{code}/versions", summary="All versions of an item", responses=problems(NotFound))
async def list_item_versions(code: Code, editor: Editor, session: Session, paging: PageQuery) -> Page[VersionOut]:
    """Newest first."""
    item = await queries.item_of(session, code)
    query = select(ItemVersion).where(ItemVersion.item_code == item.code)
    rows, cursor = await page_of(session, query, [ItemVersion.version], paging)
    return Page(items=[queries.version_out(row, item.slug) for row in rows], next_cursor=cursor)


@router.get("/items/{code}/versions/{number}", summary="One version of an item", responses=problems(NotFound))
async def read_item_version(
    code: Code, number: Number, editor: Editor, session: Session, response: Response
) -> VersionDetailOut:
    """With all its elements; the `ETag` is needed to change it."""
    version = await items.version_of(session, code, number)
    response.headers["etag"] = items.etag_of(version)
    return queries.version_detail(version)


@router.put(
    "/items/{code}/versions/{number}",
    summary="Change a draft",
    responses=problems(NotFound, VersionNotInState, SlugTaken, PreconditionFailed, IfMatchMissing),
)
async def change_item_draft(
    code: Code,
    number: Number,
    body: ItemIn,
    editor: Editor,
    session: Session,
    response: Response,
    if_match: IfMatch = None,
) -> VersionOut:
    """Whole, with `If-Match`: what somebody else changed meanwhile is not overwritten."""
    version = await items.rewrite(session, code, number, editor.id, body, if_match)
    return _answered(version, response, body.slug)


@router.post(
    "/items/{code}/versions/{number}/review",
    summary="Review a draft, or send it back",
    responses=problems(NotFound, VersionNotInState, FourEyes),
)
async def review_item_version(
    code: Code,
    number: Number,
    reviewer: Reviewer,
    session: Session,
    response: Response,
    body: ReviewIn = ReviewIn(),
) -> VersionOut:
    """By another person than the one who wrote it."""
    return _answered(await items.review(session, code, number, reviewer, body), response)


@router.post(
    "/items/{code}/versions/{number}/publication",
    summary="Publish a reviewed version",
    responses=problems(NotFound, VersionNotInState),
)
async def publish_item_version(
    code: Code,
    number: Number,
    reviewer: Reviewer,
    session: Session,
    response: Response,
    body: PublicationIn = PublicationIn(),
) -> VersionOut:
    """At once or from a day on. The version before is superseded."""
    return _answered(await items.publish(session, code, number, body.in_force_from), response)


@router.post(
    "/items/{code}/versions/{number}/withdrawal",
    summary="Withdraw a version",
    responses=problems(NotFound, VersionNotInState),
)
async def withdraw_item_version(
    code: Code,
    number: Number,
    reviewer: Reviewer,
    session: Session,
    response: Response,
    body: WithdrawalIn = WithdrawalIn(),
) -> VersionOut:
    """The item is no longer offered when it was the published one; nothing new may be submitted for it."""
    return _answered(await items.withdraw(session, code, number, body.remark), response)


def _answered(version: ItemVersion, response: Response, slug: str | None = None) -> VersionOut:
    response.headers["etag"] = items.etag_of(version)
    return queries.version_out(version, slug)
