"""Messages: always in-app, by e-mail and SMS when the person opted in."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.identifiers import new_id
from chassis.jobs import enqueue
from chassis.later import later
from chassis.outbox import emit
from chassis.problems import NotFound
from contracts.events.profile import MessageSent
from svc_profile.jobs.delivery import Deliver
from svc_profile.models import Contact, Delivery, Message
from svc_profile.schemas import ContactIn
from svc_profile.use_cases import cases
from svc_profile.use_cases.told import IN_APP, look_up

NEW_MESSAGE, NEW_DELIVERY = insert(Message), insert(Delivery)
"""Not `on conflict do nothing`: a message that was told of and is not there would be worse than another attempt."""


async def send(
    session: AsyncSession,
    person: UUID,
    kind: str,
    source: str,
    *,
    case_id: UUID | None = None,
    link: str | None = None,
    **parameters: Any,
) -> None:
    """Once for each source and kind, however often the source arrives; never about a silenced case."""
    if case_id is not None and await cases.is_silenced(session, case_id):
        return
    told = await look_up(session, [source], [person])
    if (person, kind) in told.sent[source]:
        return
    told.sent[source].add((person, kind))
    message_id = new_id()
    about = {"kind": kind, "parameters": parameters, "link": link, "case_id": case_id, "source": source}
    row = {"id": message_id, "person_id": person, **about}
    emit(session, MessageSent(person_id=person, message_id=message_id, kind=kind, channel=IN_APP))
    if channels := told.channels[person]:
        await session.execute(NEW_MESSAGE, row)
        await _deliver(session, message_id, channels)
    else:
        later(session, NEW_MESSAGE, row)


async def _deliver(session: AsyncSession, message_id: UUID, channels: Sequence[str]) -> None:
    for channel in channels:
        later(session, NEW_DELIVERY, {"message_id": message_id, "channel": channel, "state": "waiting"})
        await enqueue(session, Deliver(message_id=message_id, channel=channel), key=f"{message_id}/{channel}")


async def read(session: AsyncSession, person: UUID, message_id: UUID) -> Message:
    message = await session.get(Message, message_id, with_for_update=True)
    if message is None or message.person_id != person:
        raise NotFound()
    message.read_at = message.read_at or datetime.now(UTC)
    return message


async def set_contact(session: AsyncSession, person: UUID, body: ContactIn) -> Contact:
    contact = await session.get(Contact, person, with_for_update=True)
    if contact is None:
        contact = Contact(person_id=person)
        session.add(contact)
    for name, value in body.model_dump().items():
        setattr(contact, name, value)
    return contact
