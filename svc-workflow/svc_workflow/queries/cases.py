"""Cases as the people concerned see them."""

from collections import defaultdict
from typing import Literal
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.paging import Paging, page_of
from contracts.events.catalog import Limit
from contracts.paging import Page
from svc_workflow import clock, sealed
from svc_workflow.models import Branch, Case, ExcludedTime, Supplement
from svc_workflow.rules.branches import DECIDED
from svc_workflow.schemas.cases import BranchOut, CaseLine, CaseOut, Excluded, SupplementItem, SupplementOut
from svc_workflow.use_cases.tasks import SUPPLEMENT_ITEMS

Role = Literal["applicant", "party", "department"]


async def cases_of(session: AsyncSession, person_id: UUID, paging: Paging) -> Page[CaseLine]:
    """Where the person is the applicant or a party, newest first."""
    mine = select(Case).where(or_(Case.applicant_id == person_id, Case.parties.contains([person_id])))
    cases, cursor = await page_of(session, mine, [Case.id], paging)
    asked = select(Supplement.case_id, func.count()).where(
        Supplement.case_id.in_([case.id for case in cases if case.applicant_id == person_id]),
        Supplement.closed_at.is_(None),
    )
    waiting = {row[0]: row[1] for row in await session.execute(asked.group_by(Supplement.case_id))}
    lines = [CaseLine.model_validate({**_facts(case), "waiting_for_me": waiting.get(case.id, 0)}) for case in cases]
    return Page(items=lines, next_cursor=cursor)


def _facts(case: Case) -> dict[str, object]:
    names = ("id", "case_number", "bundle_code", "title", "outcome", "submitted_at", "closed_at")
    return {name: getattr(case, name) for name in names}


async def case_page(session: AsyncSession, case: Case, role: Role, *, only: str | None = None) -> CaseOut:
    """`only`: supplements of this branch alone, for the department that handles it."""
    branches = select(Branch).where(Branch.case_id == case.id).order_by(Branch.position)
    found = list((await session.execute(branches)).scalars())
    excluded = await _excluded(session, case.id)
    names = {branch.code: branch.department_name for branch in found}
    undecided = any(branch.state not in DECIDED for branch in found)
    return CaseOut.model_validate(
        {
            **_facts(case),
            "role": role,
            "state": "silenced" if case.silenced_at else "closed" if case.closed_at else "open",
            "withdrawn_at": case.withdrawn_at,
            "branches": [_branch(branch, excluded[branch.code]) for branch in found],
            "supplements": await _supplements(session, case, names, role, only),
            "may_withdraw": role == "applicant" and undecided and case.withdrawn_at is None and not case.silenced_at,
        }
    )


async def _excluded(session: AsyncSession, case_id: UUID) -> dict[str, list[Excluded]]:
    query = select(ExcludedTime).where(ExcludedTime.case_id == case_id).order_by(ExcludedTime.started_at)
    by_branch: dict[str, list[Excluded]] = defaultdict(list)
    for interval in (await session.execute(query)).scalars():
        by_branch[interval.branch].append(Excluded.model_validate(interval))
    return by_branch


def _branch(branch: Branch, excluded: list[Excluded]) -> BranchOut:
    return BranchOut(
        branch=branch.code,
        item_code=branch.item_code,
        title=branch.title,
        department=branch.department,
        department_name=branch.department_name,
        state=branch.state,
        reason=branch.reason,
        received_at=branch.received_at,
        acceptance_due=branch.acceptance_due,
        accepted_at=branch.accepted_at,
        promised_limit=None if branch.promised_limit is None else Limit.model_validate(branch.promised_limit),
        promised_due=None if branch.promised_due is None else clock.day_of(branch.promised_due),
        statutory_limit=None if branch.statutory_limit is None else Limit.model_validate(branch.statutory_limit),
        statutory_due=None if branch.statutory_due is None else clock.day_of(branch.statutory_due),
        excluded=excluded,
        ended_at=branch.ended_at,
        late=branch.late,
    )


async def _supplements(
    session: AsyncSession, case: Case, names: dict[str, str], role: Role, only: str | None
) -> list[SupplementOut]:
    query = select(Supplement).where(Supplement.case_id == case.id).order_by(Supplement.asked_at)
    found = list((await session.execute(query if only is None else query.where(Supplement.branch == only))).scalars())
    if role == "party" or case.data_key is None:
        return []
    return [_supplement(case, supplement, names[supplement.branch]) for supplement in found]


def _supplement(case: Case, supplement: Supplement, department_name: str) -> SupplementOut:
    items = sealed.unseal(case.data_key, case.id, SUPPLEMENT_ITEMS, supplement.items)
    return SupplementOut(
        id=supplement.id,
        branch=supplement.branch,
        department_name=department_name,
        items=[SupplementItem(**item) for item in items],
        asked_at=supplement.asked_at,
        reply_by=supplement.reply_by,
        supplied_at=supplement.supplied_at,
        open=supplement.closed_at is None,
    )
