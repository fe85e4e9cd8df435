"""What this service does by the clock. Each run is one transaction of a bounded number of cases."""

from datetime import timedelta
from typing import Any, ClassVar

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.jobs import Job, Jobs
from svc_workflow.use_cases import applications, city, supervision


class FireTimers(Job):
    kind: ClassVar = "workflow.timers"
    every: ClassVar = timedelta(seconds=2)

    async def finish(self, session: AsyncSession, answer: Any) -> None:
        await supervision.fire_timers(session)


class DeemAccepted(Job):
    kind: ClassVar = "workflow.deemed-acceptances"
    every: ClassVar = timedelta(minutes=1)

    async def finish(self, session: AsyncSession, answer: Any) -> None:
        await supervision.deem_accepted(session)


class CloseOverdueSupplements(Job):
    kind: ClassVar = "workflow.overdue-supplements"
    every: ClassVar = timedelta(minutes=10)

    async def finish(self, session: AsyncSession, answer: Any) -> None:
        await supervision.close_overdue_supplements(session)


class IssueCards(Job):
    kind: ClassVar = "workflow.cards"
    every: ClassVar = timedelta(minutes=1)

    async def finish(self, session: AsyncSession, answer: Any) -> None:
        await supervision.issue_cards(session)


class DiscardOldDrafts(Job):
    kind: ClassVar = "workflow.old-drafts"
    every: ClassVar = timedelta(hours=1)

    async def finish(self, session: AsyncSession, answer: Any) -> None:
        await applications.discard_untouched(session)


class CheckCalendars(Job):
    kind: ClassVar = "workflow.calendars"
    every: ClassVar = timedelta(hours=12)

    async def finish(self, session: AsyncSession, answer: Any) -> None:
        await city.check_calendars(session)


jobs = Jobs(FireTimers, DeemAccepted, CloseOverdueSupplements, IssueCards, DiscardOldDrafts, CheckCalendars)
