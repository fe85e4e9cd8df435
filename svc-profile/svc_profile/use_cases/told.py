"""What is known before a message is sent: what was told for the same source, and which channels a person wants besides.

Read in one statement for all that a transaction is about to tell, and otherwise when it is first asked for.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Text,
    Uuid,
    any_,
    bindparam,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy import event as sql_event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session as SyncSession

from chassis.database import WakingSession
from svc_profile.models import Base

IN_APP, EMAIL, SMS = "in-app", "e-mail", "sms"
PLACE = "told"
_MESSAGE, _CONTACT = Base.metadata.tables["message"], Base.metadata.tables["contact"]


def _wanted(channel: str, on: ColumnElement[bool], address: ColumnElement[str]) -> Select[UUID, str, str]:
    theirs = _CONTACT.c.person_id == any_(bindparam("persons", type_=ARRAY(Uuid)))
    return select(_CONTACT.c.person_id, literal(channel), type_coerce(null(), Text)).where(
        theirs, on, address.is_not(None)
    )


LOOK_UP = union_all(
    select(_MESSAGE.c.person_id, _MESSAGE.c.kind, _MESSAGE.c.source).where(
        _MESSAGE.c.source == any_(bindparam("sources", type_=ARRAY(Text)))
    ),
    _wanted(EMAIL, _CONTACT.c.by_email, _CONTACT.c.email),
    _wanted(SMS, _CONTACT.c.by_sms, _CONTACT.c.phone),
)


@dataclass
class Told:
    sent: dict[str, set[tuple[UUID, str]]] = field(default_factory=dict)
    """By source: to whom, and of which kind."""
    channels: dict[UUID, list[str]] = field(default_factory=dict)
    """By person, besides in-app."""


async def look_up(session: AsyncSession, sources: Iterable[str], persons: Iterable[UUID]) -> Told:
    """A source is looked up once a transaction: whoever sends for it has it to himself, by an event's row in the inbox or by
    the lock of a reminder. Channels are as old as the first call."""
    told: Told = session.sync_session.info.setdefault(PLACE, Told())
    new, strangers = set(sources) - told.sent.keys(), set(persons) - told.channels.keys()
    if not new and not strangers:
        return told
    told.sent |= {source: set() for source in new}
    told.channels |= {person: [] for person in strangers}
    for person, what, source in await session.execute(LOOK_UP, {"sources": [*new], "persons": [*strangers]}):
        if source is None:
            told.channels[person].append(what)
        else:
            told.sent[source].add((person, what))
    return told


@sql_event.listens_for(WakingSession, "after_commit")
@sql_event.listens_for(WakingSession, "after_rollback")
def _forget(session: SyncSession) -> None:
    session.info.pop(PLACE, None)
