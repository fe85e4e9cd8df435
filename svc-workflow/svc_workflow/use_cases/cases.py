"""What the people concerned do with a case: look, supply what was asked, withdraw."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.problems import Conflict, InvalidInput, NotFound
from contracts.events.workflow import CaseWithdrawn, SupplementSupplied
from contracts.problems import FieldProblem
from svc_workflow import clock, sealed
from svc_workflow.engine import Message, SetVariables, Withdraw
from svc_workflow.errors import NothingUndecided, SupplementClosed
from svc_workflow.forms import FormField, check_value, form_of
from svc_workflow.host import ProcessStuck, Work, at_work, attempt, progress
from svc_workflow.models import Case, FormPart, Supplement
from svc_workflow.rules.branches import DECIDED, BranchState
from svc_workflow.use_cases.submission import FORM_PART

SUPPLEMENT_ANSWERS = "supplement.answers"
SUPPLIED = "supplement.supplied"
_OTHER = FormField(kind="text", task="supplement")


async def concerning(session: AsyncSession, case_id: UUID, person_id: UUID) -> Case:
    """A case of which the person is the applicant or a party; NotFound for everybody else."""
    case = await session.get(Case, case_id)
    if case is None or (case.applicant_id != person_id and person_id not in case.parties):
        raise NotFound()
    return case


async def _applied_by(session: AsyncSession, case_id: UUID, person_id: UUID) -> Case:
    case = await session.get(Case, case_id)
    if case is None or case.applicant_id != person_id:
        raise NotFound()
    return case


async def withdraw(session: AsyncSession, case_id: UUID, applicant_id: UUID) -> None:
    """What is undecided stops; what is decided stands."""
    await _applied_by(session, case_id, applicant_id)
    async with at_work(session, case_id) as work:
        undecided = [branch for branch in work.branches.values() if branch.state not in DECIDED]
        if not undecided or work.case.withdrawn_at is not None or work.instance.ended:
            raise NothingUndecided()
        work.case.withdrawn_at = clock.now()
        work.note("case-withdrawn", by="applicant")
        work.emit(CaseWithdrawn(**work.about()))
        await attempt(work, Withdraw("withdrawn"))


async def supply(
    session: AsyncSession, case_id: UUID, supplement_id: UUID, applicant_id: UUID, answers: dict[str, Any]
) -> None:
    """Answer a supplement: all of it, at once."""
    await _applied_by(session, case_id, applicant_id)
    async with at_work(session, case_id) as work:
        supplement = await session.get(Supplement, supplement_id, with_for_update=True, populate_existing=True)
        if supplement is None or supplement.case_id != case_id:
            raise NotFound()
        if supplement.closed_at is not None:
            raise SupplementClosed()
        await _take(work, supplement, answers)


async def _take(work: Work, supplement: Supplement, answers: dict[str, Any]) -> None:
    items = sealed.unseal(work.case.data_key, work.case.id, sealed.SUPPLEMENT_ITEMS, supplement.items)
    values = _checked(work.case.bundle_code, [item["code"] for item in items], answers)
    supplement.answers = sealed.seal(work.case.data_key, work.case.id, SUPPLEMENT_ANSWERS, values)
    supplement.supplied_at = supplement.closed_at = work.now
    await _amend_form(work, supplement.branch, values)
    known = _known_to_process(work.case.bundle_code, values)
    branch = work.branches[supplement.branch]
    branch.state = BranchState.RECEIVED
    progress.acceptance_clock(work, branch)
    work.note("supplement-supplied", branch.code, items=list(values), acceptance_due=branch.acceptance_due)
    work.emit(SupplementSupplied(**work.about_branch(branch), supplement_id=supplement.id))
    try:
        if known:
            await work.carry_out(SetVariables(known))
        await work.carry_out(Message(SUPPLIED, branch.code, {"supplement_id": str(supplement.id)}))
    except ProcessStuck as stuck:
        raise Conflict("The process cannot take this now") from stuck


def _checked(bundle: str, asked: list[str], answers: dict[str, Any]) -> dict[str, str]:
    form = form_of(bundle)
    fields = {code: (form.fields.get(code, _OTHER) if form else _OTHER) for code in asked}
    wrong = [
        FieldProblem(pointer=f"#/answers/{code}", code="not-asked", detail="This was not asked for")
        for code in answers
        if code not in fields
    ]
    values: dict[str, str] = {}
    for code, field in fields.items():
        if code not in answers:
            wrong.append(FieldProblem(pointer=f"#/answers/{code}", code="missing", detail="An answer is missing"))
            continue
        values[code], problem = check_value(field, answers[code], f"#/answers/{code}")
        wrong += [problem] if problem else []
    if wrong:
        raise InvalidInput(errors=wrong)
    return values


def _known_to_process(bundle: str, values: dict[str, str]) -> dict[str, str]:
    """Codes and identifiers among corrected answers: the process goes on with them."""
    form = form_of(bundle)
    fields = {} if form is None else form.fields
    return {name: value for name, value in values.items() if name in fields and fields[name].engine}


async def _amend_form(work: Work, branch: str, values: dict[str, str]) -> None:
    """A corrected answer replaces the old one in the part of the department that asked."""
    mine = (FormPart.case_id == work.case.id) & (FormPart.branch == branch)
    part = (await work.session.execute(select(FormPart).where(mine).with_for_update())).scalar_one_or_none()
    corrected = {name: value for name, value in values.items() if part is not None and name in part.fields}
    if part is None or not corrected:
        return
    place = f"{FORM_PART}/{branch}"
    before = sealed.unseal(work.case.data_key, work.case.id, place, part.sealed)
    part.sealed = sealed.seal(work.case.data_key, work.case.id, place, {**before, **corrected})


async def erase(session: AsyncSession, case_number: str) -> bool:
    """Destroy the key of a closed case: what people wrote is gone, its history stays whole. False when there is none."""
    query = select(Case).where(Case.case_number == case_number, Case.outcome.is_not(None)).with_for_update()
    case = (await session.execute(query)).scalar_one_or_none()
    if case is None:
        return False
    case.data_key = None
    return True
