"""Agreements, and what is known of parents."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events.identity import ConsentAsked, ConsentDeclined, ConsentEvent, ConsentGiven, GuardianshipEstablished
from svc_profile.handlers.registry import handlers
from svc_profile.models import CaseCard
from svc_profile.use_cases import cases, messages, reminders


@handlers.on(ConsentAsked)
async def consent_asked(event: ConsentAsked, session: AsyncSession) -> None:
    await cases.wait(session, event.person_id, event.consent_id, "agree", event.meta.time, case_id=event.case_id)
    await _tell(session, event, event.person_id, "consent-asked", f"/agreements/{event.consent_id}")


@handlers.on(ConsentGiven)
async def consent_given(event: ConsentGiven, session: AsyncSession) -> None:
    await cases.settle(session, event.consent_id)
    cases.concern(session, event.case_id, event.person_id, "party")
    await _tell(session, event, event.asked_by, "consent-given", f"/apply/{event.case_id}")


@handlers.on(ConsentDeclined)
async def consent_declined(event: ConsentDeclined, session: AsyncSession) -> None:
    await cases.settle(session, event.consent_id)
    await _tell(session, event, event.asked_by, "consent-declined", f"/apply/{event.case_id}")


@handlers.on(GuardianshipEstablished)
async def guardianship_established(event: GuardianshipEstablished, session: AsyncSession) -> None:
    await reminders.add_tag(session, [event.person_id], "guardian", f"{event.type}/{event.meta.id}", event.meta.time)


async def _tell(session: AsyncSession, event: ConsentEvent, person: UUID, kind: str, link: str) -> None:
    card = await session.get(CaseCard, event.case_id)
    title = card.title if card is not None else event.purpose
    await messages.send(session, person, kind, str(event.meta.id), case_id=event.case_id, link=link, title=title)
