"""The city's words in English."""

from fastapi import APIRouter, status

from chassis.access import public
from chassis.database import Session
from chassis.problems import problems
from svc_catalog.caching import PublicRoute
from svc_catalog.routes.parameters import Editor
from svc_catalog.schemas.glossary import GlossaryIn, GlossaryOut
from svc_catalog.use_cases import glossary

router = APIRouter(tags=["glossary"], route_class=PublicRoute)


@router.get("/glossary", summary="The city's words in English", dependencies=[public], responses=problems())
async def read_glossary(session: Session) -> GlossaryOut:
    """Names and texts as every service hands them on, each with its English. What is not here has no English yet."""
    return GlossaryOut(terms=await glossary.read(session))


@router.put(
    "/glossary",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Say the city's other names in English",
    responses=problems(),
)
async def write_glossary(body: GlossaryIn, editor: Editor, session: Session) -> None:
    """Those that stand in no item and no bundle: these and no others. What stands in one is its own `english`."""
    await glossary.write(session, body.terms)
