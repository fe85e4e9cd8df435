"""What svc-sharing does when something happened elsewhere."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.inbox import Handlers
from chassis.jobs import enqueue
from chassis.later import later
from contracts.event import Event
from contracts.events.workflow import ApplicationDiscarded, CaseSubmitted, FormOpened, StepCancelled, StepRequested
from contracts.steps import Capability
from svc_sharing import sealed
from svc_sharing.jobs.exchange import PerformExchange
from svc_sharing.ledger import Access, record
from svc_sharing.models import CaseBranch
from svc_sharing.use_cases import departments, exchanges, gathering

handlers = Handlers()
OURS = frozenset({Capability.SHARING_QUERY, Capability.SHARING_SUBMIT, Capability.SHARING_LICENCE})
NEW_BRANCHES = insert(CaseBranch).on_conflict_do_nothing()


def ours(event: StepRequested | StepCancelled) -> bool:
    return event.capability in OURS


@handlers.before
async def keep_questions(events: Sequence[Event], session: AsyncSession) -> None:
    """All that a batch asks, in one statement."""
    await exchanges.open_exchanges(session, [event for event in events if isinstance(event, StepRequested)])


@handlers.on(StepRequested, when=ours)
async def perform(event: StepRequested, session: AsyncSession) -> None:
    exchange_id: UUID | None = await exchanges.open_exchange(session, event)
    if exchange_id is not None:
        await enqueue(session, PerformExchange(exchange_id=exchange_id), key=str(exchange_id))


@handlers.on(StepCancelled, when=ours)
async def cancel(event: StepCancelled, session: AsyncSession) -> None:
    await exchanges.cancel(session, event.request_id)


@handlers.on(ApplicationDiscarded)
async def forget(event: ApplicationDiscarded, session: AsyncSession) -> None:
    """What was fetched for a draft goes with the draft."""
    await sealed.destroy_case_key(session, event.application_id)


@handlers.on(CaseSubmitted)
async def learn_branches(event: CaseSubmitted, session: AsyncSession) -> None:
    """Who handles what, and what people call them."""
    await departments.learn(session, {branch.department: branch.department_name for branch in event.branches})
    handled = [
        {"case_id": event.case_id, "purpose": f"{event.bundle_code}/{branch.branch}", "department": branch.department}
        for branch in event.branches
    ]
    later(session, NEW_BRANCHES, *handled)


@handlers.on(FormOpened)
async def note_reading(event: FormOpened, session: AsyncSession) -> None:
    """What the applicant wrote was read at a department: a line like any other."""
    access = Access(
        persons=[event.applicant_id],
        case_id=event.case_id,
        resource_code=gathering.FORM,
        source_name=gathering.FORM_NAME,
        reader=event.department,
        reader_name=await departments.name_of(session, event.department),
        purpose=await _purpose(session, event),
        grant_id=None,
        fields=event.fields,
        at=event.at,
    )
    record(session, access)


async def _purpose(session: AsyncSession, event: FormOpened) -> str:
    """As grants name it: the bundle's code and the branch's."""
    ours = select(CaseBranch.purpose).where(CaseBranch.case_id == event.case_id)
    return (
        await session.scalar(ours.where(CaseBranch.purpose.endswith(f"/{event.branch}", autoescape=True)))
        or event.branch
    )
