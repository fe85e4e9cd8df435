"""What a step needs before a department can be asked: leave to read, and the values that its references name."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from chassis.sealing import DataKey, KeyDestroyed
from contracts.steps import Capability, FieldReference
from svc_sharing import rules, sealed
from svc_sharing.ledger import Access
from svc_sharing.rules import Leave, NotAllowed
from svc_sharing.steps import QueryArguments, SubmitArguments
from svc_sharing.use_cases.offers import Offer, offered
from svc_sharing.use_cases.questions import Question
from svc_sharing.use_cases.sources import SourceMissing, open_sources

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

    offer: Offer
    key: DataKey = field(repr=False)
    """What the answer is sealed with; for this one call, and only if it was not destroyed meanwhile."""
    subject: UUID | None = None
    leave: Leave | None = None
    values: dict[str, Any] = field(default_factory=dict, repr=False)
    form_fields: dict[str, str] = field(default_factory=dict)
    uses: tuple[Access, ...] = ()


async def gather(session: AsyncSession, question: Question) -> Gathered:
    """Checks grants and resolves references. Raises CannotAsk."""
    try:
        offer = offered(question.offer)
        match question.capability:
            case Capability.SHARING_QUERY:
                facts = await _query(session, question, offer)
            case Capability.SHARING_SUBMIT:
                facts = await _submission(session, question, offer)
            case _:
                raise CannotAsk("not-supported")
        key = question.key.opened() or await sealed.fresh_key(session, question.case_id)
    except NotAllowed as error:
        raise CannotAsk(error.reason) from None
    except SourceMissing:
        raise CannotAsk("reference-unknown") from None
    except ValueError:
        raise CannotAsk("arguments-invalid") from None
    except KeyDestroyed:
        raise CannotAsk("erased") from None
    return Gathered(offer, key, **facts)


async def _query(session: AsyncSession, question: Question, offer: Offer) -> dict[str, Any]:
    arguments = QueryArguments.model_validate(question.arguments)
    leave = offer.leave_to_read(question.reader, question.purpose)
    reader = leave.reader or "onedoor"
    values, uses = await _resolved(session, question, arguments.references, reader)
    concerned = [UUID(person) for person in question.persons]
    return {
        "subject": arguments.subject,
        "leave": leave,
        "values": {**arguments.codes, **values},
        "uses": (*uses, _use(question, concerned, offer, reader, leave.grant_id, leave.fields)),
    }


async def _submission(session: AsyncSession, question: Question, offer: Offer) -> dict[str, Any]:
    """The department that receives the values is the one that needs the grants for them."""
    arguments = SubmitArguments.model_validate(question.arguments)
    values, uses = await _resolved(session, question, arguments.references, offer.department)
    form = arguments.form_fields
    if form:
        written = Access(
            persons=[UUID(question.persons[0])],
            case_id=question.case_id,
            resource_code=FORM,
            source_name=FORM_NAME,
            reader=offer.department,
            reader_name=offer.department_name,
            purpose=question.purpose,
            grant_id=None,
            fields=sorted(set(form.values())),
        )
        uses = [*uses, written]
    return {"values": {**arguments.codes, **values}, "form_fields": form, "uses": tuple(uses)}


async def _resolved(
    session: AsyncSession, question: Question, references: Mapping[str, FieldReference], reader: str
) -> tuple[dict[str, Any], list[Access]]:
    """The values behind references to other exchanges of the same case, under the reader's grants."""
    asked: dict[UUID, dict[str, FieldReference]] = defaultdict(dict)
    for name, reference in references.items():
        asked[reference.exchange_id][name] = reference
    sources = await open_sources(session, asked, question.case_id, question.purpose)
    values: dict[str, Any] = {}
    uses: list[Access] = []
    for exchange_id, wanted in asked.items():
        if (source := sources.get(exchange_id)) is None:
            raise SourceMissing
        fields = {reference.field for reference in wanted.values()}
        offer = offered(source.offer)
        leave = rules.required(offer.leave_to_read(reader, question.purpose), fields)
        values |= {name: source.value(reference.record, reference.field) for name, reference in wanted.items()}
        uses.append(_use(question, source.persons, offer, reader, leave.grant_id, fields))
    return values, uses


def _use(
    question: Question,
    persons: list[UUID],
    offer: Offer,
    reader: str,
    grant_id: UUID | None,
    fields: Collection[str],
) -> Access:
    return Access(
        persons=persons,
        case_id=question.case_id,
        resource_code=offer.code,
        source_name=offer.department_name,
        reader=reader,
        reader_name=question.name_of(reader),
        purpose=question.purpose,
        grant_id=grant_id,
        fields=sorted(fields),
    )
