"""What svc-sharing proves: the ledger whole, each question answered once, each licence there once, no reading without a grant."""

from sqlalchemy import String, cast, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.tables import JobRow
from chassis.verification import Finding, counted, doubled, never
from svc_sharing.jobs.exchange import PerformExchange
from svc_sharing.ledger.audit import audit
from svc_sharing.models import Exchange, Grant, GrantApplication, Licence

_AT_HAND = exists().where(
    JobRow.kind == PerformExchange.kind,
    JobRow.key == cast(Exchange.id, String),
    JobRow.state.in_(["waiting", "running"]),
)


async def ledger_whole(session: AsyncSession) -> Finding:
    lines, faults = await audit(session)
    return (
        Finding(f"{len(faults)} faults in the ledger", broken=True)
        if faults
        else Finding(f"ledger whole: {lines} lines")
    )


checks = [
    counted("exchanges", select(Exchange.id)),
    counted("licences", select(Licence.id)),
    counted("grants in force", select(Grant.id).where(Grant.revoked_at.is_(None))),
    ledger_whole,
    doubled("requests exchanged twice", Exchange.request_id),
    doubled(
        "licences there twice for one case",
        Licence.case_id,
        Licence.issuer,
        Licence.kind,
        where=Licence.case_id.is_not(None) & (Licence.status == "valid"),
    ),
    doubled("licences registered twice", Licence.document),
    never("questions that nobody asks", select(Exchange.id).where(Exchange.state == "asked", ~_AT_HAND)),
    never(
        "readings of another department's data without a grant",
        select(Exchange.id).where(
            Exchange.state == "done", Exchange.reader != Exchange.source, Exchange.grant_id.is_(None)
        ),
    ),
    never(
        "grants that nobody approved",
        select(Grant.id)
        .join(GrantApplication, GrantApplication.id == Grant.application_id)
        .where(GrantApplication.state != "approved"),
    ),
]
