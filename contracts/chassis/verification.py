"""What a service proves about its own database: facts are counted, and some things must never be found. One line a service."""

import sys
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.jobs import Job, Jobs
from chassis.runtime import Runtime
from chassis.tables import DeadLetter, JobRow, OutboxRow

PATIENCE = timedelta(seconds=30)
"""How long an event may wait in the outbox, or a due job for somebody to do it, before something is wrong."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`text` goes into the line; nothing to say is an empty text."""

    text: str = ""
    broken: bool = False


Check = Callable[[AsyncSession], Awaitable[Finding]]
"""Looks at one unmoving view of the database; it writes nothing."""


def counted(what: str, rows: Select[Any]) -> Check:
    """A fact: `12 cases`."""

    async def check(session: AsyncSession) -> Finding:
        return Finding(f"{await _number(session, rows)} {what}")

    return check


def never(what: str, rows: Select[Any]) -> Check:
    """A rule: each row that is found breaks it. `what` names such rows in the plural."""

    async def check(session: AsyncSession) -> Finding:
        number = await _number(session, rows)
        return Finding(f"{number} {what}", broken=True) if number else Finding()

    return check


def doubled(what: str, *columns: Any, where: Any = True) -> Check:
    """A rule: no two rows agree in all these columns."""
    return never(what, select(*columns).where(where).group_by(*columns).having(func.count() > 1))


async def _number(session: AsyncSession, rows: Select[Any]) -> int:
    return (await session.execute(select(func.count()).select_from(rows.subquery()))).scalar_one()


def of_every_service(jobs: Jobs) -> list[Check]:
    unsent = select(OutboxRow.id).where(OutboxRow.sent_at.is_(None))
    once = (JobRow.state == "waiting") & JobRow.kind.not_in(_periodic(jobs))
    running, late = JobRow.state == "running", func.now() - PATIENCE
    return [
        counted("events to send", unsent),
        counted("jobs at hand", select(JobRow.id).where(running | once)),
        never("events that nobody sends", unsent.where(OutboxRow.created_at < late)),
        never("dead letters", select(DeadLetter.id).where(DeadLetter.replayed_at.is_(None))),
        never(
            "jobs that nobody does",
            select(JobRow.id).where((once & (JobRow.run_at < late)) | (running & (JobRow.lease_until < late))),
        ),
        never(
            "jobs given up without a word",
            select(JobRow.id).where(JobRow.state == "incident", JobRow.kind.not_in(_telling(jobs))),
        ),
    ]


def _periodic(jobs: Jobs) -> Collection[str]:
    return [kind.kind for kind in jobs.periodic]


def _telling(jobs: Jobs) -> Collection[str]:
    """Kinds that tell whoever waits when they give up: their giving up is an answer, not a loss."""
    return [name for name, kind in jobs.kinds.items() if kind.give_up is not Job.give_up]


async def verify(runtime: Runtime, title: str, checks: Collection[Check]) -> int:
    """Prints the line; 1 when a rule is broken."""
    findings = [await _look(runtime, check) for check in checks]
    broken = [finding.text for finding in findings if finding.broken]
    facts = [finding.text for finding in findings if finding.text and not finding.broken]
    kept = len(findings) - len(facts) - len(broken)
    verdict = f"BROKEN: {', '.join(broken)}" if broken else "ok"
    sys.stdout.write(f"{title}: {', '.join([*facts, f'{kept} rules kept'])}: {verdict}\n")
    return int(bool(broken))


async def _look(runtime: Runtime, check: Check) -> Finding:
    async with runtime.sessions.transaction() as session:
        await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        return await check(session)
