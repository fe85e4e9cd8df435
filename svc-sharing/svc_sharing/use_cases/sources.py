"""What a field reference can point at: an exchange of the case, or a licence that one of its submissions was answered with."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from svc_sharing import documents, sealed
from svc_sharing.models import Exchange, Issuer, Licence
from svc_sharing.sealed import Records


class SourceMissing(Exception):
    """No such exchange or licence of this case, or no such record or field in it."""


@dataclass(frozen=True)
class Source:
    resource_code: str
    source_name: str
    case_id: UUID
    persons: list[UUID]
    fields: list[str]
    grant_id: UUID | None
    retrieved_at: datetime
    records: Records = field(repr=False)

    def value(self, record: int, name: str) -> Any:
        if record >= len(self.records) or name not in self.fields:
            raise SourceMissing
        return self.records[record].get(name)


async def open_source(session: AsyncSession, source_id: UUID, case_id: UUID) -> Source:
    """Raises SourceMissing, and KeyDestroyed for what was erased."""
    exchange = await session.get(Exchange, source_id)
    if exchange is None:
        return await _of_licence(session, source_id, case_id)
    if exchange.case_id != case_id or exchange.state != "done":
        raise SourceMissing
    return Source(
        resource_code=exchange.resource_code,
        source_name=exchange.source_name or exchange.resource_code,
        case_id=case_id,
        persons=[UUID(person) for person in exchange.persons],
        fields=exchange.fields,
        grant_id=exchange.grant_id,
        retrieved_at=exchange.retrieved_at or exchange.asked_at,
        records=await sealed.open_records(session, exchange),
    )


async def _of_licence(session: AsyncSession, licence_id: UUID, case_id: UUID) -> Source:
    answered = select(Exchange.id).where(Exchange.licence_id == licence_id, Exchange.case_id == case_id).limit(1)
    licence = await session.get(Licence, licence_id)
    if licence is None or await session.scalar(answered) is None:
        raise SourceMissing
    issuer = await session.get_one(Issuer, licence.issuer)
    record = documents.fields_of(documents.payload_of(licence.jws))
    return Source(
        resource_code=licence.kind,
        source_name=issuer.name,
        case_id=case_id,
        persons=[UUID(holder) for holder in licence.holders],
        fields=sorted(record),
        grant_id=None,
        retrieved_at=licence.registered_at,
        records=[record],
    )
