"""Who may read what: sharing types and grants. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID


class SharingType(StrEnum):
    """无条件共享, 有条件共享, 不予共享."""

    UNCONDITIONAL = "unconditional"
    CONDITIONAL = "conditional"
    NONE = "none"


class ResourceKind(StrEnum):
    QUERY = "query"
    VERIFICATION = "verification"
    SUBMISSION = "submission"
    LICENCE = "licence"
    """Fields of a registered licence; the code is the licence's kind."""


class Shared(Protocol):
    """What the decision needs to know of a resource."""

    department: str
    sharing_type: str
    fields: list[str]
    withdrawn: bool


class Granted(Protocol):
    id: UUID
    department: str
    purpose: str
    fields: list[str]
    expires_at: datetime
    revoked_at: datetime | None


class NotAllowed(Exception):
    """`reason`: grant-missing, grant-expired or not-shared."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Leave:
    """What may be read, and by which grant; None where none is needed."""

    fields: frozenset[str]
    grant_id: UUID | None = None
    reader: str | None = None


def leave_to_read(
    resource: Shared, grants: Iterable[Granted], reader: str | None, purpose: str, now: datetime
) -> Leave:
    """What `reader` (a department's credit code; None: whichever the purpose belongs to) may read now. Raises NotAllowed.

    A department needs no grant for what it holds itself.
    """
    everything = frozenset(resource.fields)
    if reader is not None and reader == resource.department:
        return Leave(everything, None, reader)
    if resource.withdrawn or resource.sharing_type == SharingType.NONE:
        raise NotAllowed("not-shared")
    if resource.sharing_type == SharingType.UNCONDITIONAL:
        return Leave(everything, None, reader)
    given = [
        grant
        for grant in grants
        if grant.purpose == purpose and grant.revoked_at is None and reader in (None, grant.department)
    ]
    if not given:
        raise NotAllowed("grant-missing")
    live = [grant for grant in given if grant.expires_at > now]
    if not live:
        raise NotAllowed("grant-expired")
    widest = max(live, key=lambda grant: (len(everything & set(grant.fields)), grant.expires_at))
    return Leave(everything & set(widest.fields), widest.id, widest.department)


def required(leave: Leave, fields: Collection[str]) -> Leave:
    """The leave narrowed to `fields`; NotAllowed when it does not cover them all."""
    if not leave.fields.issuperset(fields):
        raise NotAllowed("grant-missing")
    return Leave(frozenset(fields), leave.grant_id, leave.reader)


def narrowed(records: Sequence[Mapping[str, Any]], fields: Collection[str]) -> list[dict[str, Any]]:
    """Records with nothing but these fields."""
    return [{name: value for name, value in record.items() if name in fields} for record in records]


def key_text(resource: str, key_fields: Sequence[str], record: Mapping[str, Any]) -> str:
    """What identifies a record, in one normal form; its keyed hash is the record's key."""
    return "\0".join([resource, *(f"{name}={record.get(name)}" for name in key_fields)])


def can_apply(resource: Shared, fields: Collection[str]) -> bool:
    return not resource.withdrawn and set(fields) <= set(resource.fields)
