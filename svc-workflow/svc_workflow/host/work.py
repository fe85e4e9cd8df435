"""A case at work: its rows locked and loaded, commands carried out, and at the end one row of history."""

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis import context
from chassis.identifiers import new_id
from chassis.logs import describe
from chassis.outbox import emit
from chassis.problems import Unavailable
from chassis.telemetry import span
from contracts.event import Event
from svc_workflow import clock, metrics
from svc_workflow.engine import Command, Env, Start, State, advance, pack, unpack
from svc_workflow.engine.events import Event as EngineEvent
from svc_workflow.host import definitions, history
from svc_workflow.host.calendars import CityCalendar, load_calendar
from svc_workflow.host.effects import perform, unperformable
from svc_workflow.host.history import GENESIS, Fact
from svc_workflow.models import Branch, Case, Instance

logger = logging.getLogger(__name__)


class ProcessStuck(Exception):
    """The engine cannot carry a command out; nothing has changed. `detail` holds no personal value: the engine has none."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@dataclass
class Work:
    """Whoever holds one is alone with the case until the transaction ends."""

    session: AsyncSession
    case: Case
    instance: Instance
    branches: dict[str, Branch]
    calendar: CityCalendar
    now: datetime
    facts: list[Fact] = field(default_factory=list)
    happened: list[EngineEvent] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    """Why a branch is about to be decided: a code that a citizen's page can explain."""
    procedure: str | None = None
    """Which special procedure a clerk starts."""
    failure: str | None = None
    """Why the step that is being answered failed; the reason of the incident that may follow."""

    def note(self, kind: str, branch: str | None = None, **facts: Any) -> None:
        """A line of the case's story. Identifiers and codes only."""
        given = {name: value for name, value in facts.items() if value is not None}
        self.facts.append({"kind": kind, **({"branch": branch} if branch else {}), **given})

    def emit(self, *events: Event) -> None:
        emit(self.session, *events)

    def about(self) -> dict[str, Any]:
        """The fields that every event of a case has."""
        return {
            "case_id": self.case.id,
            "case_number": self.case.case_number,
            "applicant_id": self.case.applicant_id,
        }

    def about_branch(self, branch: Branch) -> dict[str, Any]:
        return {
            **self.about(),
            "branch": branch.code,
            "item_code": branch.item_code,
            "department": branch.department,
        }

    async def carry_out(self, command: Command) -> None:
        """Advance the process and do what it asks for. Raises ProcessStuck."""
        graph, name = await definitions.graph_of(self.session, self.instance.definition), type(command).__name__
        env = Env(now=self.now.astimezone(clock.CITY), new_id=_fresh_id, due=self.calendar.due)
        try:
            state = unpack(self.instance.state) if self.instance.state else State()
            with span("advance", attributes={"onedoor.command": name}):
                result = advance(graph, state, command, env)
        except Exception as error:  # whatever it is: one poisoned instance must not stop the others
            metrics.advances.labels(name, "stuck").inc()
            logger.error("a process is stuck", extra={"case_id": str(self.case.id), "reason": describe(error)})
            raise ProcessStuck(f"{type(error).__name__}: {error}") from error
        if astray := unperformable(result.effects, self.branches):
            raise ProcessStuck(astray)
        metrics.advances.labels(name, "done").inc()
        self.instance.state = pack(result.state)
        self.happened += result.events
        for effect in result.effects:
            await perform(self, effect)

    def keep(self) -> None:
        """Add what was done to the history."""
        if not self.facts and not self.happened:
            return
        line = history.row(
            self.case.id, self.instance.sequence + 1, self.now, self.facts, self.happened, self.instance.head
        )
        self.session.add(line)
        self.instance.sequence, self.instance.head = line.sequence, line.hash


@asynccontextmanager
async def at_work(session: AsyncSession, case_id: UUID) -> AsyncIterator[Work]:
    """Locks the case. NoResultFound when there is none."""
    instance = await session.get_one(Instance, case_id, with_for_update=True)
    work = await _work(session, instance)
    yield work
    work.keep()
    await session.flush()


async def begin(session: AsyncSession, case: Case, process: str, variables: Mapping[str, Any]) -> None:
    """Start the newest version of the case's process."""
    digest = await definitions.newest(session, process)
    instance = Instance(case_id=case.id, definition=digest, state=b"", sequence=0, head=GENESIS, ended=False)
    session.add(instance)
    work = await _work(session, instance)
    work.note("case-submitted", by="applicant")
    try:
        await work.carry_out(Start(variables))
    except ProcessStuck as stuck:
        raise Unavailable("The process of this bundle cannot start") from stuck
    work.keep()
    await session.flush()


async def _work(session: AsyncSession, instance: Instance) -> Work:
    """Read anew what somebody else may have changed before the lock was ours."""
    context.about_case(instance.case_id)
    await session.flush()
    case = await session.get_one(Case, instance.case_id, populate_existing=True)
    mine = select(Branch).where(Branch.case_id == case.id).order_by(Branch.position)
    found = (await session.execute(mine.execution_options(populate_existing=True))).scalars()
    branches = {branch.code: branch for branch in found}
    return Work(session, case, instance, branches, await load_calendar(session), clock.now())


def _fresh_id() -> str:
    return str(new_id())
