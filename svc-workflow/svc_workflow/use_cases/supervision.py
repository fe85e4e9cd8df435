"""What happens when time passes: silence counts as acceptance, lateness as a card."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.identifiers import new_id
from contracts.events.workflow import CardIssued
from svc_workflow import clock
from svc_workflow.engine import CompleteTask, Message, TimerFired
from svc_workflow.host import Work, at_work, attempt, progress
from svc_workflow.models import Branch, CardRow, Supplement, Task, Timer
from svc_workflow.rules.branches import BranchState, Decision
from svc_workflow.rules.cards import Card, card_named, card_of, next_at
from svc_workflow.use_cases.cases import SUPPLIED

A_RUN = 50
"""Cases in one transaction; the next run takes the next ones."""


async def fire_timers(session: AsyncSession) -> None:
    due = select(Timer.id, Timer.case_id).where(Timer.due_at <= clock.now())
    for timer_id, case_id in (await session.execute(due.order_by(Timer.case_id, Timer.due_at).limit(A_RUN))).all():
        async with at_work(session, case_id) as work:
            await attempt(work, TimerFired(str(timer_id)))


async def deem_accepted(session: AsyncSession) -> None:
    """A department that neither asked for more nor refused in time has accepted (行政许可法 art. 32)."""
    silent = select(Branch.case_id, Branch.code).where(
        Branch.state == BranchState.RECEIVED, Branch.acceptance_due < clock.day_of(clock.now())
    )
    for case_id, code in (await session.execute(silent.order_by(Branch.case_id).limit(A_RUN))).all():
        async with at_work(session, case_id) as work:
            await _deem(work, code)


async def _deem(work: Work, code: str) -> None:
    branch = work.branches[code]
    if branch.state != BranchState.RECEIVED:
        return
    progress.accept(work, branch, deemed=True)
    mine = (Task.case_id == work.case.id) & (Task.branch == code) & (Task.state == "open")
    for task in (await work.session.execute(select(Task).where(mine).with_for_update())).scalars():
        if Decision.ACCEPT in task.decisions:
            task.state, task.done_at, task.decision = "done", work.now, Decision.ACCEPT
            await attempt(work, CompleteTask(str(task.id), {"decision": Decision.ACCEPT.value}), code)


async def close_overdue_supplements(session: AsyncSession) -> None:
    """Who does not answer in time: the department decides on what it has."""
    overdue = select(Supplement.id, Supplement.case_id).where(
        Supplement.closed_at.is_(None), Supplement.reply_by < clock.day_of(clock.now())
    )
    for supplement_id, case_id in (await session.execute(overdue.order_by(Supplement.case_id).limit(A_RUN))).all():
        async with at_work(session, case_id) as work:
            await _close(work, await session.get_one(Supplement, supplement_id, populate_existing=True))


async def _close(work: Work, supplement: Supplement) -> None:
    if supplement.closed_at is not None:
        return
    branch = work.branches[supplement.branch]
    supplement.closed_at, branch.state = work.now, BranchState.RECEIVED
    progress.acceptance_clock(work, branch)
    work.note("supplement-overdue", branch.code, acceptance_due=branch.acceptance_due)
    await attempt(work, Message(SUPPLIED, branch.code), branch.code)


async def issue_cards(session: AsyncSession) -> None:
    due = select(Branch.case_id, Branch.code).where(Branch.card_at < clock.now())
    for case_id, code in (await session.execute(due.order_by(Branch.case_id).limit(A_RUN))).all():
        async with at_work(session, case_id) as work:
            _judge(work, work.branches[code])


def _judge(work: Work, branch: Branch) -> None:
    """Only the gravest, should several have come due since the last look."""
    if branch.card_at is None:
        return
    moments, issued = progress.card_moments(branch), card_named(branch.card)
    card = card_of(moments, work.now)
    if card > issued:
        _issue(work, branch, card)
    branch.card_at = next_at(moments, max(card, issued))


def _issue(work: Work, branch: Branch, card: Card) -> None:
    branch.card = card.code
    row = CardRow(
        id=new_id(),
        case_id=work.case.id,
        branch=branch.code,
        department=branch.department,
        card=card.code,
        reason=card.reason,
        issued_at=work.now,
    )
    work.session.add(row)
    work.note("card-issued", branch.code, card=card.code, reason=card.reason, department=branch.department)
    work.emit(CardIssued(**work.about_branch(branch), card=card.code, reason=card.reason))
