"""Does what somebody says match the register? Yes, no or unknown, nothing else."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.identifiers import new_id
from chassis.outbox import emit
from chassis.problems import InvalidInput
from contracts.events.sharing import VerificationAnswered, VerificationOutcome
from svc_sharing.errors import NotGranted
from svc_sharing.ledger import Access, record
from svc_sharing.models import Resource, Verification
from svc_sharing.rules import NotAllowed, ResourceKind
from svc_sharing.schemas.verifications import VerificationIn
from svc_sharing.use_cases import departments, grants


async def ask(session: AsyncSession, body: VerificationIn, asker: str) -> tuple[Verification, bool]:
    """The question, and whether it is new; asked again under its reference it is the same question."""
    resource = await session.get(Resource, body.resource)
    if resource is None or resource.kind != ResourceKind.VERIFICATION:
        raise InvalidInput.at("#/resource", "not-a-verification", "No such verification is offered")
    try:
        await grants.leave_to_read(session, resource, None, body.purpose)
    except NotAllowed as error:
        raise NotGranted(reason=error.reason) from None
    row = insert(Verification).values(
        id=new_id(),
        reference=body.reference,
        resource_code=resource.code,
        person_id=body.person_id,
        asker=asker,
        purpose=body.purpose,
        values=body.values.model_dump(),
        state="asked",
    )
    made = await session.scalar(row.on_conflict_do_nothing(index_elements=["reference"]).returning(Verification.id))
    asked = await session.scalars(select(Verification).where(Verification.reference == body.reference))
    return asked.one(), made is not None


async def answer(session: AsyncSession, verification_id: UUID, outcome: VerificationOutcome, *, asked: bool) -> None:
    """Keep the word, forget the values, tell the asker. `asked`: whether the register saw the values."""
    verification = await session.get_one(Verification, verification_id, with_for_update=True)
    if verification.state != "asked":
        return
    resource = await session.get_one(Resource, verification.resource_code)
    verification.state, verification.outcome, verification.values = "answered", outcome.value, None
    verification.answered_at = datetime.now(UTC)
    if asked:
        record(session, _access(verification, resource, await departments.name_of(session, verification.asker)))
    emit(
        session,
        VerificationAnswered(
            verification_id=verification.id,
            reference=verification.reference,
            outcome=outcome,
            source_name=resource.department_name,
        ),
    )


def _access(verification: Verification, resource: Resource, asker_name: str) -> Access:
    return Access(
        persons=[verification.person_id],
        case_id=None,
        resource_code=resource.code,
        source_name=resource.department_name,
        reader=verification.asker,
        reader_name=asker_name,
        purpose=verification.purpose,
        grant_id=None,
        fields=["name", "number"],
    )
