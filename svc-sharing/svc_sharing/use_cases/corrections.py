"""Corrections (校核): a person disputes a field, the department that holds it answers within a limit."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.problems import InvalidInput, NotFound
from svc_sharing.errors import CorrectionClosed
from svc_sharing.models import Correction, Exchange
from svc_sharing.schemas.corrections import CorrectionAnswerIn, CorrectionIn


async def ask(session: AsyncSession, person_id: UUID, body: CorrectionIn, days: int) -> Correction:
    exchange = await session.get(Exchange, body.exchange_id)
    if exchange is None or str(person_id) not in exchange.persons or exchange.source is None:
        raise InvalidInput.at("#/exchange_id", "unknown-exchange", "There is no such exchange about you")
    if body.field not in exchange.fields:
        raise InvalidInput.at("#/field", "unknown-field", "The exchange has no such field")
    correction = Correction(
        exchange_id=exchange.id,
        person_id=person_id,
        department=exchange.source,
        resource_code=exchange.resource_code,
        field=body.field,
        statement=body.statement,
        due_at=datetime.now(UTC) + timedelta(days=days),
    )
    session.add(correction)
    await session.flush()
    return correction


async def answer(
    session: AsyncSession, correction_id: UUID, department: str, by: str, body: CorrectionAnswerIn
) -> Correction:
    correction = await session.get(Correction, correction_id, with_for_update=True)
    if correction is None or correction.department != department:
        raise NotFound()
    if correction.state != "open":
        raise CorrectionClosed(state=correction.state)
    correction.state, correction.answer = body.outcome, body.answer
    correction.answered_by, correction.answered_at = by, datetime.now(UTC)
    return correction
