"""How a branch and a case come along: states, clocks, outcomes, and the events that tell of them."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update

from chassis.identifiers import new_id
from chassis.later import later
from contracts.events.workflow import (
    BranchAccepted,
    BranchEnded,
    BranchReceived,
    CaseClosed,
    SpecialProcedureEnded,
    SpecialProcedureStarted,
    StepRequested,
)
from svc_workflow import clock
from svc_workflow.engine.effects import OpenTask
from svc_workflow.forms import form_of
from svc_workflow.limits import Interval
from svc_workflow.models import Branch, ExcludedTime, Supplement
from svc_workflow.rules.branches import (
    BEFORE_ACCEPTANCE,
    DECIDED,
    BranchState,
    Decision,
    default_reason,
    outcome_of_branch,
    outcome_of_case,
)
from svc_workflow.rules.cards import Card, Moments, card_named, next_at

if TYPE_CHECKING:
    from svc_workflow.host.work import Work

_NO_SUPPLEMENT = (
    update(Supplement)
    .where(
        (Supplement.case_id == bindparam("of_case")) & (Supplement.branch == bindparam("of_branch")),
        Supplement.closed_at.is_(None),
    )
    .values(closed_at=bindparam("at"))
)


def receive(work: "Work", branch: Branch) -> None:
    """Receipt (收件): from here the department has some days to ask for more or to accept."""
    branch.state, branch.received_at = BranchState.RECEIVED, work.now
    due = acceptance_clock(work, branch)
    work.note("branch-received", branch.code, department=branch.department, acceptance_due=due)
    work.emit(BranchReceived(**work.about_branch(branch), acceptance_due=due))


def acceptance_clock(work: "Work", branch: Branch) -> date:
    """Starts the days a department has to ask for more or to accept; they start anew when a supplement came."""
    form = form_of(work.case.bundle_code)
    if form is None:
        raise LookupError(f"no form of {work.case.bundle_code}")
    branch.acceptance_due = work.calendar.last_day(
        work.now, form.acceptance_limit.amount, form.acceptance_limit.unit.value
    )
    return branch.acceptance_due


def accept(work: "Work", branch: Branch, *, deemed: bool = False) -> None:
    """Acceptance (受理): the clocks run from here."""
    branch.state, branch.accepted_at = BranchState.ACCEPTED, work.now
    branch.received_at = branch.received_at or work.now
    _set_due(work, branch, [])
    promised, statutory = _day(branch.promised_due), _day(branch.statutory_due)
    work.note(
        "branch-accepted",
        branch.code,
        department=branch.department,
        deemed=deemed or None,
        promised_due=promised,
        statutory_due=statutory,
    )
    work.emit(BranchAccepted(**work.about_branch(branch), promised_due=promised, statutory_due=statutory))


def task_opens(work: "Work", branch: Branch, effect: OpenTask) -> None:
    if effect.clock == "excluded":
        _special_procedure_starts(work, branch, work.procedure or effect.action)
    elif Decision.APPROVE in effect.decisions and branch.state in BEFORE_ACCEPTANCE:
        # A process without a step of acceptance accepts what it goes on to decide.
        accept(work, branch)


def step_asked(work: "Work", branch: Branch | None, question: StepRequested) -> None:
    work.note(
        "step-requested",
        None if branch is None else branch.code,
        capability=question.capability.value,
        resource=question.arguments.get("resource"),
        purpose=question.purpose,
        request_id=str(question.request_id),
    )


def _special_procedure_starts(work: "Work", branch: Branch, procedure: str) -> None:
    branch.state, branch.card_at = BranchState.SPECIAL_PROCEDURE, None
    interval = ExcludedTime(
        id=new_id(), case_id=work.case.id, branch=branch.code, procedure=procedure, started_at=work.now
    )
    work.session.add(interval)
    work.note("special-procedure-started", branch.code, procedure=procedure, department=branch.department)
    work.emit(SpecialProcedureStarted(**work.about_branch(branch), procedure=procedure))


async def special_procedure_ends(work: "Work", branch: Branch) -> None:
    """The due dates move by the time that did not count."""
    intervals = await excluded_of(work, branch)
    open_one = next((each for each in intervals if each.ended_at is None), None)
    if open_one is None:
        return
    open_one.ended_at = work.now
    if branch.state in DECIDED:
        return
    branch.state = BranchState.ACCEPTED
    _set_due(work, branch, [Interval(each.started_at, each.ended_at) for each in intervals])
    promised, statutory = _day(branch.promised_due), _day(branch.statutory_due)
    work.note(
        "special-procedure-ended",
        branch.code,
        procedure=open_one.procedure,
        promised_due=promised,
        statutory_due=statutory,
    )
    ended = SpecialProcedureEnded(
        **work.about_branch(branch), procedure=open_one.procedure, promised_due=promised, statutory_due=statutory
    )
    work.emit(ended)


async def excluded_of(work: "Work", branch: Branch) -> list[ExcludedTime]:
    mine = (ExcludedTime.case_id == work.case.id) & (ExcludedTime.branch == branch.code)
    query = select(ExcludedTime).where(mine).order_by(ExcludedTime.started_at)
    return list((await work.session.execute(query)).scalars())


def _set_due(work: "Work", branch: Branch, excluded: list[Interval]) -> None:
    start = branch.accepted_at
    if start is None:
        return
    branch.promised_due = work.calendar.deadline(start, branch.promised_limit, excluded)
    branch.statutory_due = work.calendar.deadline(start, branch.statutory_limit, excluded)
    branch.remind_at = work.calendar.reminder_at(start, branch.promised_limit, excluded)
    branch.card_at = next_at(card_moments(branch), card_named(branch.card))


def card_moments(branch: Branch) -> Moments:
    return {
        Card.REMINDER: branch.remind_at,
        Card.YELLOW: branch.promised_due,
        Card.RED: branch.statutory_due,
    }


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else clock.day_of(moment)


async def branch_decided(work: "Work", branch: Branch, said: str, why: str) -> None:
    outcome = outcome_of_branch(said)
    due = branch.promised_due or branch.statutory_due
    reason = (
        why
        or work.reasons.get(branch.code)
        or default_reason(outcome, {each.code: each.state for each in work.branches.values()})
    )
    branch.state, branch.ended_at, branch.reason = BranchState(outcome.value), work.now, reason
    branch.late, branch.card_at = due is not None and work.now > due, None
    later(work.session, _NO_SUPPLEMENT, {"of_case": work.case.id, "of_branch": branch.code, "at": work.now})
    work.note("branch-ended", branch.code, outcome=outcome.value, reason=reason, late=branch.late or None)
    work.emit(BranchEnded(**work.about_branch(branch), outcome=outcome, reason=reason, late=branch.late))


async def case_ends(work: "Work") -> None:
    """Every branch has its outcome. A silenced case ends without a word."""
    outcomes = {branch.code: outcome_of_branch(branch.state) for branch in work.branches.values()}
    outcome = outcome_of_case(outcomes.values(), withdrawn=work.case.withdrawn_at is not None)
    if work.case.silenced_at is not None:
        work.case.outcome, work.case.closed_at = "ended", work.now
        return
    work.case.outcome, work.case.closed_at = outcome.value, work.now
    work.note("case-closed", outcome=outcome.value)
    closed = CaseClosed(
        **work.about(),
        bundle_code=work.case.bundle_code,
        title=work.case.title,
        outcome=outcome,
        branches=outcomes,
    )
    work.emit(closed)
