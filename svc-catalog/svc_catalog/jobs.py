"""Work that the clock asks for."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.jobs import Job, Jobs
from svc_catalog.use_cases.items import CITY, bring_due_into_force


class BringIntoForce(Job):
    """Publishes the versions whose day has come."""

    kind: ClassVar = "bring-into-force"
    every: ClassVar = timedelta(minutes=5)

    async def finish(self, session: AsyncSession, answer: Any) -> None:
        await bring_due_into_force(session, datetime.now(CITY).date())


jobs = Jobs(BringIntoForce)
