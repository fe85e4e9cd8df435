"""Agreements asked of a number before anybody with it had a place here."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.outbox import emit
from contracts.events.identity import ConsentAsked, ConsentEvent
from svc_identity import fingerprints
from svc_identity.models import Consent, Person, Step


async def hand_over(session: AsyncSession, person: Person) -> None:
    """Somebody new is here: what was asked of their number waits for them now."""
    mine = Consent.number_fingerprint.in_(fingerprints.of_number_ever(person.number))
    asked = select(Consent, Step).join(Step, Step.request_id == Consent.request_id)
    query = asked.where(mine, Consent.person_id.is_(None), Consent.state == "asked").with_for_update(of=Consent)
    for consent, step in await session.execute(query):
        consent.person_id = person.id
        emit(session, about(ConsentAsked, consent, step))


def about(event: type[ConsentEvent], consent: Consent, step: Step) -> ConsentEvent:
    """An event about an agreement whose person is known."""
    if consent.person_id is None:
        raise ValueError("nobody is asked yet")
    return event(
        consent_id=consent.id,
        person_id=consent.person_id,
        asked_by=UUID(str(step.arguments["asked_by"])),
        case_id=step.case_id,
        purpose=step.purpose,
    )
