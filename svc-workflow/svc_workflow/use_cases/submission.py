"""Handing in: every check, then the case, its number, its sealed parts, and the process that drives it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, any_, bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.later import later
from chassis.outbox import emit
from chassis.problems import InvalidInput, NotFound
from contracts.events.workflow import CaseSubmitted, SubmittedBranch
from contracts.problems import FieldProblem
from svc_workflow import clock, sealed
from svc_workflow.errors import AlreadyApplied, ItemIsWithdrawn, NotADraft, NotAgreed, StillAsking
from svc_workflow.host import begin
from svc_workflow.host.calendars import load_calendar
from svc_workflow.models import Branch, BundleOffer, Case, CaseCounter, FormPart, ItemOffer, Place
from svc_workflow.models.cases import STANDING
from svc_workflow.queries.drafts import Draft, read_draft
from svc_workflow.rules.case_numbers import case_number
from svc_workflow.use_cases.applications import mine

FORM_PART = "form_part.sealed"
SLACK = timedelta(days=30)
"""Between submission and acceptance, as far as the calendar must reach beyond the limits."""
# Made once: what a statement costs is for the most part its making.
_ITEMS = select(ItemOffer).where(ItemOffer.item_code == any_(bindparam("codes", type_=ARRAY(Text))))
# The index is partial: it forgets cases that came to nothing, so that one may try again.
_OPENING = (
    insert(Case)
    .on_conflict_do_nothing(index_elements=["bundle_code", "subject_key"], index_where=STANDING)
    .returning(Case)
)
_COUNTED = (
    insert(CaseCounter)
    .values(division=bindparam("division"), year=bindparam("year"), last=1)
    .on_conflict_do_update(index_elements=["division", "year"], set_={"last": CaseCounter.last + 1})
    .returning(CaseCounter.last)
)
_NEW_PARTS = insert(FormPart)


async def submit(
    session: AsyncSession, applicant_id: UUID, application_id: UUID, division: str
) -> tuple[Case, list[Branch]]:
    try:
        application = await mine(session, application_id, applicant_id)
    except NotFound:
        raise InvalidInput.at("#/application_id", "unknown-application", "You have no such application") from None
    if application.state == "submitted":
        raise already_applied(await session.get_one(Case, application.id))
    if application.state != "draft":
        raise NotADraft()
    offer = await session.get_one(BundleOffer, application.bundle_code)
    items = await _offered(session, offer)
    draft = await read_draft(session, application)
    _complete(draft)
    await _within_calendar(session, items)
    case = await _open(session, draft, division)
    branches = _branches(case, offer, items)
    session.add_all(branches)
    later(session, _NEW_PARTS, *_parts(case, draft, branches))
    application.state, application.answers, application.data_key = "submitted", None, None
    emit(session, _submitted(case, branches))
    variables = await _variables(session, draft, case, branches)
    await begin(session, case, offer.process or offer.bundle_code, variables, branches)
    return case, branches


async def _offered(session: AsyncSession, offer: BundleOffer) -> dict[str, ItemOffer]:
    if offer.withdrawn:
        raise ItemIsWithdrawn(bundle_code=offer.bundle_code)
    codes = [branch["item_code"] for branch in offer.branches]
    items = {item.item_code: item for item in await session.scalars(_ITEMS, {"codes": codes})}
    for code in codes:
        if code not in items or items[code].withdrawn:
            raise ItemIsWithdrawn(item_code=code)
    return items


async def _within_calendar(session: AsyncSession, items: dict[str, ItemOffer]) -> None:
    """A limit that may end beyond the loaded calendars is refused here, not found out when a department accepts."""
    calendar, start = await load_calendar(session), clock.now() + SLACK
    found = [limit for item in items.values() for limit in (item.statutory_limit, item.promised_limit) if limit]
    for amount, unit in dict.fromkeys((limit["amount"], limit["unit"]) for limit in found):  # many are alike
        calendar.due(start, amount, unit)


def _complete(draft: Draft) -> None:
    """Missing answers first: they are the applicant's to give; then the departments', then the other parent's word."""
    lacking = [name for name in draft.standing.missing if name != "agreement"]
    wrong = [_problem(name, "missing", "An answer is missing") for name in lacking]
    if not wrong and draft.unanswered:
        raise StillAsking(resources=draft.unanswered)
    wrong = wrong or [
        _problem(name, "not-possible", "The register has no record for it") for name in draft.impossible()
    ]
    if wrong:
        raise InvalidInput(errors=wrong)
    if not draft.standing.agreed:
        raise NotAgreed(state=draft.agreement.value)


