"""What operators do from a shell: erase a case's personal values, prove that histories are whole, see what a case waited for."""

import sys
from contextlib import suppress
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.runtime import Runtime
from svc_workflow.host import history
from svc_workflow.models import Application, Case, HistoryRow, Instance
from svc_workflow.queries.waits import waits_of
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


async def tell_waits(runtime: Runtime, words: list[str]) -> int:
    """`waits CASE`, a number or an id: which case it is and what it waited for, as one line of JSON; 1 when there is none."""
    async with runtime.sessions.transaction() as session:
        found = await _case_named(session, words[0] if words else "")
        if found is None:
            sys.stderr.write("no such case\n")
            return 1
        case_id, number = found
        story = {"case_id": str(case_id), "case_number": number, "waits": await waits_of(session, case_id)}
    sys.stdout.write(orjson.dumps(story).decode() + "\n")
    return 0


async def _case_named(session: AsyncSession, name: str) -> tuple[UUID, str | None] | None:
    """An application that was not handed in has an id and no number."""
    with suppress(ValueError):
        known = UUID(name)
        number = await session.scalar(select(Case.case_number).where(Case.id == known))
        begun = number is not None or await session.get(Application, known) is not None
        return (known, number) if begun else None
    case_id = await session.scalar(select(Case.id).where(Case.case_number == name))
    return None if case_id is None else (case_id, name)


async def broken_at(session: AsyncSession, case_id: UUID) -> int | None:
    """Where a case's history was tampered with: a row's sequence, or the next one when the end is missing."""
    rows = select(HistoryRow).where(HistoryRow.case_id == case_id).order_by(HistoryRow.sequence)
    found = list((await session.execute(rows)).scalars())
    place = history.first_broken(found)
    instance = await session.get_one(Instance, case_id)
    if place is None and (not found or found[-1].hash != instance.head):
        return len(found) + 1
    return place
