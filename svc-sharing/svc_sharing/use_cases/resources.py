"""What departments offer and how they are reached."""

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.outbox import emit
from chassis.problems import Forbidden, InvalidInput
from contracts.events.sharing import ResourcePublished, ResourceWithdrawn
from svc_sharing.connectors import SqlConnector, host_of
from svc_sharing.errors import ResourceUnknown
from svc_sharing.models import Connector, Resource
from svc_sharing.schemas.resources import ConnectorIn, ResourceIn
from svc_sharing.settings import SharingSettings
from svc_sharing.use_cases import departments


async def put_resource(session: AsyncSession, code: str, body: ResourceIn, department: str | None) -> Resource:
    """`department`: whose officer writes; None for a client that may write all."""
    known = await session.get(Resource, code, with_for_update=True)
    if department is not None and department not in (body.department, known.department if known else body.department):
        raise Forbidden("Only the department that holds the data describes it")
    if known is not None and department is not None and known.department != department:
        raise Forbidden("Only the department that holds the data describes it")
    if body.connector is not None:
        if await session.get(Connector, body.connector) is None:
            raise InvalidInput.at("#/connector", "unknown-connector", "There is no such connector")
        await _own_connector(session, body.connector, department)
    values = body.model_dump(mode="json")
    if known is not None and not known.withdrawn and all(getattr(known, name) == values[name] for name in values):
        return known
    row = insert(Resource).values(code=code, **values, withdrawn=False)
    changed = {**values, "withdrawn": False, "changed_at": func.now()}
    await session.execute(row.on_conflict_do_update(index_elements=["code"], set_=changed))
    await departments.learn(session, {body.department: body.department_name})
    emit(
        session,
        ResourcePublished(resource_code=code, department=body.department, sharing_type=body.sharing_type.value),
    )
    return await session.get_one(Resource, code, populate_existing=True)


async def withdraw_resource(session: AsyncSession, code: str, department: str | None) -> Resource:
    """Nobody may read it any more; grants on it are dead."""
    resource = await session.get(Resource, code, with_for_update=True)
    if resource is None:
        raise ResourceUnknown()
    if department is not None and resource.department != department:
        raise Forbidden("Only the department that holds the data withdraws it")
    if not resource.withdrawn:
        resource.withdrawn = True
        emit(session, ResourceWithdrawn(resource_code=code))
    return resource


async def put_connector(
    session: AsyncSession, code: str, body: ConnectorIn, settings: SharingSettings, department: str | None
) -> Connector:
    if host_of(body.config) not in settings.allowed_hosts:
        raise InvalidInput.at("#/config", "host-not-allowed", "This host is not among CONNECTOR_HOSTS")
    if isinstance(body.config, SqlConnector) and _reaches_ourselves(body.config, settings):
        raise InvalidInput.at("#/config/database", "own-database", "OneDoor's own databases are no departments'")
    await _own_connector(session, code, department)
    connector = await session.get(Connector, code, with_for_update=True)
    if connector is None:
        connector = Connector(code=code)
        session.add(connector)
    connector.config = body.config.model_dump(mode="json", by_alias=True)
    if body.secret is not None:
        connector.secret = body.secret.get_secret_value()
    await session.flush()
    await session.refresh(connector)
    return connector


def _reaches_ourselves(config: SqlConnector, settings: SharingSettings) -> bool:
    """Whoever may configure a connector must not read our databases through it, as the login that owns them."""
    own = make_url(settings.database_url)
    return config.user == own.username or config.database.startswith("onedoor_")


async def _own_connector(session: AsyncSession, code: str, department: str | None) -> None:
    """A connector belongs to the department whose resources it serves."""
    if department is None:
        return
    others = select(Resource.code).where(Resource.connector == code, Resource.department != department).limit(1)
    if await session.scalar(others) is not None:
        raise Forbidden("Another department's resources are behind this connector")
