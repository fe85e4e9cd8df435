"""A step's question with all that is to be known before a department is asked: read in one statement, made once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, case, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.steps import Capability
from svc_sharing import own_keys
from svc_sharing.models import Base
from svc_sharing.sealed import Kept
from svc_sharing.use_cases import departments, offers
from svc_sharing.use_cases.offers import Offer

_E, _K, _C, _D, _S = (
    Base.metadata.tables[name] for name in ("exchange", "case_key", "connector", "department", "secret")
)


@dataclass(slots=True)
class Question:
    """An exchange as it was asked for, and what there was around it when it was read."""

    id: UUID
    request_id: UUID
    case_id: UUID
    capability: str
    purpose: str
    reader: str | None
    persons: list[str]
    arguments: dict[str, Any] = field(repr=False)
    form_code: str | None = field(repr=False)
    asked_at: datetime
    state: str
    offer: Offer | None
    system: str | None
    """Which version of its connector the department has; None: no connector."""
    names: Mapping[str, str]
    """What those are called who may be the reader; by their codes."""
    key: Kept = field(repr=False)
    record_secret: str | None = field(repr=False)

    def name_of(self, reader: str) -> str:
        return departments.OWN_NAMES.get(reader) or self.names.get(reader) or reader


_FACTS = (
    "id", "request_id", "case_id", "capability", "purpose", "reader", "persons", "arguments", "form_code", "asked_at", "state",
)  # fmt: skip
_READER = case(
    (_E.c.capability == Capability.SHARING_SUBMIT.value, offers.RESOURCE.c.department),
    else_=func.coalesce(_E.c.reader, offers.GRANT.c.department),
)
_ASKED = (
    select(
        *(_E.c[name] for name in _FACTS),
        literal_column("connector.xmin::text").label("system"),
        _D.c.code.label("reader_code"),
        _D.c.name.label("reader_name"),
        _K.c.case_id.label("key_of"),
        _K.c.wrapped,
        select(_S.c.value).where(_S.c.name == own_keys.RECORD_KEYS).scalar_subquery().label("record_secret"),
    )
    .add_columns(*offers.COLUMNS)
    .select_from(
        offers.joined(_E, _E.c.resource_code, _E.c.purpose)
        .outerjoin(_C, _C.c.code == offers.RESOURCE.c.connector)
        .outerjoin(_D, _D.c.code == _READER)
        .outerjoin(_K, _K.c.case_id == _E.c.case_id)
    )
    .where(_E.c.id == bindparam("exchange"))
)


async def read(session: AsyncSession, exchange_id: UUID) -> Question:
    rows = (await session.execute(_ASKED, {"exchange": exchange_id})).all()
    if not rows:
        raise LookupError(exchange_id)
    first = rows[0]
    return Question(
        **{name: first._mapping[name] for name in _FACTS},
        offer=offers.offer_in(rows),
        system=first.system,
        names={row.reader_code: row.reader_name for row in rows if row.reader_code is not None},
        key=Kept(first.case_id, first.key_of is not None, first.wrapped),
        record_secret=first.record_secret,
    )
