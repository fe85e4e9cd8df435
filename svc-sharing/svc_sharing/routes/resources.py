"""Resources and connectors."""

from typing import Annotated, cast

from fastapi import APIRouter, Path, Request
from sqlalchemy import select

from chassis.access import Caller, requires
from chassis.database import Session
from chassis.paging import PageQuery, page_of
from chassis.problems import Forbidden, InvalidInput, NotFound, problems
from chassis.routing import TransactionalRoute
from chassis.runtime import runtime_of
from contracts.claims import Kind
from contracts.paging import Page
from svc_sharing.errors import ResourceUnknown
from svc_sharing.models import Connector, Resource
from svc_sharing.routes.grants import acting_for
from svc_sharing.schemas.resources import ConnectorIn, ConnectorOut, ResourceIn, ResourceOut
from svc_sharing.settings import SharingSettings
from svc_sharing.use_cases import resources

router = APIRouter(tags=["resources"], route_class=TransactionalRoute)
Officer = (Kind.STAFF, Kind.CLIENT)
Describer = Annotated[Caller, requires("sharing:resource:write", kinds=Officer)]
Connecter = Annotated[Caller, requires("sharing:connector:write", kinds=Officer)]
Code = Annotated[str, Path(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]


@router.put("/resources/{code}", summary="Describe a resource", responses=problems(InvalidInput, Forbidden))
async def put_resource(code: Code, body: ResourceIn, officer: Describer, session: Session) -> ResourceOut:
    """What a department offers, and how it is shared. Describing a withdrawn resource offers it again."""
    return ResourceOut.model_validate(await resources.put_resource(session, code, body, acting_for(officer)))


@router.get("/resources", summary="The catalogue of resources", responses=problems())
async def list_resources(officer: Describer, session: Session, paging: PageQuery) -> Page[ResourceOut]:
    """By code."""
    rows, cursor = await page_of(session, select(Resource), [Resource.code], paging, descending=False)
    return Page(items=[ResourceOut.model_validate(row) for row in rows], next_cursor=cursor)


@router.get("/resources/{code}", summary="One resource", responses=problems(ResourceUnknown))
async def read_resource(code: Code, officer: Describer, session: Session) -> ResourceOut:
    """Its fields, sharing type and connector."""
    resource = await session.get(Resource, code)
    if resource is None:
        raise ResourceUnknown()
    return ResourceOut.model_validate(resource)


@router.post(
    "/resources/{code}/withdrawal", summary="Withdraw a resource", responses=problems(Forbidden, ResourceUnknown)
)
async def withdraw_resource(code: Code, officer: Describer, session: Session) -> ResourceOut:
    """Nobody may read it any more; grants on it are dead at once."""
    return ResourceOut.model_validate(await resources.withdraw_resource(session, code, acting_for(officer)))


@router.put("/connectors/{code}", summary="Configure a connector", responses=problems(InvalidInput, Forbidden))
async def put_connector(
    code: Code, body: ConnectorIn, officer: Connecter, session: Session, request: Request
) -> ConnectorOut:
    """Where a department's system is and how it is spoken to; see the service's README for a full example of each kind."""
    settings = cast(SharingSettings, runtime_of(request).settings)
    return _shown(await resources.put_connector(session, code, body, settings, acting_for(officer)))


@router.get("/connectors/{code}", summary="One connector", responses=problems(NotFound))
async def read_connector(code: Code, officer: Connecter, session: Session) -> ConnectorOut:
    """Its configuration; the secret is never answered."""
    connector = await session.get(Connector, code)
    if connector is None:
        raise NotFound()
    return _shown(connector)


def _shown(connector: Connector) -> ConnectorOut:
    return ConnectorOut(
        code=connector.code,
        config=connector.config,
        has_secret=connector.secret is not None,
        changed_at=connector.changed_at,
    )
