"""Steps of cases, from the question to the sealed answer; and who may read it then."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic import JsonValue, ValidationError
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.identifiers import new_id
from chassis.outbox import emit
from chassis.sealing import KeyDestroyed
from contracts.events.sharing import SharingStepAnswered
from contracts.events.workflow import StepRequested
from contracts.steps import Capability, FieldReference, Outcome
from svc_sharing import own_keys, rules, sealed
from svc_sharing.ledger import Access, record
from svc_sharing.models import Exchange, Resource
from svc_sharing.rules import Leave, NotAllowed
from svc_sharing.steps import QueryArguments, SubmitArguments
from svc_sharing.use_cases import departments, grants
from svc_sharing.use_cases.sources import SourceMissing, open_source

FORM = "application-form"
FORM_NAME = "申请表（本人填写）"


class CannotAsk(Exception):
    """A step that cannot be done as it is; `reason` is a stable code that a clerk sees."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Gathered:
    """What a question needs and what using it means: `uses` become lines of the ledger when it was asked."""

    resource: str
    connector: str | None
    subject: UUID | None = None
    leave: Leave | None = None
    values: dict[str, Any] = field(default_factory=dict, repr=False)
    form_fields: dict[str, str] = field(default_factory=dict)
    uses: tuple[Access, ...] = ()


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


async def gather(session: AsyncSession, exchange: Exchange) -> Gathered:
    """Checks grants and resolves references. Raises CannotAsk."""
    try:
        resource = await grants.resource_of(session, exchange.resource_code)
        exchange.source, exchange.source_name = resource.department, resource.department_name
        match exchange.capability:
            case Capability.SHARING_QUERY:
                return await _query(session, exchange, resource)
            case Capability.SHARING_SUBMIT:
                return await _submission(session, exchange, resource)
            case _:
                raise CannotAsk("not-supported")
    except NotAllowed as error:
        raise CannotAsk(error.reason) from None
    except SourceMissing:
        raise CannotAsk("reference-unknown") from None
    except ValidationError:
        raise CannotAsk("arguments-invalid") from None
    except KeyDestroyed:
        raise CannotAsk("erased") from None


async def _query(session: AsyncSession, exchange: Exchange, resource: Resource) -> Gathered:
    arguments = QueryArguments.model_validate(exchange.arguments)
    leave = await grants.leave_to_read(session, resource, exchange.reader, exchange.purpose)
    reader = leave.reader or "onedoor"
    values, uses = await _resolved(session, exchange, arguments.references, reader)
    concerned = [UUID(person) for person in exchange.persons]
    return Gathered(
        resource=resource.code,
        connector=resource.connector,
        subject=arguments.subject,
        leave=leave,
        values={**arguments.codes, **values},
        uses=(*uses, await _use(session, exchange, concerned, resource, reader, leave.grant_id, leave.fields)),
    )


async def _submission(session: AsyncSession, exchange: Exchange, resource: Resource) -> Gathered:
    """The department that receives the values is the one that needs the grants for them."""
    arguments = SubmitArguments.model_validate(exchange.arguments)
    values, uses = await _resolved(session, exchange, arguments.references, resource.department)
    form = arguments.form_fields
    if form:
        written = Access(
            persons=[UUID(exchange.persons[0])],
            case_id=exchange.case_id,
            resource_code=FORM,
            source_name=FORM_NAME,
            reader=resource.department,
            reader_name=resource.department_name,
            purpose=exchange.purpose,
            grant_id=None,
            fields=sorted(set(form.values())),
        )
        uses = [*uses, written]
    return Gathered(
        resource=resource.code,
        connector=resource.connector,
        values={**arguments.codes, **values},
        form_fields=form,
        uses=tuple(uses),
    )


async def _resolved(
    session: AsyncSession, exchange: Exchange, references: Mapping[str, FieldReference], reader: str
) -> tuple[dict[str, Any], list[Access]]:
    """The values behind references to other exchanges of the same case, under the reader's grants."""
    asked: dict[UUID, dict[str, FieldReference]] = defaultdict(dict)
    for name, reference in references.items():
        asked[reference.exchange_id][name] = reference
    values: dict[str, Any] = {}
    uses: list[Access] = []
    for exchange_id, wanted in asked.items():
        source = await open_source(session, exchange_id, exchange.case_id)
        fields = {reference.field for reference in wanted.values()}
        resource = await grants.resource_of(session, source.resource_code)
        leave = rules.required(await grants.leave_to_read(session, resource, reader, exchange.purpose), fields)
        values |= {name: source.value(reference.record, reference.field) for name, reference in wanted.items()}
        uses.append(await _use(session, exchange, source.persons, resource, reader, leave.grant_id, fields))
    return values, uses


async def _use(
    session: AsyncSession,
    exchange: Exchange,
    persons: list[UUID],
    resource: Resource,
    reader: str,
    grant_id: UUID | None,
    fields: frozenset[str] | set[str],
) -> Access:
    return Access(
        persons=persons,
        case_id=exchange.case_id,
        resource_code=resource.code,
        source_name=resource.department_name,
        reader=reader,
        reader_name=await departments.name_of(session, reader),
        purpose=exchange.purpose,
        grant_id=grant_id,
        fields=sorted(fields),
    )


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
