"""The story of a case: what its history tells, and every look at people's data."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from svc_workflow.host import history
from svc_workflow.models import Access, Case, HistoryRow
from svc_workflow.schemas.cases import Timeline, TimelineEntry


async def timeline(session: AsyncSession, case: Case) -> Timeline:
    """Oldest first. Who did it is told by department and post, never by a clerk's name or id."""
    rows = select(HistoryRow).where(HistoryRow.case_id == case.id).order_by(HistoryRow.sequence)
    entries = [
        TimelineEntry.model_validate({"at": row.at, **fact})
        for row in (await session.execute(rows)).scalars()
        for fact in history.facts_of(row)
    ]
    looks = select(Access).where(Access.case_id == case.id).order_by(Access.at)
    entries += [_look(access) for access in (await session.execute(looks)).scalars()]
    return Timeline(case_number=case.case_number, entries=sorted(entries, key=lambda entry: entry.at))


def _look(access: Access) -> TimelineEntry:
    return TimelineEntry(
        at=access.at,
        kind="data-accessed",
        branch=access.purpose.partition("/")[2] or None,
        resource=access.resource_code,
        source_name=access.source_name,
        reader_name=access.reader_name,
        purpose=access.purpose,
        grant_id=access.grant_id,
        fields=[str(field) for field in access.fields],
    )
