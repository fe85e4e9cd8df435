"""What a step needs before a department can be asked: leave to read, and the values that its references name."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.sealing import KeyDestroyed
from contracts.steps import Capability, FieldReference
from svc_sharing import rules
from svc_sharing.ledger import Access
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
    except ValueError:
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
    fields: Collection[str],
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
