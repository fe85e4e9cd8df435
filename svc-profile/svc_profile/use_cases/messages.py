"""Messages: always in-app, by e-mail and SMS when the person opted in."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.identifiers import new_id
from chassis.jobs import enqueue
from chassis.outbox import emit
from chassis.problems import NotFound
from contracts.events.profile import MessageSent
from svc_profile.jobs.delivery import Deliver
from svc_profile.models import Contact, Delivery, Message
from svc_profile.schemas import ContactIn
from svc_profile.use_cases import cases

IN_APP, EMAIL, SMS = "in-app", "e-mail", "sms"


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
    values = {
        "id": new_id(),
        "person_id": person,
        "kind": kind,
        "parameters": parameters,
        "link": link,
        "case_id": case_id,
        "source": source,
    }
    new = insert(Message).values(values).on_conflict_do_nothing(constraint="message_source_person_id_kind_key")
    message_id = (await session.execute(new.returning(Message.id))).scalar()
    if message_id is None:
        return
    emit(session, MessageSent(person_id=person, message_id=message_id, kind=kind, channel=IN_APP))
    contact = await session.get(Contact, person)
    for channel in _channels(contact):
        session.add(Delivery(message_id=message_id, channel=channel))
        await session.flush()
        await enqueue(session, Deliver(message_id=message_id, channel=channel), key=f"{message_id}/{channel}")


def _channels(contact: Contact | None) -> list[str]:
    if contact is None:
        return []
    wanted = {EMAIL: contact.by_email and contact.email, SMS: contact.by_sms and contact.phone}
    return [channel for channel, on in wanted.items() if on]


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
