"""What is offered under a name, and the grants on it for one purpose: joined into whatever statement needs to know."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from svc_sharing import rules
from svc_sharing.models import Base
from svc_sharing.rules import Leave, NotAllowed

RESOURCE, GRANT = Base.metadata.tables["resource"], Base.metadata.tables["data_grant"]


@dataclass(slots=True)
class Given:
    """A grant, as the decision needs it."""

    id: UUID
    department: str
    purpose: str
    fields: list[str]
    expires_at: datetime
    revoked_at: datetime | None


@dataclass(slots=True)
class Offer:
    """A resource with the grants on it for the purpose that was read for."""

    code: str
    department: str
    department_name: str
    sharing_type: str
    fields: list[str]
    record_key_fields: list[str]
    result_codes: list[str]
    connector: str | None
    withdrawn: bool
    grants: list[Given]

    def leave_to_read(self, reader: str | None, purpose: str) -> Leave:
        """What may be read now. Raises NotAllowed; an expired grant is never used silently."""
        return rules.leave_to_read(self, self.grants, reader, purpose, datetime.now(UTC))


_OFFER = tuple(name for name in Offer.__slots__ if name != "grants")
COLUMNS = [
    *(RESOURCE.c[name].label(f"offer_{name}") for name in _OFFER),
    *(GRANT.c[name].label(f"grant_{name}") for name in Given.__slots__),
]


def joined(onto: Any, code: Any, purpose: Any) -> Any:
    """The tables behind COLUMNS beside `onto`: a row for each grant, one where there is none."""
    offered = onto.outerjoin(RESOURCE, RESOURCE.c.code == code)
    return offered.outerjoin(GRANT, (GRANT.c.resource_code == code) & (GRANT.c.purpose == purpose))


def offer_in(rows: Sequence[Row[Any]]) -> Offer | None:
    """From the rows of one `code`; None: nobody offers it."""
    first = rows[0]._mapping
    if first["offer_code"] is None:
        return None
    facts = {name: first[f"offer_{name}"] for name in _OFFER}
    return Offer(**facts, grants=list(_given(row._mapping for row in rows)))


def _given(rows: Iterable[Any]) -> Iterable[Given]:
    for row in rows:
        if row["grant_id"] is not None:
            yield Given(**{name: row[f"grant_{name}"] for name in Given.__slots__})


def offered(offer: Offer | None) -> Offer:
    """Raises NotAllowed for what nobody offers."""
    if offer is None:
        raise NotAllowed("not-shared")
    return offer
