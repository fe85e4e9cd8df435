"""Somebody else's agreement: asked, given, declined, withdrawn, lapsed."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.identifiers import new_id
from chassis.later import later
from chassis.outbox import emit
from contracts.events.identity import ConsentAsked, ConsentDeclined, ConsentGiven
from contracts.steps import Outcome
from svc_identity import consent_statements as statements
from svc_identity import fingerprints, queries
from svc_identity.errors import AlreadyDecided, ConsentNotFound
from svc_identity.schemas.consents import ConsentOut
from svc_identity.use_cases import persons, steps, waiting

LAPSES_AT_ONCE = 200


async def ask(session: AsyncSession, request_id: UUID, number: str, lapses_at: datetime) -> None:
    """The other person's number is known now. Whoever has no place here yet is asked as soon as they have."""
    given = {"request": request_id, "number": persons.lock_of(number)}
    step = (await session.execute(statements.OPEN_AND_NUMBER, given)).one_or_none()
    if step is None:
        return
    arguments = steps.ConsentArguments.model_validate(step.arguments)
    person_id = await persons.id_of(session, number)
    if person_id == arguments.asked_by:
        await steps.answer(session, request_id, Outcome.REFUSED, reason="same-person")
        return
    row = {
        "id": new_id(), "request_id": request_id, "number_fingerprint": fingerprints.of_number(number), "person_id": person_id,
        "title": arguments.title, "state": "asked", "expires_at": lapses_at,
    }  # fmt: skip
    later(session, statements.ASK, row)
    if person_id is not None:
        whose = {"consent_id": row["id"], "person_id": person_id, "asked_by": arguments.asked_by}
        emit(session, ConsentAsked(**whose, case_id=step.case_id, purpose=step.purpose))


async def decide(session: AsyncSession, consent_id: UUID, person_id: UUID, *, gives: bool) -> ConsentOut:
    """The same decision again changes nothing; another one is refused."""
    wanted, now = "given" if gives else "declined", datetime.now(UTC)
    consent = await _of_person(session, consent_id, person_id)
    if consent.state == "asked" and consent.expires_at > now:
        if await _close(session, consent, wanted, now, "consent-declined"):
            return queries.shown(consent, state=wanted, decided_at=now)
        consent = await _of_person(session, consent_id, person_id)  # it was closed meanwhile
    if consent.state != wanted:
        raise AlreadyDecided(state=consent.state)
    return queries.shown(consent)


async def withdraw(session: AsyncSession, request_id: UUID) -> None:
    """The case no longer wants to know."""
    if await steps.close(session, request_id, "cancelled") is not None:
        ended = {"request": request_id, "to": "withdrawn", "at": datetime.now(UTC)}
        await session.execute(statements.WITHDRAW, ended)


async def lapse(session: AsyncSession) -> None:
    """Silence until the end counts as no agreement."""
    now = datetime.now(UTC)
    for consent in (await session.execute(statements.LAPSED, {"now": now, "most": LAPSES_AT_ONCE})).all():
        await _close(session, consent, "expired", now, "consent-expired")


async def _of_person(session: AsyncSession, consent_id: UUID, person_id: UUID) -> Row[Any]:
    consent = (await session.execute(statements.ONE, {"consent": consent_id, "me": person_id})).one_or_none()
    if consent is None:
        raise ConsentNotFound()
    return consent


async def _close(session: AsyncSession, consent: Row[Any], state: str, at: datetime, reason: str) -> bool:
    """False: somebody was quicker."""
    ended = {"request": consent.request_id, "to": state, "at": at}
    if (await session.execute(statements.CLOSE, ended)).one_or_none() is None:
        return False
    gives = state == "given"
    if consent.person_id is not None:
        emit(session, waiting.about(ConsentGiven if gives else ConsentDeclined, consent))
    if gives:
        result = {"consent_id": str(consent.id), "person_id": str(consent.person_id)}
        steps.say(session, consent.request_id, consent.case_id, Outcome.DONE, dict(result))
    else:
        steps.say(session, consent.request_id, consent.case_id, Outcome.REFUSED, reason=reason)
    return True
