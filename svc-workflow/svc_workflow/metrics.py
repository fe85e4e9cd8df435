"""What svc-workflow counts, and what stands in its tables, for operators."""

from prometheus_client import Counter, Gauge
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from svc_workflow.models import Incident

advances = Counter(
    "onedoor_engine_advances_total", "Commands that processes took, by how it ended", ["command", "result"]
)
incidents = Gauge("onedoor_incidents_open", "Cases that cannot go on without a person, by why", ["reason"])


async def look(session: AsyncSession) -> None:
    incidents.clear()
    open_ones = select(Incident.reason, func.count()).where(Incident.resolved_at.is_(None)).group_by(Incident.reason)
    for reason, count in await session.execute(open_ones):
        incidents.labels(reason).set(count)
