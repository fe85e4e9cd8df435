"""The sealed form, opened for those whose part it is."""

from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Caller
from chassis.outbox import emit
from chassis.problems import NotFound
from contracts.events.workflow import FormOpened
from svc_workflow import clock, sealed, steps
from svc_workflow.errors import FormClosed
from svc_workflow.host.forms import fingerprint
from svc_workflow.models import Application, Branch, Case, FormPart, Supplement, Task
from svc_workflow.queries.rows import Row
from svc_workflow.schemas.tasks import Exchange, FormOut
from svc_workflow.use_cases.cases import SUPPLEMENT_ANSWERS
from svc_workflow.use_cases.submission import FORM_PART

# A code that opens nothing finds no row, whatever it is that closes the form.
OPEN = """
with opened as (
    update sealed_form_code f set opened_at = coalesce(f.opened_at, {now})
    from step s
    where f.fingerprint = {fingerprint} and f.request_id = {request_id}
        and s.request_id = f.request_id and s.state = 'waiting'
    returning f.case_id, f.branch
)
select c.id, c.data_key, o.branch, p.sealed
from opened o join case_file c on c.id = o.case_id
    left join form_part p on p.case_id = o.case_id and p.branch = o.branch
"""
_OPEN = text(OPEN.format(now=":now", fingerprint=":fingerprint", request_id=":request_id"))


async def open_part(session: AsyncSession, code: str, request_id: UUID) -> dict[str, str]:
    """For the answering service: the step's part of the form, until the step is answered."""
    given = {"fingerprint": fingerprint(code), "request_id": request_id, "now": clock.now()}
    row = (await session.execute(_OPEN, given)).mappings().one_or_none()
    if row is None:
        raise FormClosed()
    return opened_by(row)


def opened_by(row: Row) -> dict[str, str]:
    """The fields of the part that `OPEN` found."""
    return _opened(row["data_key"], row["id"], row["branch"], row["sealed"])


async def read_form(session: AsyncSession, task: Task, clerk: Caller) -> FormOut:
    """For the clerk: their branch's part. The applicant sees in the ledger that it was opened."""
    case = await session.get_one(Case, task.case_id)
    branch = await session.get_one(Branch, (task.case_id, task.branch))
    if case.data_key is None:
        raise NotFound("What the applicant wrote was erased")
    fields = await _part(session, case, task.branch)
    supplied = await _supplied(session, case, task.branch)
    opened = FormOpened(
        case_id=case.id,
        case_number=case.case_number,
        applicant_id=case.applicant_id,
        branch=branch.code,
        item_code=branch.item_code,
        department=branch.department,
        staff_id=clerk.person_id,
        fields=[*fields, *supplied],
        at=clock.now(),
    )
    emit(session, opened)
    return FormOut(fields=fields, supplied=supplied, exchanges=await _exchanges(session, case, task.branch))


async def _part(session: AsyncSession, case: Case, branch: str) -> dict[str, str]:
    part = await session.get(FormPart, (case.id, branch))
    return _opened(case.data_key, case.id, branch, None if part is None else part.sealed)


def _opened(data_key: bytes | None, case_id: UUID, branch: str, part: bytes | None) -> dict[str, str]:
    if part is None or data_key is None:
        return {}
    return dict(sealed.unseal(data_key, case_id, f"{FORM_PART}/{branch}", part))


async def _supplied(session: AsyncSession, case: Case, branch: str) -> dict[str, str]:
    mine = (Supplement.case_id == case.id) & (Supplement.branch == branch) & Supplement.answers.is_not(None)
    answers = (await session.execute(select(Supplement.answers).where(mine))).scalars()
    opened = [sealed.unseal(case.data_key, case.id, SUPPLEMENT_ANSWERS, each) for each in answers if each]
    return {name: value for each in opened for name, value in each.items()}


async def _exchanges(session: AsyncSession, case: Case, branch: str) -> list[Exchange]:
    """What was fetched or issued for the case; svc-sharing decides by grant what of it the department may read."""
    found: dict[str, str] = {}
    for step in await steps.steps_of(session, case.id):
        result = step.result or {}
        if step.state == "done" and "exchange_id" in result and "resource" in step.arguments:
            found[result["exchange_id"]] = str(step.arguments["resource"])
        if "licence_id" in result:
            found[result["licence_id"]] = result["licence_kind"]
    chosen = await _chosen_record(session, case)
    return [
        Exchange(
            exchange_id=UUID(exchange_id),
            resource=resource,
            record=chosen.get(exchange_id, 0),
            purpose=f"{case.bundle_code}/{branch}",
        )
        for exchange_id, resource in found.items()
    ]


async def _chosen_record(session: AsyncSession, case: Case) -> dict[str, int]:
    """Which record of the deliveries is the child's, by exchange."""
    application = await session.get(Application, case.id)
    child = None if application is None else application.child
    return {} if child is None else {child["exchange_id"]: child["record"]}
