"""Agreements asked of a number before anybody with it had a place here."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.outbox import emit
from contracts.events.identity import ConsentAsked, ConsentEvent
from svc_identity import consent_statements as statements
from svc_identity import fingerprints


async def hand_over(session: AsyncSession, person_id: UUID, number: str) -> None:
    """Somebody new is here: what was asked of their number waits for them now."""
    given = {"person": person_id, "numbers": fingerprints.of_number_ever(number)}
    for consent in await session.execute(statements.HAND_OVER, given):
        emit(session, about(ConsentAsked, consent))


def about(event: type[ConsentEvent], consent: Row[Any]) -> ConsentEvent:
    """An event about an agreement whose person is known, with the columns of `consent_statements.ABOUT`."""
    return event(
        consent_id=consent.id,
        person_id=consent.person_id,
        asked_by=consent.asked_by,
        case_id=consent.case_id,
        purpose=consent.purpose,
    )
