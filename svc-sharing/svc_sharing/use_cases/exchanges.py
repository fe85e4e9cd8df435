"""Steps of cases: the question kept once, the answer sealed, the case told."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import bindparam, exists, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.identifiers import new_id
from chassis.outbox import emit
from contracts.events.sharing import SharingStepAnswered
from contracts.events.workflow import StepRequested
from contracts.steps import Capability, Outcome
from svc_sharing import own_keys, rules, sealed
from svc_sharing.ledger import record
from svc_sharing.models import Base, Exchange, Resource
from svc_sharing.use_cases import questions
from svc_sharing.use_cases.gathering import CannotAsk, Gathered, gather
from svc_sharing.use_cases.offers import Offer
from svc_sharing.use_cases.questions import Question

_E, _K = Base.metadata.tables["exchange"], Base.metadata.tables["case_key"]
_OPENED = insert(_E).on_conflict_do_nothing(index_elements=["request_id"]).returning(_E.c.request_id, _E.c.id)
_KEY_IS_THERE = exists().where(_K.c.case_id == bindparam("case"), _K.c.wrapped.is_not(None))
_ANSWERED = update(_E).where(_E.c.id == bindparam("exchange"), _E.c.state == "asked", _KEY_IS_THERE).returning(_E.c.id)
"""The columns by their names; nothing for a question that was cancelled meanwhile, or whose case was erased."""
_AT_HAND = "exchanges opened"


async def open_exchanges(session: AsyncSession, events: Sequence[StepRequested]) -> None:
    """The rows for these questions, in one statement; `open_exchange` then has their ids at hand."""
    if events:
        kept = await session.execute(_OPENED, [_row(event) for event in events])
        opened: dict[UUID, UUID | None] = {row.request_id: row.id for row in kept}
        at_hand = session.info.setdefault(_AT_HAND, {})
        at_hand |= {event.request_id: opened.get(event.request_id) for event in events}


async def open_exchange(session: AsyncSession, event: StepRequested) -> UUID | None:
    """A row for the question; None when it was asked before."""
    if event.request_id not in session.info.get(_AT_HAND, {}):
        await open_exchanges(session, [event])
    at_hand: dict[UUID, UUID | None] = session.info[_AT_HAND]
    exchange_id, at_hand[event.request_id] = at_hand[event.request_id], None
    return exchange_id


def _row(event: StepRequested) -> dict[str, Any]:
    concerned = [str(event.arguments.get("subject") or event.applicant_id)]
    if event.capability is Capability.SHARING_SUBMIT:
        named = [event.arguments.get("subjects"), event.arguments.get("holders")]
        concerned = [str(event.applicant_id), *(str(one) for some in named if isinstance(some, list) for one in some)]
    return {
        "id": new_id(),
        "request_id": event.request_id,
        "case_id": event.case_id,
        "capability": event.capability,
        "resource_code": str(event.arguments.get("resource", "")),
        "purpose": event.purpose,
        "reader": event.department,
        "persons": list(dict.fromkeys(concerned)),
        "arguments": event.arguments,
        "form_code": event.form_code,
        "state": "asked",
        "fields": [],
        "record_keys": [],
    }


async def cancel(session: AsyncSession, request_id: UUID) -> None:
    """What is not done need not be done; what is done stands."""
    exchange = await session.scalar(select(Exchange).where(Exchange.request_id == request_id).with_for_update())
    if exchange is not None and exchange.state == "asked":
        exchange.state, exchange.form_code = "cancelled", None


async def keep_answer(
    session: AsyncSession, question: Question, gathered: Gathered, records: list[dict[str, Any]]
) -> None:
    """Seal what came, as far as the grant goes; note the access; tell the case."""
    for use in gathered.uses:
        record(session, use)
    offer, leave = gathered.offer, gathered.leave
    keys = await _record_keys(session, question, offer, records) if offer.record_key_fields else []
    kept = rules.narrowed(records, leave.fields if leave else frozenset(offer.fields))
    fields = [name for name in offer.fields if any(name in one for one in kept)]
    answered = {
        "exchange": question.id,
        "case": question.case_id,
        "state": Outcome.DONE.value,
        "source": offer.department,
        "source_name": offer.department_name,
        "grant_id": leave.grant_id if leave else None,
        "fields": fields,
        "record_keys": keys,
        "retrieved_at": datetime.now(UTC),
        "records": sealed.seal_records(gathered.key, question.id, kept),
        "form_code": None,
    }
    if await session.scalar(_ANSWERED, answered) is None:
        await _end_of(session, question, offer, Outcome.FAILED, "erased")
        return
    emit(session, _done(question, gathered, fields, keys, kept))


def _done(
    question: Question, gathered: Gathered, fields: list[str], keys: list[str], kept: list[dict[str, Any]]
) -> SharingStepAnswered:
    offer, grants_used = gathered.offer, {use.grant_id for use in gathered.uses if use.grant_id is not None}
    result: dict[str, JsonValue] = {
        **({name: kept[0].get(name) for name in offer.result_codes} if kept else {}),
        "exchange_id": str(question.id),
        "grant_id": str(*grants_used) if len(grants_used) == 1 else None,
        "fields": list(fields),
        "records": len(kept),
        "record_keys": list(keys),
        "resource": offer.code,
        "source_name": offer.department_name,
    }
    return SharingStepAnswered(
        request_id=question.request_id, case_id=question.case_id, outcome=Outcome.DONE, result=result
    )


async def note_uses(session: AsyncSession, exchange_id: UUID) -> None:
    """It came to nothing, and yet the department has seen the values."""
    try:
        gathered = await gather(session, await questions.read(session, exchange_id))
    except CannotAsk:
        return  # the grant ended or the case was erased since; nothing can be said of values that cannot be opened
    for use in gathered.uses:
        record(session, use)


async def keep_refusal(session: AsyncSession, question: Question, gathered: Gathered, reason: str) -> None:
    """The department said no; it has seen the values all the same."""
    for use in gathered.uses:
        record(session, use)
    await _end_of(session, question, gathered.offer, Outcome.REFUSED, reason)


async def give_up(session: AsyncSession, exchange_id: UUID, reason: str) -> None:
    exchange = await session.get_one(Exchange, exchange_id, with_for_update=True)
    offered = await session.get(Resource, exchange.resource_code)
    if offered is not None:
        exchange.source, exchange.source_name = offered.department, offered.department_name
    end(session, exchange, Outcome.FAILED, {}, reason)


async def _end_of(session: AsyncSession, question: Question, offer: Offer, outcome: Outcome, reason: str) -> None:
    exchange = await session.get_one(Exchange, question.id, with_for_update=True)
    exchange.source, exchange.source_name = offer.department, offer.department_name
    end(session, exchange, outcome, {}, reason)


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


async def _record_keys(
    session: AsyncSession, question: Question, offer: Offer, records: list[dict[str, Any]]
) -> list[str]:
    secret = question.record_secret or await own_keys.record_secret(session)
    texts = (rules.key_text(offer.code, offer.record_key_fields, one) for one in records)
    return [own_keys.record_key_under(secret, text) for text in texts]
