"""What departments said."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from chassis.access import Caller, requires
from chassis.database import Session
from chassis.problems import InvalidInput, NotFound, problems
from chassis.routing import TransactionalRoute
from contracts.claims import Kind
from svc_sharing.errors import Erased, NotAnswered, NotGranted
from svc_sharing.models import Exchange
from svc_sharing.schemas.exchanges import ExchangeOut, ResolutionIn, ResolutionOut
from svc_sharing.schemas.grants import Purpose
from svc_sharing.sealed import Records
from svc_sharing.use_cases import reading

router = APIRouter(prefix="/exchanges", tags=["exchanges"], route_class=TransactionalRoute)
Reader = Annotated[Caller, requires("sharing:exchange:read", kinds=(Kind.PERSON, Kind.STAFF))]
Service = Annotated[Caller, requires("sharing:exchange:resolve", kinds=(Kind.CLIENT,))]


@router.get(
    "/{exchange_id}",
    summary="Read what a department said",
    responses=problems(InvalidInput, NotGranted, NotFound, NotAnswered, Erased),
)
async def read_exchange(
    exchange_id: UUID,
    reader: Reader,
    session: Session,
    case_id: Annotated[UUID | None, Query(description="Staff: the case it is read for")] = None,
    purpose: Annotated[Purpose | None, Query(description="Staff: why, as their grant names it")] = None,
) -> ExchangeOut:
    """The person concerned sees all of it. A clerk sees what a live grant of the department covers, and it is noted."""
    if reader.claims.kind is Kind.PERSON:
        return _exchange(*await reading.by_person(session, exchange_id, reader.person_id))
    if case_id is None:
        raise InvalidInput.at("#query/case_id", "missing", "Staff say for which case")
    if purpose is None:
        raise InvalidInput.at("#query/purpose", "missing", "Staff say for which purpose")
    source, records = await reading.by_department(session, exchange_id, reader.department, case_id, purpose)
    return ExchangeOut(
        id=exchange_id,
        case_id=case_id,
        resource=source.resource_code,
        source_name=source.source_name,
        retrieved_at=source.retrieved_at,
        records=records,
    )


@router.post(
    "/{exchange_id}/resolve",
    summary="Resolve fields by reference",
    responses=problems(InvalidInput, NotFound, NotAnswered, Erased),
)
async def resolve_fields(exchange_id: UUID, body: ResolutionIn, service: Service, session: Session) -> ResolutionOut:
    """For services of OneDoor that work for the case. Each call is a line in the ledger, shown to the person concerned."""
    values = await reading.by_service(
        session, exchange_id, service.id, body.case_id, body.purpose, body.fields, body.record
    )
    return ResolutionOut(values=values)


def _exchange(exchange: Exchange, records: Records) -> ExchangeOut:
    return ExchangeOut(
        id=exchange.id,
        case_id=exchange.case_id,
        resource=exchange.resource_code,
        source_name=exchange.source_name or exchange.resource_code,
        retrieved_at=exchange.retrieved_at or exchange.asked_at,
        records=records,
    )
