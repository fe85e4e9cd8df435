"""The person's view of cases: cards, and what waits for them.

Whether a case is silenced is read from its card while that is locked (`handlers/preparation.py`): a silence that comes
meanwhile waits for what is being put down, and finds it. Cards are locked before anything else, in the order of their ids.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, any_, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.held import lock_all, locked
from chassis.later import later
from contracts.events.workflow import ApplicationStarted, CaseSubmitted
from svc_profile.models import Base, CaseCard, CasePerson, Waiting

DRAFT, UNDER_WAY, CLOSED, WITHDRAWN = "draft", "under-way", "closed", "withdrawn"
# Made once: what a statement costs is for the most part its making.
NEW_CARD = insert(CaseCard).on_conflict_do_nothing()
NEW_PERSON = insert(CasePerson).on_conflict_do_nothing()
NEW_WAITING = insert(Waiting).on_conflict_do_nothing()
_PERSON, _WAITING = Base.metadata.tables["case_person"], Base.metadata.tables["waiting"]
PERSONS = (
    select(_PERSON.c.person_id)
    .where(_PERSON.c.case_id == bindparam("case"))
    .order_by(_PERSON.c.role, _PERSON.c.person_id)
)
_DONE = update(_WAITING).where(_WAITING.c.done.is_(False)).values(done=True)
SETTLE = _DONE.where(_WAITING.c.id == bindparam("item"))
SETTLE_CASE = _DONE.where(_WAITING.c.case_id == bindparam("case"))
SETTLE_KINDS = SETTLE_CASE.where(_WAITING.c.kind == any_(bindparam("kinds", type_=ARRAY(Text))))
REOPEN = (
    update(_WAITING)
    .where(_WAITING.c.id == bindparam("item"), _WAITING.c.person_id == bindparam("person"))
    .values(done=False)
)


async def lock(session: AsyncSession, ids: Iterable[UUID], subjects: Sequence[str] = ()) -> None:
    """The cards with these ids and those about these children, in one order for everybody."""
    wanted = set(ids)
    if subjects:
        wanted.update(await session.scalars(select(CaseCard.id).where(CaseCard.subject_key.in_(subjects))))
    await lock_all(session, CaseCard, wanted)


async def start(session: AsyncSession, event: ApplicationStarted) -> None:
    facts = {"title": event.title, "bundle_code": event.bundle_code, "branches": {}}
    await _put(session, event.application_id, DRAFT, event.meta.time, **facts)
    concern(session, event.application_id, event.applicant_id, "applicant")


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
    concern(session, event.case_id, event.applicant_id, "applicant")
    for party in event.parties:
        concern(session, event.case_id, party, "party")


async def _put(session: AsyncSession, case_id: UUID, state: str, at: datetime, **facts: Any) -> None:
    now = {"state": state, "changed_at": at, **facts}
    card = await locked(session, CaseCard, case_id)
    if card is None:
        await session.execute(NEW_CARD, {"id": case_id, "silenced": False, "started_at": at, **now})
        card = await locked(session, CaseCard, case_id)
    for name, value in now.items():
        setattr(card, name, value)


def concern(session: AsyncSession, case_id: UUID, person: UUID, role: str) -> None:
    later(session, NEW_PERSON, {"case_id": case_id, "person_id": person, "role": role})


async def persons(session: AsyncSession, case_id: UUID) -> list[UUID]:
    return list(await session.scalars(PERSONS, {"case": case_id}))


async def move_branch(session: AsyncSession, case_id: UUID, branch: str, at: datetime, **facts: Any) -> CaseCard | None:
    """Something happened to a branch. Branches' events come in order, all on the case's key."""
    card = await locked(session, CaseCard, case_id)
    if card is None:
        return None
    known = card.branches.get(branch, {"title": branch, "department_name": "", "order": len(card.branches)})
    card.branches = {**card.branches, branch: {**known, **facts}}
    card.changed_at = at
    return card


async def end(session: AsyncSession, case_id: UUID, state: str, outcome: str | None, at: datetime) -> CaseCard | None:
    card = await locked(session, CaseCard, case_id)
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
    about = {"case_id": case_id, "branch": branch, "due": due, "facts": facts, "since": at, "done": False}
    later(session, NEW_WAITING, {"id": item, "person_id": person, "kind": kind, **about})


async def settle(session: AsyncSession, item: UUID) -> None:
    await session.execute(SETTLE, {"item": item})


async def reopen(session: AsyncSession, person: UUID, item: UUID) -> None:
    await session.execute(REOPEN, {"person": person, "item": item})


async def settle_kinds(session: AsyncSession, case_id: UUID, kinds: Sequence[str] | None = None) -> None:
    if kinds is None:
        await session.execute(SETTLE_CASE, {"case": case_id})
    else:
        await session.execute(SETTLE_KINDS, {"case": case_id, "kinds": kinds})


async def is_silenced(session: AsyncSession, case_id: UUID) -> bool:
    card = await session.get(CaseCard, case_id)
    return card is not None and card.silenced
