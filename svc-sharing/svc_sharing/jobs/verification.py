"""A verification, asked of its register."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.jobs import GiveUp, Job
from chassis.runtime import Runtime
from contracts.events.sharing import VerificationOutcome
from svc_sharing import connectors
from svc_sharing.connectors import HttpConnector, SqlConnector
from svc_sharing.jobs.exchange import patiently
from svc_sharing.models import Connector, Resource, Verification
from svc_sharing.settings import SharingSettings
from svc_sharing.use_cases import verifications

PATIENCE = 120.0
"""Seconds; whoever is being proofed sits in front of a page."""


@dataclass(frozen=True)
class Question:
    resource: str
    asked_at: datetime
    connector: HttpConnector | SqlConnector
    secret: str = field(repr=False)
    values: dict[str, Any] = field(repr=False)


class Verify(Job):
    """A person waits for this: when the register stays away, the answer is `unknown`."""

    kind: ClassVar = "verification"
    attempts: ClassVar = 1000
    verification_id: UUID

    async def prepare(self, session: AsyncSession) -> Question | None:
        verification = await session.get_one(Verification, self.verification_id)
        if verification.state != "asked":
            return None
        resource = await session.get_one(Resource, verification.resource_code)
        connector = await session.get(Connector, resource.connector or "")
        if connector is None:
            raise GiveUp("not-configured")
        return Question(
            resource=resource.code,
            asked_at=verification.asked_at,
            connector=connectors.parse_config(connector.config),
            secret=connector.secret or "",
            values={**verification.values, "reference": str(verification.id)},
        )

    async def call(self, runtime: Runtime, plan: Question) -> VerificationOutcome:
        patience = min(plan.connector.patience, PATIENCE)
        return await patiently(plan.asked_at, patience, self._asked(runtime, plan))

    async def _asked(self, runtime: Runtime, plan: Question) -> VerificationOutcome:
        hosts = cast(SharingSettings, runtime.settings).allowed_hosts
        try:
            records = await connectors.ask(
                runtime.outside, plan.connector, plan.secret, plan.resource, plan.values, hosts
            )
        except connectors.Refused:
            return VerificationOutcome.UNKNOWN
        said = records[0].get("outcome") if records else None
        return VerificationOutcome(said) if said in set(VerificationOutcome) else VerificationOutcome.UNKNOWN

    async def finish(self, session: AsyncSession, answer: VerificationOutcome) -> None:
        await verifications.answer(session, self.verification_id, answer, asked=True)

    async def give_up(self, session: AsyncSession, reason: str) -> None:
        await verifications.answer(session, self.verification_id, VerificationOutcome.UNKNOWN, asked=False)
