"""Writing into the ledger: lines are collected while a transaction works and chained in its last moment, so that the heads'
locks are held for an insert and a commit only, and always in the same order."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import event, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from chassis.database import WakingSession
from chassis.identifiers import new_id
from chassis.outbox import emit
from contracts.events.sharing import AccessRecorded
from svc_sharing.ledger.chain import SHARDS, chain
from svc_sharing.models import LedgerHead, LedgerLine

_WAITING = "ledger lines"


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


def record(session: AsyncSession, access: Access) -> None:
    """A line for each person concerned, and the event that tells of it. Written when the transaction commits."""
    at = access.at or datetime.now(UTC)
    lines = [_line(access, person, at) for person in dict.fromkeys(access.persons)]
    session.sync_session.info.setdefault(_WAITING, []).extend(lines)
    emit(session, *map(_told, lines))


@event.listens_for(WakingSession, "before_commit")
def _write(session: Session) -> None:
    waiting: list[LedgerLine] = session.info.pop(_WAITING, [])
    if not waiting:
        return
    shards: dict[int, list[LedgerLine]] = defaultdict(list)
    for line in waiting:
        shards[line.person_id.int % SHARDS].append(line)
    for shard in sorted(shards):
        head = select(LedgerHead.seq, LedgerHead.hash).where(LedgerHead.shard == shard).with_for_update()
        seq, previous = session.execute(head).one()
        seq, last = chain(shards[shard], shard, seq, previous)
        session.execute(update(LedgerHead).where(LedgerHead.shard == shard).values(seq=seq, hash=last))
    session.add_all(waiting)


def _line(access: Access, person: UUID, at: datetime) -> LedgerLine:
    return LedgerLine(
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


def _told(line: LedgerLine) -> AccessRecorded:
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
