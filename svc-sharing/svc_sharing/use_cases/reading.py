"""Reading what departments said: the person concerned, a clerk under a grant, a service by reference."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.problems import InvalidInput, NotFound
from chassis.sealing import KeyDestroyed
from svc_sharing import rules, sealed
from svc_sharing.errors import Erased, NotAnswered, NotGranted
from svc_sharing.ledger import Access, record
from svc_sharing.models import CaseBranch, Exchange
from svc_sharing.rules import NotAllowed
from svc_sharing.sealed import Records
from svc_sharing.use_cases import departments
from svc_sharing.use_cases.offers import offered
from svc_sharing.use_cases.sources import Source, SourceMissing, open_source


async def by_person(session: AsyncSession, exchange_id: UUID, person_id: UUID) -> tuple[Exchange, Records]:
    exchange = await session.get(Exchange, exchange_id)
    if exchange is None or str(person_id) not in exchange.persons:
        raise NotFound()
    if exchange.state != "done":
        raise NotAnswered(state=exchange.state)
    try:
        return exchange, await sealed.open_records(session, exchange)
    except KeyDestroyed:
        raise Erased() from None


async def by_department(
    session: AsyncSession, source_id: UUID, department: str, case_id: UUID, purpose: str
) -> tuple[Source, Records]:
    """Only what a live grant of the department covers, for a branch of the case that it handles; a line in the ledger."""
    source = await _source(session, source_id, case_id, purpose)
    branch = await session.get(CaseBranch, (case_id, purpose))
    if branch is None or branch.department != department:
        raise NotGranted(reason="not-your-branch")
    try:
        leave = offered(source.offer).leave_to_read(department, purpose)
    except NotAllowed as error:
        raise NotGranted(reason=error.reason) from None
    fields = leave.fields & set(source.fields)
    name = await departments.name_of(session, department)
    record(session, _access(source, department, name, purpose, leave.grant_id, fields))
    return source, rules.narrowed(source.records, fields)


async def by_service(
    session: AsyncSession, source_id: UUID, client: str, case_id: UUID, purpose: str, fields: list[str], place: int
) -> dict[str, Any]:
    """Values by name for a service of OneDoor that works for the case; a line in the ledger."""
    source = await _source(session, source_id, case_id, purpose)
    if place >= len(source.records):
        raise InvalidInput.at("#/record", "unknown-record", "The exchange has no such record")
    for number, name in enumerate(fields):
        if name not in source.fields:
            raise InvalidInput.at(f"#/fields/{number}", "unknown-field", "The exchange has no such field")
    reader_name = await departments.name_of(session, client)
    record(session, _access(source, client, reader_name, purpose, source.grant_id, fields))
    return {name: source.value(place, name) for name in fields}


async def _source(session: AsyncSession, source_id: UUID, case_id: UUID, purpose: str) -> Source:
    try:
        return await open_source(session, source_id, case_id, purpose)
    except KeyDestroyed:
        raise Erased() from None
    except SourceMissing:
        exchange = await session.get(Exchange, source_id)
        if exchange is not None and exchange.case_id == case_id:
            raise NotAnswered(state=exchange.state) from None
        raise NotFound() from None


def _access(
    source: Source, reader: str, reader_name: str, purpose: str, grant_id: UUID | None, fields: Collection[str]
) -> Access:
    return Access(
        persons=source.persons,
        case_id=source.case_id,
        resource_code=source.resource_code,
        source_name=source.source_name,
        reader=reader,
        reader_name=reader_name,
        purpose=purpose,
        grant_id=grant_id,
        fields=fields,
    )
