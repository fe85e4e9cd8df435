"""Cases."""

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.jobs import enqueue
from contracts.events import workflow as events
from contracts.steps import Capability
from svc_profile.handlers.registry import handlers
from svc_profile.jobs.schedules import FetchSchedule
from svc_profile.models import CaseCard
from svc_profile.use_cases import cases, messages, reminders


@handlers.on(events.ApplicationStarted)
async def application_started(event: events.ApplicationStarted, session: AsyncSession) -> None:
    await cases.start(session, event)
    await cases.wait(
        session,
        event.applicant_id,
        event.application_id,
        "continue",
        event.meta.time,
        case_id=event.application_id,
        bundle=event.bundle_code,
    )


@handlers.on(events.ApplicationDiscarded)
async def application_discarded(event: events.ApplicationDiscarded, session: AsyncSession) -> None:
    await cases.end(session, event.application_id, "discarded", None, event.meta.time)


@handlers.on(events.CaseSubmitted)
async def case_submitted(event: events.CaseSubmitted, session: AsyncSession) -> None:
    await cases.submit(session, event)
    await cases.settle_kinds(session, event.case_id, ["continue", "submit"])
    for person in [event.applicant_id, *event.parties]:
        await _tell(session, event, person, "case-submitted", title=event.title, case_number=event.case_number)


@handlers.on(events.SupplementAsked)
async def supplement_asked(event: events.SupplementAsked, session: AsyncSession) -> None:
    card = await cases.move_branch(session, event.case_id, event.branch, event.meta.time, state="supplement-asked")
    await cases.wait(
        session,
        event.applicant_id,
        event.supplement_id,
        "supplement",
        event.meta.time,
        case_id=event.case_id,
        branch=event.branch,
        due=event.reply_by,
    )
    name = _title(card, event.branch)
    await _tell(session, event, event.applicant_id, "supplement-asked", branch=name, due=event.reply_by.isoformat())


@handlers.on(events.SupplementSupplied)
async def supplement_supplied(event: events.SupplementSupplied, session: AsyncSession) -> None:
    await cases.move_branch(session, event.case_id, event.branch, event.meta.time, state="received")
    await cases.settle(session, event.supplement_id)


@handlers.on(events.BranchReceived)
async def branch_received(event: events.BranchReceived, session: AsyncSession) -> None:
    await cases.move_branch(session, event.case_id, event.branch, event.meta.time, state="received")


@handlers.on(events.BranchAccepted)
async def branch_accepted(event: events.BranchAccepted, session: AsyncSession) -> None:
    due = event.promised_due or event.statutory_due
    facts = {"state": "accepted", "due": due.isoformat() if due else None}
    card = await cases.move_branch(session, event.case_id, event.branch, event.meta.time, **facts)
    await _tell(session, event, event.applicant_id, "branch-accepted", branch=_title(card, event.branch))


@handlers.on(events.SpecialProcedureStarted)
async def special_procedure_started(event: events.SpecialProcedureStarted, session: AsyncSession) -> None:
    await cases.move_branch(session, event.case_id, event.branch, event.meta.time, state="special-procedure")


@handlers.on(events.SpecialProcedureEnded)
async def special_procedure_ended(event: events.SpecialProcedureEnded, session: AsyncSession) -> None:
    due = event.promised_due or event.statutory_due
    facts = {"state": "accepted", "due": due.isoformat() if due else None}
    await cases.move_branch(session, event.case_id, event.branch, event.meta.time, **facts)


@handlers.on(events.BranchEnded)
async def branch_ended(event: events.BranchEnded, session: AsyncSession) -> None:
    facts = {"state": event.outcome.value, "reason": event.reason}
    card = await cases.move_branch(session, event.case_id, event.branch, event.meta.time, **facts)
    if event.outcome is events.BranchOutcome.GRANTED:
        await _tell(session, event, event.applicant_id, "branch-granted", branch=_title(card, event.branch))
    elif event.outcome in (events.BranchOutcome.REFUSED, events.BranchOutcome.NOT_ACCEPTED):
        await _tell(session, event, event.applicant_id, "branch-refused", branch=_title(card, event.branch))


@handlers.on(events.CaseWithdrawn)
async def case_withdrawn(event: events.CaseWithdrawn, session: AsyncSession) -> None:
    await cases.settle_kinds(session, event.case_id, ["supplement", "pay"])


@handlers.on(events.CaseClosed)
async def case_closed(event: events.CaseClosed, session: AsyncSession) -> None:
    await cases.end(session, event.case_id, cases.CLOSED, event.outcome.value, event.meta.time)


@handlers.on(events.CaseSilenced)
async def case_silenced(event: events.CaseSilenced, session: AsyncSession) -> None:
    await reminders.silence_case(session, event.case_id, event.subject_key)


def submits(event: events.StepRequested) -> bool:
    return event.capability is Capability.SHARING_SUBMIT


@handlers.on(events.StepRequested, when=submits)
async def step_requested(event: events.StepRequested, session: AsyncSession) -> None:
    if await reminders.note_request(session, event.request_id, event.case_id, event.purpose):
        await enqueue(session, FetchSchedule(request_id=event.request_id), key=str(event.request_id))


def _title(card: CaseCard | None, branch: str) -> str:
    return str(card.branches[branch]["title"]) if card is not None else branch


async def _tell(
    session: AsyncSession, event: events.CaseEvent, person: object, kind: str, **parameters: object
) -> None:
    link = f"/cases/{event.case_number}"
    await messages.send(session, person, kind, str(event.meta.id), case_id=event.case_id, link=link, **parameters)  # type: ignore[arg-type]
