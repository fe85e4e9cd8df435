"""Steps of cases: the question kept once, the answer sealed, the case told."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.identifiers import new_id
from chassis.outbox import emit
from chassis.sealing import KeyDestroyed
from contracts.events.sharing import SharingStepAnswered
from contracts.events.workflow import StepRequested
from contracts.steps import Capability, Outcome
from svc_sharing import own_keys, rules, sealed
from svc_sharing.ledger import record
from svc_sharing.models import Exchange, Resource
from svc_sharing.use_cases.gathering import CannotAsk, Gathered, gather


async def open_exchange(session: AsyncSession, event: StepRequested) -> UUID | None:
    """A row for the question; None when it was asked before."""
    persons = event.arguments.get("subject") or event.applicant_id
    concerned = [str(persons)]
    if event.capability is Capability.SHARING_SUBMIT:
        named = [event.arguments.get("subjects"), event.arguments.get("holders")]
        concerned = [str(event.applicant_id), *(str(one) for some in named if isinstance(some, list) for one in some)]
    row = insert(Exchange).values(
        id=new_id(),
        request_id=event.request_id,
        case_id=event.case_id,
        capability=event.capability,
        resource_code=str(event.arguments.get("resource", "")),
        purpose=event.purpose,
        reader=event.department,
        persons=list(dict.fromkeys(concerned)),
        arguments=event.arguments,
        form_code=event.form_code,
        state="asked",
        fields=[],
        record_keys=[],
    )
    opened = row.on_conflict_do_nothing(index_elements=["request_id"]).returning(Exchange.id)
    return await session.scalar(opened)


async def cancel(session: AsyncSession, request_id: UUID) -> None:
    """What is not done need not be done; what is done stands."""
    exchange = await session.scalar(select(Exchange).where(Exchange.request_id == request_id).with_for_update())
    if exchange is not None and exchange.state == "asked":
        exchange.state, exchange.form_code = "cancelled", None


async def keep_answer(
    session: AsyncSession, exchange: Exchange, gathered: Gathered, records: list[dict[str, Any]]
) -> None:
    """Seal what came, as far as the grant goes; note the access; tell the case."""
    for use in gathered.uses:
        record(session, use)
    resource = await session.get_one(Resource, exchange.resource_code)
    keys = [await _record_key(session, resource, one) for one in records] if resource.record_key_fields else []
    allowed = gathered.leave.fields if gathered.leave else frozenset(resource.fields)
    kept = rules.narrowed(records, allowed)
    exchange.fields = [name for name in resource.fields if any(name in one for one in kept)]
    exchange.grant_id = gathered.leave.grant_id if gathered.leave else None
    exchange.record_keys, exchange.retrieved_at = keys, datetime.now(UTC)
    try:
        await sealed.seal_records(session, exchange, kept)
    except KeyDestroyed:
        end(session, exchange, Outcome.FAILED, {}, "erased")
        return
    grants_used = {use.grant_id for use in gathered.uses if use.grant_id is not None}
    result: dict[str, JsonValue] = {
        "exchange_id": str(exchange.id),
        "grant_id": str(*grants_used) if len(grants_used) == 1 else None,
        "fields": list(exchange.fields),
        "records": len(kept),
        "record_keys": list(keys),
    }
    codes = {name: kept[0].get(name) for name in resource.result_codes} if kept else {}
    end(session, exchange, Outcome.DONE, {**codes, **result})


async def note_uses(session: AsyncSession, exchange: Exchange) -> None:
    """It came to nothing, and yet the department has seen the values."""
    try:
        gathered = await gather(session, exchange)
    except CannotAsk:
        return  # the grant ended or the case was erased since; nothing can be said of values that cannot be opened
    for use in gathered.uses:
        record(session, use)


def keep_refusal(session: AsyncSession, exchange: Exchange, gathered: Gathered, reason: str) -> None:
    """The department said no; it has seen the values all the same."""
    for use in gathered.uses:
        record(session, use)
    end(session, exchange, Outcome.REFUSED, {}, reason)


def end(
    session: AsyncSession, exchange: Exchange, outcome: Outcome, result: dict[str, JsonValue], reason: str | None = None
) -> None:
    """The question has its answer, once. A cancelled one is not answered any more."""
    exchange.form_code = None
    if exchange.state != "asked":
        return
    exchange.state, exchange.reason = outcome.value, reason
    about = {"resource": exchange.resource_code, "source_name": exchange.source_name}
    answer = SharingStepAnswered(
        request_id=exchange.request_id,
        case_id=exchange.case_id,
        outcome=outcome,
        result={**result, **about},
        reason=reason,
    )
    emit(session, answer)


async def _record_key(session: AsyncSession, resource: Resource, one: dict[str, Any]) -> str:
    return await own_keys.record_key(session, rules.key_text(resource.code, resource.record_key_fields, one))
