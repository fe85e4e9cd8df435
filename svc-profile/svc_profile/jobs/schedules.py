"""Vaccination reminders: the schedule is fetched by its field reference, under svc-sharing's ledger."""

from datetime import date, datetime, timedelta
from time import monotonic
from typing import Any, ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.jobs import GiveUp, Job, Retry
from chassis.runtime import Runtime
from svc_profile.models import CaseCard, Reminder, StepNote
from svc_profile.use_cases import reminders

CITY = ZoneInfo("Asia/Shanghai")
HANDFUL = 200
BUDGET_SECONDS = 30.0
"""So long at most; the rest is due the next time."""


class FetchSchedule(Job):
    """Resolve the field `schedule` of an exchange into reminders for the parents. svc-sharing may be away for about two hours;
    so long may the case be known to us later than its step."""

    kind: ClassVar = "profile.schedule.fetch"
    attempts: ClassVar = 30
    request_id: UUID

    async def prepare(self, session: AsyncSession) -> dict[str, Any] | None:
        note = await session.get_one(StepNote, self.request_id)
        card = await session.get(CaseCard, note.case_id)
        if card is None:
            raise Retry("case-unknown")
        if card.silenced:
            return None
        return {"exchange": str(note.exchange_id), "purpose": note.purpose, "case_id": str(note.case_id)}

    async def call(self, runtime: Runtime, plan: dict[str, Any]) -> list[dict[str, Any]]:
        body = {"fields": ["schedule"], "record": 0, "purpose": plan["purpose"], "case_id": plan["case_id"]}
        response = await runtime.peers["sharing"].post(f"/exchanges/{plan['exchange']}/resolve", json=body)
        if response.status_code in (403, 404, 409, 410):
            raise GiveUp("schedule-not-granted")
        response.raise_for_status()
        schedule = response.json()["values"]["schedule"]
        if not isinstance(schedule, list):
            raise GiveUp("schedule-unintelligible")
        return schedule

    async def finish(self, session: AsyncSession, answer: list[dict[str, Any]]) -> None:
        note = await session.get_one(StepNote, self.request_id)
        doses = [
            reminders.Dose(
                source=f"{note.exchange_id}/{dose['code']}/{dose['dose']}",
                on=date.fromisoformat(dose["due"]),
                parameters={"vaccine": str(dose["name"]), "dose": int(dose["dose"])},
            )
            for dose in answer
        ]
        await reminders.set_for_case(session, note.case_id, "vaccination-due", doses)


class RemindDue(Job):
    """What is due today becomes a message."""

    kind: ClassVar = "profile.reminders.due"
    every: ClassVar = timedelta(minutes=5)

    async def call(self, runtime: Runtime, plan: "RemindDue") -> None:
        deadline = monotonic() + BUDGET_SECONDS
        while monotonic() < deadline:
            async with runtime.sessions.transaction() as session:
                if await _some(session) < HANDFUL:
                    return


async def _some(session: AsyncSession) -> int:
    """A handful in a transaction of its own; how many there were."""
    today = datetime.now(CITY).date()
    due = select(Reminder).where(Reminder.state == "set", Reminder.on <= today).limit(HANDFUL)
    found = (await session.scalars(due.with_for_update(skip_locked=True))).all()
    await reminders.remind(session, found)
    return len(found)
