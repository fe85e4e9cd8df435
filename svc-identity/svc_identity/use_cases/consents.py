"""Somebody else's agreement: asked, given, declined, withdrawn, lapsed."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.identifiers import new_id
from chassis.outbox import emit
from contracts.events.identity import ConsentAsked, ConsentDeclined, ConsentGiven
from contracts.steps import Outcome
from svc_identity import fingerprints
from svc_identity.errors import AlreadyDecided, ConsentNotFound
from svc_identity.models import Consent, Step
from svc_identity.use_cases import persons, steps, waiting

LAPSES_AT_ONCE = 200


async def ask(session: AsyncSession, request_id: UUID, number: str, lapses_at: datetime) -> None:
    """The other person's number is known now. Whoever has no place here yet is asked as soon as they have."""
    step = await steps.open_step(session, request_id)
    if step is None:
        return
    arguments = steps.ConsentArguments.model_validate(step.arguments)
    await persons.lock_number(session, number)
    person = await persons.by_number(session, number)
    if person is not None and person.id == arguments.asked_by:
        await steps.answer(session, request_id, Outcome.REFUSED, reason="same-person")
        return
    consent = Consent(
        id=new_id(),
        request_id=request_id,
        number_fingerprint=fingerprints.of_number(number),
        person_id=person.id if person is not None else None,
        title=arguments.title,
        state="asked",
        expires_at=lapses_at,
    )
    session.add(consent)
    if person is not None:
        emit(session, waiting.about(ConsentAsked, consent, step))


async def decide(session: AsyncSession, consent_id: UUID, person_id: UUID, *, gives: bool) -> Consent:
    """The same decision again changes nothing; another one is refused."""
    consent = await session.get(Consent, consent_id, with_for_update=True)
    if consent is None or consent.person_id != person_id:
        raise ConsentNotFound()
    wanted = "given" if gives else "declined"
    if consent.state == wanted:
        return consent
    if consent.state != "asked" or consent.expires_at <= datetime.now(UTC):
        raise AlreadyDecided(state=consent.state)
    await _close(session, consent, wanted, "consent-declined")
    return consent


async def withdraw(session: AsyncSession, request_id: UUID) -> None:
    """The case no longer wants to know."""
    step = await steps.open_step(session, request_id)
    if step is None:
        return
    step.state = "cancelled"
    asked = update(Consent).where(Consent.request_id == request_id, Consent.state == "asked")
    await session.execute(asked.values(state="withdrawn", decided_at=datetime.now(UTC)))


async def lapse(session: AsyncSession) -> None:
    """Silence until the end counts as no agreement."""
    due = select(Consent).where(Consent.state == "asked", Consent.expires_at <= datetime.now(UTC))
    some = due.order_by(Consent.expires_at).limit(LAPSES_AT_ONCE).with_for_update(skip_locked=True)
    for consent in (await session.execute(some)).scalars():
        await _close(session, consent, "expired", "consent-expired")


async def _close(session: AsyncSession, consent: Consent, state: str, reason: str) -> None:
    step = await session.get_one(Step, consent.request_id)
    consent.state, consent.decided_at = state, datetime.now(UTC)
    gives = state == "given"
    if consent.person_id is not None:
        emit(session, waiting.about(ConsentGiven if gives else ConsentDeclined, consent, step))
    if gives:
        result = {"consent_id": str(consent.id), "person_id": str(consent.person_id)}
        await steps.answer(session, consent.request_id, Outcome.DONE, dict(result))
    else:
        await steps.answer(session, consent.request_id, Outcome.REFUSED, reason=reason)
