"""The cases that a transaction holds: locked and read once, however many of its steps are about them.

The events of a batch are often of one case, and those of ten cases are locked and read as fast as those of one. What the steps
change stays in the objects and is written when the transaction ends, so that each row is written once.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, inspect, select
from sqlalchemy import event as sql_event
from sqlalchemy.exc import NoResultFound
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstanceState
from sqlalchemy.orm import Session as SyncSession
from sqlalchemy.orm.attributes import flag_modified

from chassis.database import WakingSession
from svc_workflow.host.calendars import CALENDARS, CityCalendar, calendar_of
from svc_workflow.models import Branch, Case, Instance, Step

_PLACE = "cases held"
_IDS = bindparam("ids", type_=ARRAY(Uuid))
# Made once, with one parameter however many cases there are. Two statements, for the second must see what others committed while
# the first waited for its locks.
_LOCK = (
    select(Instance)
    .where(Instance.case_id == any_(_IDS))
    .order_by(Instance.case_id)
    .with_for_update()
    .execution_options(populate_existing=True)
)
_READ = (
    select(Case, Branch, CALENDARS)
    .outerjoin(Branch, Branch.case_id == Case.id)
    .where(Case.id == any_(_IDS))
    .order_by(Case.id, Branch.position)
    .execution_options(populate_existing=True)
)
_STEPS = (
    select(Step)
    .where(Step.request_id == any_(_IDS))
    .order_by(Step.request_id)
    .with_for_update()
    .execution_options(populate_existing=True)
)
_CHANGING = {
    Instance: ("state", "sequence", "head", "ended"),
    Branch: (
        *("state", "reason", "received_at", "acceptance_due", "accepted_at", "promised_due", "statutory_due"),
        *("ended_at", "late", "remind_at", "card", "card_at"),
    ),
    Step: ("state", "result", "reason", "answered_at"),
}
"""What may change of a row, always under its lock."""


@dataclass
class Held:
    """A case's rows, nobody else's until the transaction ends. `branches` in their order."""

    case: Case
    instance: Instance
    calendar: CityCalendar
    branches: dict[str, Branch] = field(default_factory=dict)


@dataclass
class Holding:
    """What one transaction holds: cases by their ids, steps by their request ids."""

    cases: dict[UUID, Held] = field(default_factory=dict)
    steps: dict[UUID, Step] = field(default_factory=dict)


def holding(session: AsyncSession) -> Holding:
    known: Holding = session.sync_session.info.setdefault(_PLACE, Holding())
    return known


async def hold(session: AsyncSession, case_ids: Iterable[UUID]) -> None:
    """Lock these cases, in the order of their ids, so that no two transactions wait for each other in a ring; and read them.
    Ids without a case, for instance those of applications, are passed over."""
    held = holding(session).cases
    if not (wanted := sorted(set(case_ids) - held.keys())):
        return
    locked = {row.case_id: row for row in await session.scalars(_LOCK, {"ids": wanted})}
    if not locked:
        return
    for case, branch, digest in await session.execute(_READ, {"ids": list(locked)}):
        if case.id not in held:
            held[case.id] = Held(case, locked[case.id], await calendar_of(session, digest))
        if branch is not None:
            held[case.id].branches[branch.code] = branch


async def held_case(session: AsyncSession, case_id: UUID) -> Held:
    """Locked now unless it was before. Raises NoResultFound."""
    await hold(session, [case_id])
    held = holding(session).cases.get(case_id)
    if held is None:
        raise NoResultFound(f"no case {case_id}")
    return held


async def hold_steps(session: AsyncSession, request_ids: Iterable[UUID]) -> None:
    """Lock and read these steps, after their cases. Ids that nobody asked under are passed over."""
    held = holding(session).steps
    if wanted := sorted(set(request_ids) - held.keys()):
        held |= {step.request_id: step for step in await session.scalars(_STEPS, {"ids": wanted})}


def write_whole(*rows: Instance | Branch | Step) -> None:
    """Have all that may change of a changed row written: rows of a table that change together then go in one statement,
    whatever has changed of each."""
    for row in rows:
        known: InstanceState[Any] = inspect(row)
        if known.modified and known.persistent:
            for name in _CHANGING[type(row)]:
                flag_modified(row, name)


@sql_event.listens_for(WakingSession, "after_commit")
@sql_event.listens_for(WakingSession, "after_rollback")
def _let_go(session: SyncSession) -> None:
    session.info.pop(_PLACE, None)
