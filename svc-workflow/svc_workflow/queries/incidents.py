"""Incidents: of a department, and those that only operators can see to."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.paging import Paging, page_of
from chassis.problems import NotFound
from contracts.paging import Page
from svc_workflow.models import Case, Incident
from svc_workflow.schemas.tasks import IncidentOut

Reach = ColumnElement[bool]
"""Which incidents a caller may see and try again."""
OPERATORS: Reach = or_(Incident.department.is_(None), Incident.reason == "process-stuck")
"""Nobody's branch, or the process itself: no department can mend it."""


def of_department(department: str) -> Reach:
    return Incident.department == department


async def incidents_of(session: AsyncSession, reach: Reach, paging: Paging, *, resolved: bool) -> Page[IncidentOut]:
    state = Incident.resolved_at.is_not(None) if resolved else Incident.resolved_at.is_(None)
    found, cursor = await page_of(session, select(Incident).where(reach, state), [Incident.id], paging)
    return Page(items=await _with_numbers(session, found), next_cursor=cursor)


async def incident_of(session: AsyncSession, reach: Reach, incident_id: UUID) -> IncidentOut:
    return (await _with_numbers(session, [await reached(session, reach, incident_id)]))[0]


async def reached(session: AsyncSession, reach: Reach, incident_id: UUID) -> Incident:
    incident: Incident | None = await session.scalar(select(Incident).where(Incident.id == incident_id, reach))
    if incident is None:
        raise NotFound()
    return incident


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
