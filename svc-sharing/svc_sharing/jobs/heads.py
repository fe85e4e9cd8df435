"""The ledger's heads, signed and published every hour."""

from datetime import timedelta
from typing import ClassVar

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.jobs import Job
from svc_sharing.ledger.heads import publish


class PublishHeads(Job):
    kind: ClassVar = "ledger-heads"
    every: ClassVar = timedelta(hours=1)

    async def finish(self, session: AsyncSession, answer: None) -> None:
        await publish(session)
