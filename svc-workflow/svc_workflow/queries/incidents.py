"""Incidents of a department."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.paging import Paging, page_of
from contracts.paging import Page
from svc_workflow.models import Case, Incident
from svc_workflow.schemas.tasks import IncidentOut


async def incidents_of(session: AsyncSession, department: str, paging: Paging, *, resolved: bool) -> Page[IncidentOut]:
    query = select(Incident).where(
        Incident.department == department,
        Incident.resolved_at.is_not(None) if resolved else Incident.resolved_at.is_(None),
    )
    found, cursor = await page_of(session, query, [Incident.id], paging)
    cases = select(Case.id, Case.case_number).where(Case.id.in_({incident.case_id for incident in found}))
    numbers = {row[0]: row[1] for row in await session.execute(cases)}
    names = ("id", "case_id", "branch", "reason", "raised_at", "resolved_at")
    items = [
        IncidentOut.model_validate(
            {**{name: getattr(incident, name) for name in names}, "case_number": numbers[incident.case_id]}
        )
        for incident in found
    ]
    return Page(items=items, next_cursor=cursor)
