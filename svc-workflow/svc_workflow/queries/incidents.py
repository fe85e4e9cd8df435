"""Incidents of a department."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.paging import Paging, page_of
from chassis.problems import NotFound
from contracts.paging import Page
from svc_workflow.models import Case, Incident
from svc_workflow.schemas.tasks import IncidentOut


async def incidents_of(session: AsyncSession, department: str, paging: Paging, *, resolved: bool) -> Page[IncidentOut]:
    query = select(Incident).where(
        Incident.department == department,
        Incident.resolved_at.is_not(None) if resolved else Incident.resolved_at.is_(None),
    )
    found, cursor = await page_of(session, query, [Incident.id], paging)
    return Page(items=await _with_numbers(session, found), next_cursor=cursor)


async def incident_of(session: AsyncSession, department: str, incident_id: UUID) -> IncidentOut:
    incident = await session.get(Incident, incident_id)
    if incident is None or incident.department != department:
        raise NotFound()
    return (await _with_numbers(session, [incident]))[0]


async def _with_numbers(session: AsyncSession, found: Sequence[Incident]) -> list[IncidentOut]:
    cases = select(Case.id, Case.case_number).where(Case.id.in_({incident.case_id for incident in found}))
    numbers = {row[0]: row[1] for row in await session.execute(cases)}
    names = ("id", "case_id", "branch", "reason", "raised_at", "resolved_at")
    return [
        IncidentOut.model_validate(
            {**{name: getattr(incident, name) for name in names}, "case_number": numbers[incident.case_id]}
        )
        for incident in found
    ]
