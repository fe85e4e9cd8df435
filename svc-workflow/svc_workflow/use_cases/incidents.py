"""Mending: somebody who may tries again what could not go on."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Caller
from contracts.events.workflow import IncidentResolved as Resolved
from svc_workflow.errors import IncidentResolved
from svc_workflow.host import at_work, attempt_again
from svc_workflow.queries.incidents import Reach, reached


async def retry(session: AsyncSession, incident_id: UUID, reach: Reach, by: Caller) -> None:
    incident = await reached(session, reach, incident_id)
    async with at_work(session, incident.case_id) as work:
        await session.refresh(incident, with_for_update=True)
        if incident.resolved_at is not None:
            raise IncidentResolved()
        incident.resolved_by = by.person_id
        work.note("incident-retried", incident.branch, reason=incident.reason, department=by.department)
        await attempt_again(work, incident)
        if incident.resolved_at is None:
            # The command is done, or stands in a new incident.
            incident.resolved_at = work.now
            work.emit(Resolved(**work.about(), incident_id=incident.id))
