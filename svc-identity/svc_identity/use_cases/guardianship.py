"""A parent's standing for a child, from the evidence of a case."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.identifiers import new_id
from chassis.later import later
from chassis.outbox import emit
from contracts.claims import Proofing
from contracts.events.identity import GuardianshipEstablished, PersonProofed
from contracts.steps import Outcome
from svc_identity.models import Base
from svc_identity.use_cases import persons, steps
from svc_identity.use_cases.evidence import LINES

PERSON, GUARDIANSHIP = Base.metadata.tables["person"], Base.metadata.tables["guardianship"]
# Made once: what a statement costs is for the most part its making.
KNOWN = select(PERSON.c.id).where(PERSON.c.id == any_(bindparam("some", type_=ARRAY(Uuid))))
STAND = (
    insert(GUARDIANSHIP)
    .from_select(
        ("id", "guardian_id", "child_id", "case_id"),
        select(
            func.unnest(bindparam("ids", type_=ARRAY(Uuid))),
            func.unnest(bindparam("guardians", type_=ARRAY(Uuid))),
            bindparam("child", type_=Uuid),
            bindparam("case", type_=Uuid),
        ),
    )
    .on_conflict_do_nothing()
    .returning(GUARDIANSHIP.c.guardian_id)
)


async def establish(session: AsyncSession, request_id: UUID, name: str, number: str) -> None:
    """The child has a place here by its number, and its parents stand for it; what stands already stays."""
    step = await steps.close(session, request_id)
    if step is None:
        return
    arguments = steps.GuardianshipArguments.model_validate(step.arguments)
    known = await session.execute(KNOWN, {"some": arguments.guardians})
    if set(known.scalars()) != set(arguments.guardians):
        steps.say(session, request_id, step.case_id, Outcome.FAILED, reason="unknown-guardian")
        return
    child_id = await _child(session, name, number, step.purpose)
    for guardian_id in await _newly_standing(session, child_id, arguments.guardians, step.case_id):
        emit(session, GuardianshipEstablished(person_id=guardian_id, child_id=child_id, case_id=step.case_id))
    steps.say(session, request_id, step.case_id, Outcome.DONE, {"child_id": str(child_id)})


async def _child(session: AsyncSession, name: str, number: str, purpose: str) -> UUID:
    """By the number that the police gave; their register is the evidence for both elements."""
    child = await persons.add(session, name, number, None, Proofing.MIDDLE)
    if child is None:
        known = await persons.id_of(session, number)
        if known is None:
            raise RuntimeError("a number that is taken has its person")
        return known
    later(
        session, LINES, {"id": new_id(), "person_id": child.id, "kind": "register", "outcome": "yes", "source": purpose}
    )
    emit(session, PersonProofed(person_id=child.id, level=Proofing.MIDDLE))
    return child.id


async def _newly_standing(
    session: AsyncSession, child_id: UUID, guardians: Sequence[UUID], case_id: UUID
) -> Sequence[UUID]:
    if not guardians:
        return []
    rows = {"ids": [new_id() for _ in guardians], "guardians": sorted(guardians)}
    added: Sequence[UUID] = (await session.scalars(STAND, {**rows, "child": child_id, "case": case_id})).all()
    return added
