"""Bundles (一件事): what is offered, and how one comes to be."""

from fastapi import APIRouter, Response
from sqlalchemy import select

from chassis.access import public
from chassis.database import Session
from chassis.paging import PageQuery, page_of
from chassis.problems import NotFound, PreconditionFailed, problems
from chassis.routing import TransactionalRoute
from contracts.paging import Page
from svc_catalog import queries
from svc_catalog.caching import PublicRoute
from svc_catalog.errors import IfMatchMissing, ItemsNotOffered
from svc_catalog.models import BundleVersion, Offer
from svc_catalog.routes.parameters import Code, Composer, IfMatch
from svc_catalog.schemas.bundles import BundleIn, BundleOfferOut, BundleOut, BundleVersionOut
from svc_catalog.use_cases import bundles
from svc_catalog.use_cases.items import etag_of

offered = APIRouter(tags=["bundles"], route_class=PublicRoute)
router = APIRouter(tags=["bundles"], route_class=TransactionalRoute)


@offered.get("/bundles", summary="Bundles on offer", dependencies=[public], responses=problems())
async def list_bundles(session: Session, paging: PageQuery) -> Page[BundleOfferOut]:
    """By code, each with what it spares."""
    query = select(Offer).where(Offer.kind == "bundle")
    rows, cursor = await page_of(session, query, [Offer.code], paging, descending=False)
    return Page(items=await queries.bundle_offers(session, rows), next_cursor=cursor)


@offered.get("/bundles/{code}", summary="One bundle", dependencies=[public], responses=problems(NotFound))
async def read_bundle(code: Code, session: Session) -> BundleOut:
    """With its branches as their items stand now, its guiding questions, and what it spares."""
    return await queries.bundle_out(session, await bundles.current_of(session, code))


@router.put(
    "/bundles/{code}", summary="Write a bundle's next version", responses=problems(PreconditionFailed, IfMatchMissing)
)
async def write_bundle(
    code: Code, body: BundleIn, composer: Composer, session: Session, response: Response, if_match: IfMatch = None
) -> BundleVersionOut:
    """A draft that differs is changed under `If-Match`. Sent again, the version that says this is answered."""
    return _answered(await bundles.write(session, code, composer.id, body, if_match), response)


@router.post("/bundles/{code}/publication", summary="Offer a bundle", responses=problems(NotFound, ItemsNotOffered))
async def publish_bundle(code: Code, composer: Composer, session: Session, response: Response) -> BundleVersionOut:
    """The newest version, once all its items are published."""
    return _answered(await bundles.publish(session, code), response)


@router.post("/bundles/{code}/withdrawal", summary="Offer a bundle no longer", responses=problems(NotFound))
async def withdraw_bundle(code: Code, composer: Composer, session: Session, response: Response) -> BundleVersionOut:
    """Nothing new may be submitted for it; its items stay on offer."""
    return _answered(await bundles.withdraw(session, code), response)


def _answered(version: BundleVersion, response: Response) -> BundleVersionOut:
    response.headers["etag"] = etag_of(version)
    return queries.bundle_version_out(version)
