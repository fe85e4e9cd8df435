"""What the handlers of a batch will ask for, read and locked in two statements."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.event import Event
from contracts.events import feedback, identity, logistics, workflow
from contracts.events.sharing import DeathReported, LicenceRegistered
from svc_profile.handlers.logistics import message_of
from svc_profile.handlers.registry import handlers
from svc_profile.use_cases import cases
from svc_profile.use_cases.told import look_up


@handlers.before
async def prepare(events: Sequence[Event], session: AsyncSession) -> None:
    told = [(event, addressees(event)) for event in events]
    ids = {case_id for event, persons in told if (case_id := _card(event, bool(persons))) is not None}
    subjects = [event.subject_key for event in events if isinstance(event, DeathReported | workflow.CaseSilenced)]
    await cases.lock(session, ids, subjects)
    sources = [str(event.meta.id) for event, persons in told if persons]
    await look_up(session, sources, [person for _, persons in told for person in persons])


def addressees(event: Event) -> list[UUID]:
    """Whom a message may be sent to when this is handled."""
    match event:
        case workflow.CaseSubmitted():
            return [event.applicant_id, *event.parties]
        case workflow.SupplementAsked() | workflow.BranchAccepted() | workflow.BranchEnded():
            return [event.applicant_id]
        case identity.ConsentAsked() | feedback.RatingInvited() | feedback.WorkOrderAnswered():
            return [event.person_id]
        case identity.ConsentGiven() | identity.ConsentDeclined():
            return [event.asked_by]
        case logistics.BillIssued() | logistics.BillPaid():
            return [event.payer_id]
        case logistics.ParcelMoved() | logistics.ParcelDelivered() if message_of(event) is not None:
            return [event.person_id]
        case LicenceRegistered():
            return event.holders
        case _:
            return []


def _card(event: Event, told: bool) -> UUID | None:
    """The case whose card is changed, or asked whether it is silenced."""
    if isinstance(event, workflow.ApplicationEvent):
        return event.application_id
    case_id: UUID | None = getattr(event, "case_id", None)
    return case_id if told or isinstance(event, workflow.CaseEvent) else None
