"""What operators do from a shell: erase a case's personal values, prove that histories are whole."""

import sys
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.runtime import Runtime
from svc_workflow.host import history
from svc_workflow.models import Case, HistoryRow, Instance
from svc_workflow.use_cases.cases import erase


async def erase_cases(runtime: Runtime, numbers: list[str]) -> int:
    """`erase CASE_NUMBER...`: closed cases only; 1 when one could not be erased."""
    failed = 0
    for number in numbers:
        async with runtime.sessions.transaction() as session:
            done = await erase(session, number)
        failed += not done
        sys.stdout.write(f"{number}: {'erased' if done else 'no closed case of this number'}\n")
    return int(failed > 0)


async def verify_histories(runtime: Runtime, numbers: list[str]) -> int:
    """`verify-history [CASE_NUMBER...]`: all cases when none is named; 1 when a chain is broken."""
    broken = 0
    async with runtime.sessions.transaction() as session:
        cases = select(Case.id, Case.case_number).order_by(Case.id)
        wanted = cases.where(Case.case_number.in_(numbers)) if numbers else cases
        for case_id, number in (await session.execute(wanted)).all():
            place = await broken_at(session, case_id)
            broken += place is not None
            if place is not None:
                sys.stdout.write(f"{number}: broken at {place}\n")
    sys.stdout.write(f"{broken} broken\n")
    return int(broken > 0)


async def broken_at(session: AsyncSession, case_id: UUID) -> int | None:
    """Where a case's history was tampered with: a row's sequence, or the next one when the end is missing."""
    rows = select(HistoryRow).where(HistoryRow.case_id == case_id).order_by(HistoryRow.sequence)
    found = list((await session.execute(rows)).scalars())
    place = history.first_broken(found)
    instance = await session.get_one(Instance, case_id)
    if place is None and (not found or found[-1].hash != instance.head):
        return len(found) + 1
    return place
