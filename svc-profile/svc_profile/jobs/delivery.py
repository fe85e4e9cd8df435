"""Bringing a message to a person outside OneDoor."""

from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.jobs import Job
from chassis.outbox import emit
from chassis.runtime import Runtime
from contracts.events.profile import MessageSent
from svc_profile.clients import CHANNELS, Letter
from svc_profile.models import CaseCard, Contact, Delivery, Message
from svc_profile.words import words


class Deliver(Job):
    """One message by one channel. The channel gets the message's id, so that twice is seen as once."""

    kind: ClassVar = "profile.message.deliver"
    message_id: UUID
    channel: str

    async def prepare(self, session: AsyncSession) -> Letter | None:
        message = await session.get_one(Message, self.message_id)
        contact = await session.get(Contact, message.person_id)
        card = await session.get(CaseCard, message.case_id) if message.case_id else None
        to = None if contact is None else contact.email if self.channel == "e-mail" else contact.phone
        if contact is None or to is None or (card is not None and card.silenced):
            return None
        subject, text = words(message.kind, message.parameters, contact.language)
        return Letter(to=to, subject=subject, text=text, link=message.link, reference=str(message.id))

    async def call(self, runtime: Runtime, plan: Letter) -> None:
        await CHANNELS[self.channel](runtime, plan)

    async def finish(self, session: AsyncSession, answer: None) -> None:
        delivery = await session.get_one(Delivery, (self.message_id, self.channel), with_for_update=True)
        delivery.state, delivery.sent_at = "sent", datetime.now(UTC)
        message = await session.get_one(Message, self.message_id)
        emit(
            session,
            MessageSent(person_id=message.person_id, message_id=message.id, kind=message.kind, channel=self.channel),
        )

    async def give_up(self, session: AsyncSession, reason: str) -> None:
        delivery = await session.get_one(Delivery, (self.message_id, self.channel), with_for_update=True)
        delivery.state = "failed"
