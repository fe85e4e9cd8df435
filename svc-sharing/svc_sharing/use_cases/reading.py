"""Reading what departments said: the person concerned, a clerk under a grant, a service by reference."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.problems import InvalidInput, NotFound
from chassis.sealing import KeyDestroyed
from svc_sharing import rules, sealed
from svc_sharing.errors import Erased, NotAnswered, NotGranted
from svc_sharing.ledger import Access, record
from svc_sharing.models import Exchange, Resource
from svc_sharing.rules import NotAllowed
from svc_sharing.sealed import Records
from svc_sharing.use_cases import departments, grants

SERVICE_NAMES = {"svc-identity": "一门（身份服务）", "svc-profile": "一门（我的主页）"}


async def by_person(session: AsyncSession, exchange_id: UUID, person_id: UUID) -> tuple[Exchange, Records]:
    exchange = await session.get(Exchange, exchange_id)
    if exchange is None or str(person_id) not in exchange.persons:
        raise NotFound()
    return exchange, await _opened(session, exchange)


async def by_department(
    session: AsyncSession, exchange_id: UUID, department: str, case_id: UUID, purpose: str
) -> tuple[Exchange, Records]:
    """Only what a live grant of the department covers, for this case and purpose; a line in the ledger."""
    exchange = await session.get(Exchange, exchange_id)
    if exchange is None or exchange.case_id != case_id:
        raise NotFound()
    resource = await session.get_one(Resource, exchange.resource_code)
    try:
        leave = await grants.leave_to_read(session, resource, department, purpose)
    except NotAllowed as error:
        raise NotGranted(reason=error.reason) from None
    fields = leave.fields & set(exchange.fields)
    records = rules.narrowed(await _opened(session, exchange), fields)
    name = await departments.name_of(session, department)
    record(session, _access(exchange, department, name, purpose, leave.grant_id, fields))
    return exchange, records


async def by_service(
    session: AsyncSession, exchange_id: UUID, client: str, case_id: UUID, purpose: str, fields: list[str], place: int
) -> dict[str, Any]:
    """Values by name for a service of OneDoor that works for the case; a line in the ledger."""
    exchange = await session.get(Exchange, exchange_id)
    if exchange is None or exchange.case_id != case_id:
        raise NotFound()
    records = await _opened(session, exchange)
    if place >= len(records):
        raise InvalidInput.at("#/record", "unknown-record", "The exchange has no such record")
    for number, name in enumerate(fields):
        if name not in exchange.fields:
            raise InvalidInput.at(f"#/fields/{number}", "unknown-field", "The exchange has no such field")
    reader_name = SERVICE_NAMES.get(client, client)
    record(session, _access(exchange, client, reader_name, purpose, exchange.grant_id, fields))
    return {name: records[place].get(name) for name in fields}


async def _opened(session: AsyncSession, exchange: Exchange) -> Records:
    if exchange.state != "done":
        raise NotAnswered(state=exchange.state)
    try:
        return await sealed.open_records(session, exchange)
    except KeyDestroyed:
        raise Erased() from None


def _access(
    exchange: Exchange,
    reader: str,
    reader_name: str,
    purpose: str,
    grant_id: UUID | None,
    fields: frozenset[str] | list[str],
) -> Access:
    return Access(
        persons=[UUID(person) for person in exchange.persons],
        case_id=exchange.case_id,
        resource_code=exchange.resource_code,
        source_name=exchange.source_name or exchange.resource_code,
        reader=reader,
        reader_name=reader_name,
        purpose=purpose,
        grant_id=grant_id,
        fields=fields,
    )
