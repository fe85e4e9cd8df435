"""Writing into the ledger: lines are collected while a transaction works and chained in its last moment, so that the heads'
locks are held for an insert and a commit only, and always in the same order."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BindParameter, Column, any_, bindparam, column, event, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from chassis.database import WakingSession
from chassis.identifiers import new_id
from chassis.outbox import emit
from contracts.events.sharing import AccessRecorded
from svc_sharing.ledger.chain import SHARDS, NewLine, chain
from svc_sharing.models import Base

_WAITING = "ledger lines"
_HEAD, _LINE = Base.metadata.tables["ledger_head"], Base.metadata.tables["ledger_line"]


@dataclass(frozen=True)
class Access:
    """One use of data by one reader for one purpose."""

    persons: Collection[UUID]
    case_id: UUID | None
    resource_code: str
    source_name: str
    reader: str
    reader_name: str
    purpose: str
    grant_id: UUID | None
    fields: Collection[str]
    at: datetime | None = None


def _many(name: str, of: Column[Any]) -> BindParameter[Any]:
    return bindparam(name, type_=ARRAY(of.type, dimensions=1))


_COLUMNS = [field.name for field in fields(NewLine)]
# Made once, with as many parameters however many lines and shards there are: what a statement costs is its making.
_HEADS = (
    select(_HEAD.c.shard, _HEAD.c.seq, _HEAD.c.hash)
    .where(_HEAD.c.shard == any_(_many("shards", _HEAD.c.shard)))
    .order_by(_HEAD.c.shard)
    .with_for_update()
)
_moved_to = (
    func.unnest(*(_many(f"head_{c.name}", c) for c in _HEAD.c))
    .table_valued(*(column(c.name, c.type) for c in _HEAD.c), name="moved_to")
    .render_derived()
)
_MOVED = (
    update(_HEAD)
    .where(_HEAD.c.shard == _moved_to.c.shard)
    .values(seq=_moved_to.c.seq, hash=_moved_to.c.hash)
    .cte("moved")
)
_WRITTEN = (
    insert(_LINE)
    .from_select(_COLUMNS, select(*(func.unnest(_many(f"line_{name}", _LINE.c[name])) for name in _COLUMNS)))
    .add_cte(_MOVED)
)


def record(session: AsyncSession, access: Access) -> None:
    """A line for each person concerned, and the event that tells of it. Written when the transaction commits."""
    at = access.at or datetime.now(UTC)
    lines = [_line(access, person, at) for person in dict.fromkeys(access.persons)]
    session.sync_session.info.setdefault(_WAITING, []).extend(lines)
    emit(session, *map(_told, lines))


@event.listens_for(WakingSession, "before_commit")
def _write(session: Session) -> None:
    waiting: list[NewLine] = session.info.pop(_WAITING, [])
    if not waiting:
        return
    shards: dict[int, list[NewLine]] = defaultdict(list)
    for line in waiting:
        shards[line.person_id.int % SHARDS].append(line)
    session.flush()  # the heads are locked last, whatever else there is to write
    connection = session.connection()
    found = {head.shard: (head.seq, head.hash) for head in connection.execute(_HEADS, {"shards": sorted(shards)})}
    heads = [(shard, *chain(lines, shard, *found[shard])) for shard, lines in shards.items()]
    places = dict(zip(("head_shard", "head_seq", "head_hash"), map(list, zip(*heads, strict=True)), strict=True))
    written = {f"line_{name}": [getattr(line, name) for line in waiting] for name in _COLUMNS}
    connection.execute(_WRITTEN, places | written)


def _line(access: Access, person: UUID, at: datetime) -> NewLine:
    return NewLine(
        id=new_id(),
        at=at,
        person_id=person,
        case_id=access.case_id,
        resource_code=access.resource_code,
        source_name=access.source_name,
        reader=access.reader,
        reader_name=access.reader_name,
        purpose=access.purpose,
        grant_id=access.grant_id,
        fields=sorted(access.fields),
    )


def _told(line: NewLine) -> AccessRecorded:
    return AccessRecorded(
        access_id=line.id,
        person_id=line.person_id,
        case_id=line.case_id,
        resource_code=line.resource_code,
        source_name=line.source_name,
        reader=line.reader,
        reader_name=line.reader_name,
        purpose=line.purpose,
        grant_id=line.grant_id,
        fields=line.fields,
        at=line.at,
    )
