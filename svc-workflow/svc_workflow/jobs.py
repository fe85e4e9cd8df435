"""What this service does by the clock."""

from datetime import timedelta
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.jobs import Job, Jobs
from svc_workflow import clock
from svc_workflow.engine import TimerFired
from svc_workflow.host import at_work, attempt
from svc_workflow.models import Timer

TIMERS_A_RUN = 50


class FireTimers(Job):
    kind: ClassVar = "workflow.timers"
    every: ClassVar = timedelta(seconds=2)

    async def finish(self, session: AsyncSession, answer: Any) -> None:
        due = select(Timer).where(Timer.due_at <= clock.now()).order_by(Timer.case_id, Timer.due_at)
        for timer in (await session.execute(due.limit(TIMERS_A_RUN))).scalars():
            async with at_work(session, timer.case_id) as work:
                await attempt(work, TimerFired(str(timer.id)))


jobs = Jobs(FireTimers)
