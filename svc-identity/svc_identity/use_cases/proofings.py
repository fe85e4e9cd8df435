"""Becoming known more surely: the register's word, a live face, or an identity card shown at a counter."""

import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.jobs import enqueue
from contracts import claims
from svc_identity.errors import (
    AlreadyProofed,
    FaceNotReady,
    PersonDiffers,
    PersonNotFound,
    ProofingExpired,
    ProofingNotFound,
)
from svc_identity.jobs.proofing import AskRegister, CheckFace, OpenFaceSession
from svc_identity.models import Person, Proofing
from svc_identity.rules import proofing_state
from svc_identity.settings import IdentitySettings
from svc_identity.use_cases import evidence


async def start(session: AsyncSession, settings: IdentitySettings, person_id: UUID, return_to: str) -> Proofing:
    """The proofing that is open already, or a new one: register and verifier are asked at once."""
    person = await session.get(Person, person_id, with_for_update=True)
    if person is None:
        raise PersonNotFound()
    if person.proofing >= claims.Proofing.HIGH:
        raise AlreadyProofed()
    now = datetime.now(UTC)
    latest = select(Proofing).where(Proofing.person_id == person_id).order_by(Proofing.id.desc()).limit(1)
    known = (await session.execute(latest)).scalar_one_or_none()
    if known is not None and proofing_state(known.register_match, known.face, known.expires_at, now) == "open":
        return known
    proofing = Proofing(
        person_id=person_id,
        nonce=secrets.token_urlsafe(32),
        return_url=settings.issuer + return_to,
        expires_at=now + timedelta(minutes=settings.proofing_minutes),
    )
    session.add(proofing)
    await session.flush()
    await enqueue(session, AskRegister(proofing_id=proofing.id), key=str(proofing.id))
    await enqueue(session, OpenFaceSession(proofing_id=proofing.id), key=str(proofing.id))
    await session.refresh(proofing)
    return proofing


async def of(session: AsyncSession, proofing_id: UUID, person_id: UUID, *, locked: bool = False) -> Proofing:
    proofing = await session.get(Proofing, proofing_id, with_for_update=locked or None)
    if proofing is None or proofing.person_id != person_id:
        raise ProofingNotFound()
    return proofing


async def hand_in_face(session: AsyncSession, proofing_id: UUID, person_id: UUID, verdict: str | None) -> Proofing:
    """The person comes back from the camera, with the verdict or leaving it to us to fetch it."""
    proofing = await of(session, proofing_id, person_id, locked=True)
    if proofing.face == "checking":
        return proofing
    if proofing.expires_at <= datetime.now(UTC):
        raise ProofingExpired()
    if proofing.face != "waiting":
        raise FaceNotReady()
    proofing.face, proofing.verdict = "checking", verdict
    await enqueue(session, CheckFace(proofing_id=proofing_id))
    return proofing


async def at_counter(
    session: AsyncSession, person_id: UUID, name: str, number: str, document: str, staff_id: UUID
) -> Person:
    """A clerk saw the person and the document (人工核验)."""
    person = await session.get(Person, person_id)
    if person is None:
        raise PersonNotFound()
    if person.name != name or person.number != number:
        raise PersonDiffers()
    await evidence.add(session, person_id, "counter", "passed", document, staff_id=staff_id)
    return person
