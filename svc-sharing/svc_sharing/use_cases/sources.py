"""What a field reference can point at: an exchange of the case, or a licence that one of its submissions was answered with."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Row, Text, Uuid, any_, bindparam, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from svc_sharing import documents, sealed
from svc_sharing.models import Base
from svc_sharing.sealed import Kept, Records
from svc_sharing.use_cases import offers
from svc_sharing.use_cases.offers import Offer

_E, _K, _L, _I = (Base.metadata.tables[name] for name in ("exchange", "case_key", "licence", "issuer"))
_IDS, _CASE, _PURPOSE = (
    bindparam("ids", type_=ARRAY(Uuid)),
    bindparam("case", type_=Uuid),
    bindparam("purpose", type_=Text),
)


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
    offer: Offer | None
    """What is offered under its name now, with the grants for the purpose it is read for."""
    records: Records = field(repr=False)

    def value(self, record: int, name: str) -> Any:
        if record >= len(self.records) or name not in self.fields:
            raise SourceMissing
        return self.records[record].get(name)


_FACTS = (
    "id", "resource_code", "source_name", "persons", "fields", "grant_id", "retrieved_at", "asked_at", "records",
)  # fmt: skip
_EXCHANGES = (
    select(*(_E.c[name].label(f"its_{name}") for name in _FACTS), _K.c.case_id.label("key_of"), _K.c.wrapped)
    .add_columns(*offers.COLUMNS)
    .select_from(offers.joined(_E, _E.c.resource_code, _PURPOSE).outerjoin(_K, _K.c.case_id == _E.c.case_id))
    .where(_E.c.id == any_(_IDS), _E.c.case_id == _CASE, _E.c.state == "done")
)
_LICENCES = (
    select(
        _L.c.id.label("its_id"), _L.c.kind, _L.c.jws, _L.c.holders, _L.c.registered_at, _I.c.name.label("issuer_name")
    )
    .add_columns(*offers.COLUMNS)
    .select_from(offers.joined(_L.join(_I, _I.c.code == _L.c.issuer), _L.c.kind, _PURPOSE))
    .where(_L.c.id == any_(_IDS), exists().where(_E.c.licence_id == _L.c.id, _E.c.case_id == _CASE))
)


async def open_sources(session: AsyncSession, ids: Collection[UUID], case_id: UUID, purpose: str) -> dict[UUID, Source]:
    """Those that are there, by their ids. Raises KeyDestroyed for what was erased."""
    asked = {"case": case_id, "purpose": purpose}
    found: dict[UUID, Source] = {}
    if ids:
        rows = (await session.execute(_EXCHANGES, {**asked, "ids": list(ids)})).all()
        found = {one[0].its_id: _exchange(one, case_id) for one in _by_id(rows)}
    if others := [one for one in ids if one not in found]:
        rows = (await session.execute(_LICENCES, {**asked, "ids": others})).all()
        found |= {one[0].its_id: _licence(one, case_id) for one in _by_id(rows)}
    return found


async def open_source(session: AsyncSession, source_id: UUID, case_id: UUID, purpose: str) -> Source:
    """Raises SourceMissing, and KeyDestroyed for what was erased."""
    source = (await open_sources(session, [source_id], case_id, purpose)).get(source_id)
    if source is None:
        raise SourceMissing
    return source


def _by_id(rows: Collection[Row[Any]]) -> Iterator[list[Row[Any]]]:
    """A source has a row for each grant."""
    together: dict[UUID, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        together[row.its_id].append(row)
    yield from together.values()


def _exchange(rows: list[Row[Any]], case_id: UUID) -> Source:
    first = rows[0]
    key = Kept(case_id, first.key_of is not None, first.wrapped).opened()
    return Source(
        resource_code=first.its_resource_code,
        source_name=first.its_source_name or first.its_resource_code,
        case_id=case_id,
        persons=[UUID(person) for person in first.its_persons],
        fields=first.its_fields,
        grant_id=first.its_grant_id,
        retrieved_at=first.its_retrieved_at or first.its_asked_at,
        offer=offers.offer_in(rows),
        records=sealed.records_in(key, first.its_id, first.its_records),
    )


def _licence(rows: list[Row[Any]], case_id: UUID) -> Source:
    first = rows[0]
    record = documents.fields_of(documents.payload_of(first.jws))
    return Source(
        resource_code=first.kind,
        source_name=first.issuer_name,
        case_id=case_id,
        persons=[UUID(holder) for holder in first.holders],
        fields=sorted(record),
        grant_id=None,
        retrieved_at=first.registered_at,
        offer=offers.offer_in(rows),
        records=[record],
    )
