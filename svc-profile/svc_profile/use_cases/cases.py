"""The person's view of cases: cards, and what waits for them."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events.workflow import ApplicationStarted, CaseSubmitted
from svc_profile.models import CaseCard, CasePerson, Waiting

DRAFT, UNDER_WAY, CLOSED, WITHDRAWN = "draft", "under-way", "closed", "withdrawn"


async def start(session: AsyncSession, event: ApplicationStarted) -> None:
    await _put(
        session,
        event.application_id,
        DRAFT,
        event.meta.time,
        title=event.title,
        bundle_code=event.bundle_code,
        branches={},
    )
    await concern(session, event.application_id, event.applicant_id, "applicant")


async def submit(session: AsyncSession, event: CaseSubmitted) -> None:
    branches = {
        branch.branch: {
            "title": branch.title,
            "department_name": branch.department_name,
            "state": "waiting",
            "order": place,
        }
        for place, branch in enumerate(event.branches)
    }
    facts = {"case_number": event.case_number, "bundle_code": event.bundle_code, "subject_key": event.subject_key}
    await _put(session, event.case_id, UNDER_WAY, event.meta.time, title=event.title, branches=branches, **facts)
    await concern(session, event.case_id, event.applicant_id, "applicant")
    for party in event.parties:
        await concern(session, event.case_id, party, "party")


async def _put(session: AsyncSession, case_id: UUID, state: str, at: datetime, **facts: Any) -> None:
    row = insert(CaseCard).values(id=case_id, state=state, silenced=False, started_at=at, changed_at=at, **facts)
    await session.execute(
        row.on_conflict_do_update(index_elements=["id"], set_={"state": state, "changed_at": at, **facts})
    )


async def concern(session: AsyncSession, case_id: UUID, person: UUID, role: str) -> None:
    row = insert(CasePerson).values(case_id=case_id, person_id=person, role=role)
    await session.execute(row.on_conflict_do_nothing())


async def persons(session: AsyncSession, case_id: UUID) -> list[UUID]:
    query = (
        select(CasePerson.person_id)
        .where(CasePerson.case_id == case_id)
        .order_by(CasePerson.role, CasePerson.person_id)
    )
    return list(await session.scalars(query))


async def move_branch(session: AsyncSession, case_id: UUID, branch: str, at: datetime, **facts: Any) -> CaseCard | None:
    """Something happened to a branch. Branches' events come in order, all on the case's key."""
    card = await session.get(CaseCard, case_id, with_for_update=True)
    if card is None:
        return None
    known = card.branches.get(branch, {"title": branch, "department_name": "", "order": len(card.branches)})
    card.branches = {**card.branches, branch: {**known, **facts}}
    card.changed_at = at
    return card


async def end(session: AsyncSession, case_id: UUID, state: str, outcome: str | None, at: datetime) -> CaseCard | None:
    card = await session.get(CaseCard, case_id, with_for_update=True)
    if card is not None:
        card.state, card.outcome, card.changed_at = state, outcome, at
        await settle_kinds(session, case_id, ["supplement", "continue"])
    return card


async def wait(
    session: AsyncSession,
    person: UUID,
    item: UUID,
    kind: str,
    at: datetime,
    *,
    case_id: UUID | None,
    branch: str | None = None,
    due: date | None = None,
    **facts: Any,
) -> None:
    """Put something on the person's list, unless its case is silenced."""
    if case_id is not None and await is_silenced(session, case_id):
        return
    row = insert(Waiting).values(
        id=item, person_id=person, kind=kind, case_id=case_id, branch=branch, due=due, facts=facts, since=at, done=False
    )
    await session.execute(row.on_conflict_do_nothing())


async def settle(session: AsyncSession, item: UUID) -> None:
    await session.execute(update(Waiting).where(Waiting.id == item).values(done=True))


async def settle_kinds(session: AsyncSession, case_id: UUID, kinds: Iterable[str] | None = None) -> None:
    mine = Waiting.case_id == case_id
    if kinds is not None:
        mine = mine & Waiting.kind.in_(list(kinds))
    await session.execute(update(Waiting).where(mine).values(done=True))


async def is_silenced(session: AsyncSession, case_id: UUID) -> bool:
    return bool(await session.scalar(select(CaseCard.silenced).where(CaseCard.id == case_id)))
