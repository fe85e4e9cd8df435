"""Looks at people's data for a case, as the ledger tells them."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.later import later
from contracts.events.sharing import AccessRecorded
from svc_workflow.models import Access

NEW_LINES = insert(Access).on_conflict_do_nothing()


def remember(session: AsyncSession, event: AccessRecorded) -> None:
    if event.case_id is None:
        return
    line = {
        "id": event.access_id,
        "case_id": event.case_id,
        "at": event.at,
        "resource_code": event.resource_code,
        "source_name": event.source_name,
        "reader_name": event.reader_name,
        "purpose": event.purpose,
        "grant_id": event.grant_id,
        "fields": event.fields,
    }
    later(session, NEW_LINES, line)