def _problem(name: str, code: str, detail: str) -> FieldProblem:
    return FieldProblem(pointer="#/child" if name == "child" else f"#/answers/{name}", code=code, detail=detail)


async def _open(session: AsyncSession, draft: Draft, division: str) -> Case:
    """The case, unless one stands for the same child: whoever comes second waits here for the first to commit."""
    application, now = draft.application, clock.now()
    row = {
        "id": application.id,
        "case_number": await _next_number(session, division, clock.day_of(now).year),
        "bundle_code": application.bundle_code,
        "title": application.title,
        "applicant_id": application.applicant_id,
        "parties": _parties(draft),
        "subject_key": (application.child or {}).get("subject_key"),
        "data_key": application.data_key,
        "submitted_at": now,
    }
    case: Case | None = await session.scalar(_OPENING, row)
    if case is None:
        standing = select(Case).where(Case.subject_key == row["subject_key"], Case.bundle_code == row["bundle_code"])
        raise already_applied((await session.execute(standing.where(STANDING))).scalar_one())
    return case


def already_applied(case: Case) -> AlreadyApplied:
    return AlreadyApplied(case_id=str(case.id), case_number=case.case_number)


async def _next_number(session: AsyncSession, division: str, year: int) -> str:
    last = (await session.execute(_COUNTED, {"division": division, "year": year})).scalar_one()
    return case_number(division, year, last)


def _parties(draft: Draft) -> list[UUID]:
    person = None if draft.consent is None else (draft.consent.result or {}).get("person_id")
    return [UUID(person)] if person and draft.standing.agreed else []


def _branches(case: Case, offer: BundleOffer, items: dict[str, ItemOffer]) -> list[Branch]:
    return [
        Branch(
            case_id=case.id,
            code=each["branch"],
            position=position,
            item_code=each["item_code"],
            title=each["name"],
            department=each["department"],
            department_name=each["department_name"],
            statutory_limit=items[each["item_code"]].statutory_limit,
            promised_limit=items[each["item_code"]].promised_limit,
            state="waiting",
            late=False,
        )
        for position, each in enumerate(offer.branches)
    ]


def _parts(case: Case, draft: Draft, branches: list[Branch]) -> list[dict[str, Any]]:
    """Each recipient's part apart, so that a code opens what one department needs and nothing else."""
    parts = []
    for branch in branches:
        values = {name: draft.answers[name] for name in draft.form.fields_of(branch.code) if name in draft.answers}
        content = sealed.seal(case.data_key, case.id, f"{FORM_PART}/{branch.code}", values)
        parts.append({"case_id": case.id, "branch": branch.code, "fields": list(values), "sealed": content})
    return parts


def _submitted(case: Case, branches: list[Branch]) -> CaseSubmitted:
    return CaseSubmitted(
        case_id=case.id,
        case_number=case.case_number,
        applicant_id=case.applicant_id,
        bundle_code=case.bundle_code,
        title=case.title,
        parties=case.parties,
        subject_key=case.subject_key,
        branches=[
            SubmittedBranch(
                branch=branch.code,
                item_code=branch.item_code,
                title=branch.title,
                department=branch.department,
                department_name=branch.department_name,
            )
            for branch in branches
        ],
    )


async def _variables(session: AsyncSession, draft: Draft, case: Case, branches: list[Branch]) -> dict[str, Any]:
    """What the process may know: identifiers and codes."""
    codes = {name: draft.answers.get(name) for name, field in draft.form.fields.items() if field.engine}
    exchanges = {
        resource: {
            "exchange_id": (step.result or {}).get("exchange_id"),
            "records": (step.result or {}).get("records", 0),
        }
        for resource in draft.form.prefills
        if (step := draft.prefill(resource)) is not None and step.state == "done"
    }
    place = await session.get(Place, draft.answers.get("insurance_place", ""))
    return {
        **codes,
        "case": {"id": str(case.id), "number": case.case_number},
        "applicant": str(case.applicant_id),
        "parties": [str(party) for party in case.parties],
        "child": draft.application.child,
        "exchanges": exchanges,
        "departments": {branch.code: branch.department for branch in branches},
        "insurance_timing": None if place is None else place.insurance_timing,
    }
