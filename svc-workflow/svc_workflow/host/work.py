"""A case at work: its rows locked and loaded, commands carried out, and at the end one row of history."""

import logging
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis import context
from chassis.identifiers import new_id
from chassis.later import later
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
from svc_workflow.host.holding import Held, held_case, holding, write_whole
from svc_workflow.models import Branch, Case, Instance, Step

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

    async def current(self, step: Step) -> None:
        """Read a step of the case anew, unless it was read after the case was locked."""
        steps = holding(self.session).steps
        if step.request_id not in steps:
            await self.session.refresh(step)
            steps[step.request_id] = step

    def keep(self) -> None:
        """Add what was done to the history."""
        write_whole(*self.branches.values())
        if not self.facts and not self.happened:
            return
        line = history.row(
            self.case.id, self.instance.sequence + 1, self.now, self.facts, self.happened, self.instance.head
        )
        later(self.session, history.NEW_ROWS, line)
        self.instance.sequence, self.instance.head = line["sequence"], line["hash"]
        write_whole(self.instance)


@asynccontextmanager
async def at_work(session: AsyncSession, case_id: UUID) -> AsyncIterator[Work]:
    """Locks the case. NoResultFound when there is none. What is done is written when the transaction ends, or before a
    statement that reads it."""
    work = _work(session, await held_case(session, case_id))
    yield work
    work.keep()


async def begin(
    session: AsyncSession, case: Case, process: str, variables: Mapping[str, Any], branches: Iterable[Branch]
) -> None:
    """Start the newest version of the case's process. `branches`: the case's, in their order."""
    digest = await definitions.newest(session, process)
    instance = Instance(case_id=case.id, definition=digest, state=b"", sequence=0, head=GENESIS, ended=False)
    session.add(instance)
    held = Held(case, instance, await load_calendar(session), {branch.code: branch for branch in branches})
    holding(session).cases[case.id] = held
    work = _work(session, held)
    work.note("case-submitted", by="applicant")
    try:
        await work.carry_out(Start(variables))
    except ProcessStuck as stuck:
        raise Unavailable("The process of this bundle cannot start") from stuck
    work.keep()


def _work(session: AsyncSession, held: Held) -> Work:
    context.about_case(held.case.id)
    return Work(session, held.case, held.instance, held.branches, held.calendar, clock.now())


def _fresh_id() -> str:
    return str(new_id())
