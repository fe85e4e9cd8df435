"""Cases as the people concerned see them."""

from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.paging import Paging, page_of
from contracts.paging import Page
from svc_workflow.models import Case, Supplement
from svc_workflow.schemas.cases import CaseLine


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
