"""What was found out about a person, line by line, and the level that it carries."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.outbox import emit
from contracts.events.identity import PersonProofed
from svc_identity.models import Base, Person, Proofing, ProofingEvidence
from svc_identity.rules import FACE_UNDECIDED, level_from

LINES = insert(Base.metadata.tables["proofing_evidence"])
"""Made once, for `chassis.later`."""


async def keep_register(session: AsyncSession, proofing_id: UUID, outcome: str, source: str) -> None:
    """The register's answer; a second one changes nothing."""
    proofing = await session.get(Proofing, proofing_id, with_for_update=True)
    if proofing is None or proofing.register_match != "waiting":
        return
    proofing.register_match = outcome
    await add(session, proofing.person_id, "register", outcome, source, proofing_id=proofing.id)


async def keep_face(session: AsyncSession, proofing_id: UUID, outcome: str, source: str) -> None:
    proofing = await session.get(Proofing, proofing_id, with_for_update=True)
    if proofing is None or proofing.face not in FACE_UNDECIDED:
        return
    proofing.face, proofing.verdict = outcome, None
    if outcome not in FACE_UNDECIDED:
        await add(session, proofing.person_id, "face", outcome, source, proofing_id=proofing.id)


def face_outcome(payload: Mapping[str, Any], proofing: Proofing, issuer: str, now: float) -> str:
    """What a correctly signed verdict says for this proofing: `live`, `not-live`, or `refused` when it is not about it."""
    about_us = (
        payload.get("iss") == issuer
        and payload.get("sub") == str(proofing.id)
        and payload.get("nonce") == proofing.nonce
        and payload.get("session_no") == proofing.face_session
    )
    expires = payload.get("exp")
    if not about_us or not isinstance(expires, int) or expires <= now:
        return "refused"
    return "live" if payload.get("live") is True else "not-live"


async def add(
    session: AsyncSession, person_id: UUID, kind: str, outcome: str, source: str,
    proofing_id: UUID | None = None, staff_id: UUID | None = None,
) -> None:  # fmt: skip
    """Write the line and raise the person's level if the lines of this proofing now carry a higher one."""
    line = ProofingEvidence(
        person_id=person_id, proofing_id=proofing_id, kind=kind, outcome=outcome, source=source, staff_id=staff_id
    )
    session.add(line)
    await session.flush()
    person = await session.get_one(Person, person_id, with_for_update=True)
    lines = {(kind, outcome)}
    if proofing_id is not None:
        query = select(ProofingEvidence.kind, ProofingEvidence.outcome)
        rows = await session.execute(query.where(ProofingEvidence.proofing_id == proofing_id))
        lines = {(row.kind, row.outcome) for row in rows}
    level = level_from(lines)
    if level > person.proofing:
        person.proofing = int(level)
        emit(session, PersonProofed(person_id=person_id, level=level))
