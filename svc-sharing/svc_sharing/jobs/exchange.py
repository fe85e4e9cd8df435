"""A step of a case, done at a department: what is needed is gathered, the department asked, the answer sealed."""

from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import uniform
from typing import Any, ClassVar, TypeVar, cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.jobs import GiveUp, Job, Retry
from chassis.runtime import Runtime
from svc_sharing import clients, connectors
from svc_sharing.settings import SharingSettings
from svc_sharing.use_cases import exchanges, questions
from svc_sharing.use_cases.gathering import CannotAsk, Gathered, gather
from svc_sharing.use_cases.questions import Question
from svc_sharing.use_cases.systems import System, system_of

T = TypeVar("T")
POLLED_FOR = timedelta(days=30)
"""How long a department that said "working on it" is asked again."""
SHORTEST_PAUSE, PEER_PAUSE, DEPARTMENT_PAUSE = 1.0, 15.0, 300.0
"""Seconds between two tries: one of our own services is started again soon, a department may be down for a day."""
SEEN = frozenset({"department-error", "department-answer-unreadable", "department-working"})
"""Failures after which the department has seen what was sent."""


@dataclass(frozen=True)
class Plan:
    question: Question = field(repr=False)
    gathered: Gathered = field(repr=False)
    system: System = field(repr=False)


@dataclass(frozen=True)
class Said:
    """What the department said; `refused` holds the reason of a no."""

    plan: Plan = field(repr=False)
    records: list[dict[str, Any]] = field(repr=False)
    refused: str | None = None


class PerformExchange(Job):
    """Patient: a department may be down for hours and take days to answer; our reference makes each repetition harmless."""

    kind: ClassVar = "exchange"
    attempts: ClassVar = 10_000
    """Time ends it, long before: those who say "not ready yet" are asked often."""
    exchange_id: UUID

    async def prepare(self, session: AsyncSession) -> Plan | None:
        question = await questions.read(session, self.exchange_id)
        if question.state != "asked":
            return None
        try:
            gathered = await gather(session, question)
        except CannotAsk as error:
            raise GiveUp(error.reason) from None
        system = None
        if gathered.offer.connector is not None and question.system is not None:
            system = await system_of(session, gathered.offer.connector, question.system)
        if system is None:
            raise GiveUp("not-configured")
        return Plan(question, gathered, system)

    async def call(self, runtime: Runtime, plan: Plan) -> Said:
        return await patiently(plan.question.asked_at, plan.system.connector.patience, self._asked(runtime, plan))

    async def _asked(self, runtime: Runtime, plan: Plan) -> Said:
        question, gathered, system = plan.question, plan.gathered, plan.system
        values = {**gathered.values, "reference": str(question.request_id)}
        if gathered.subject is not None:
            values |= await clients.identifiers(runtime, gathered.subject, question.purpose, question.request_id)
        if gathered.form_fields:
            form = await clients.open_form(runtime, question.form_code or "", question.request_id)
            values |= {name: form.get(theirs) for name, theirs in gathered.form_fields.items()}
        hosts = cast(SharingSettings, runtime.settings).allowed_hosts
        try:
            records = await connectors.ask(
                runtime.outside, system.connector, system.secret, gathered.offer.code, values, hosts
            )
        except connectors.Refused as refusal:
            return Said(plan, [], refusal.reason)
        return Said(plan, records)

    async def finish(self, session: AsyncSession, answer: Said) -> None:
        question, gathered = answer.plan.question, answer.plan.gathered
        if answer.refused is None:
            await exchanges.keep_answer(session, question, gathered, answer.records)
        else:
            await exchanges.keep_refusal(session, question, gathered, answer.refused)

    async def give_up(self, session: AsyncSession, reason: str) -> None:
        if reason in SEEN:
            await exchanges.note_uses(session, self.exchange_id)
        await exchanges.give_up(session, self.exchange_id, reason)


async def patiently(asked_at: datetime, patience: float, asking: Awaitable[T]) -> T:
    """Failures as the worker understands them: try again, or give up when that cannot help or has lasted too long."""
    age = datetime.now(UTC) - asked_at
    try:
        return await asking
    except connectors.NotReady as working:
        if age > POLLED_FOR:
            raise GiveUp(working.reason) from None
        raise Retry(working.reason, max(working.after, age.total_seconds() / 100)) from None
    except (connectors.Down, clients.PeerAway) as away:
        if age > timedelta(seconds=patience):
            raise GiveUp(away.reason) from None
        most = PEER_PAUSE if isinstance(away, clients.PeerAway) else DEPARTMENT_PAUSE
        raise Retry(away.reason, pause_after(age.total_seconds(), most)) from None
    except (connectors.ConnectorError, clients.PeerRefused) as error:
        raise GiveUp(error.reason) from None
    except Exception:
        if age > timedelta(seconds=patience):
            raise GiveUp("unexpected-failure") from None
        raise


def pause_after(waited: float, most: float) -> float:
    """Seconds until the next try: about a quarter of what has been waited already, at most `most`.

    Not by the number of tries: most may have been answered "not ready yet". Scattered, so that not all are back at once.
    """
    return min(max(waited / 4, SHORTEST_PAUSE), most) * uniform(0.8, 1.2)  # noqa: S311
