"""A parent's standing for a child, from the evidence of a case."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.identifiers import new_id
from chassis.outbox import emit
from contracts.claims import Proofing
from contracts.events.identity import GuardianshipEstablished, PersonProofed
from contracts.steps import Outcome
from svc_identity.models import Guardianship, Person, ProofingEvidence, Step
from svc_identity.use_cases import persons, steps


async def establish(session: AsyncSession, request_id: UUID, name: str, number: str) -> None:
    """The child has a place here by its number, and its parents stand for it; what stands already stays."""
    step = await steps.open_step(session, request_id)
    if step is None:
        return
    arguments = steps.GuardianshipArguments.model_validate(step.arguments)
    known = await session.execute(select(Person.id).where(Person.id.in_(arguments.guardians)))
    if set(known.scalars()) != set(arguments.guardians):
        await steps.answer(session, request_id, Outcome.FAILED, reason="unknown-guardian")
        return
    child = await _child(session, name, number, step)
    for guardian_id in await _newly_standing(session, child.id, arguments.guardians, step.case_id):
        emit(session, GuardianshipEstablished(person_id=guardian_id, child_id=child.id, case_id=step.case_id))
    await steps.answer(session, request_id, Outcome.DONE, {"child_id": str(child.id)})


async def _child(session: AsyncSession, name: str, number: str, step: Step) -> Person:
    """By the number that the police gave; their register is the evidence for both elements."""
    known = await persons.by_number(session, number)
    if known is not None:
        return known
    child, _ = await persons.find_or_add(session, name, number, None)
    child.proofing = int(Proofing.MIDDLE)
    session.add(
        ProofingEvidence(person_id=child.id, kind="register", outcome="yes", source=step.purpose, proofing_id=None)
    )
    emit(session, PersonProofed(person_id=child.id, level=Proofing.MIDDLE))
    return child


async def _newly_standing(
    session: AsyncSession, child_id: UUID, guardians: Sequence[UUID], case_id: UUID
) -> Sequence[UUID]:
    rows = [
        {"id": new_id(), "guardian_id": guardian_id, "child_id": child_id, "case_id": case_id}
        for guardian_id in sorted(guardians)
    ]
    if not rows:
        return []
    added = insert(Guardianship).values(rows).on_conflict_do_nothing().returning(Guardianship.guardian_id)
    return (await session.execute(added)).scalars().all()
