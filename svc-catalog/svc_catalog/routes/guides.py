"""Guides (办事指南): what it takes, and what it takes for me."""

from fastapi import APIRouter

from chassis.access import public
from chassis.database import Session
from chassis.problems import NotFound, problems
from svc_catalog.caching import PublicRoute
from svc_catalog.routes.parameters import Code
from svc_catalog.schemas.guides import AnswersIn, BundleGuideOut, ItemGuideOut
from svc_catalog.use_cases import guides

router = APIRouter(tags=["guides"], route_class=PublicRoute)


@router.get("/items/{code}/guide", summary="An item's guide", dependencies=[public], responses=problems(NotFound))
async def read_item_guide(code: Code, session: Session) -> ItemGuideOut:
    """With its first guiding questions; what depends on them is marked."""
    return await guides.of_item(session, code, {})


@router.post("/items/{code}/guide", summary="My guide to an item", dependencies=[public], responses=problems(NotFound))
async def answer_item_guide(code: Code, body: AnswersIn, session: Session) -> ItemGuideOut:
    """By answers so far; nothing of them is kept, and none stands in an address."""
    return await guides.of_item(session, code, body.answers)


@router.get("/bundles/{code}/guide", summary="A bundle's guide", dependencies=[public], responses=problems(NotFound))
async def read_bundle_guide(code: Code, session: Session) -> BundleGuideOut:
    """With its first guiding questions; what depends on them is marked."""
    return await guides.of_bundle(session, code, {})


@router.post(
    "/bundles/{code}/guide", summary="My guide to a bundle", dependencies=[public], responses=problems(NotFound)
)
async def answer_bundle_guide(code: Code, body: AnswersIn, session: Session) -> BundleGuideOut:
    """By answers so far: my branches, materials, places, fees and time. Nothing of the answers is kept."""
    return await guides.of_bundle(session, code, body.answers)
