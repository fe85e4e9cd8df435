"""One case on one page, read in one statement."""

from datetime import date, datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.problems import NotFound
from svc_workflow import clock, sealed
from svc_workflow.queries.rows import Row, from_json
from svc_workflow.rules.branches import DECIDED
from svc_workflow.schemas.cases import CaseOut

Role = Literal["applicant", "party", "department"]
FACTS = """
c.id, c.case_number, c.bundle_code, c.title, c.applicant_id, c.parties, c.data_key, c.outcome,
c.submitted_at, c.withdrawn_at, c.silenced_at, c.closed_at,
array(
    select row(
        b.code, b.item_code, b.title, b.department, b.department_name, b.state, b.reason, b.received_at, b.acceptance_due,
        b.accepted_at, b.promised_limit, b.promised_due, b.statutory_limit, b.statutory_due, b.ended_at, b.late
    ) from branch b where b.case_id = c.id order by b.position
) as branches,
array(
    select row(e.branch, e.procedure, e.started_at, e.ended_at)
    from excluded_time e where e.case_id = c.id order by e.started_at
) as excluded,
array(
    select row(s.branch, s.id, s.items, s.asked_at, s.reply_by, s.supplied_at, s.closed_at)
    from supplement s where s.case_id = c.id order by s.asked_at
) as supplements
"""
"""Of a case `c`: all that a page shows, and whose it is."""
_BY_ID = text(f"select {FACTS} from case_file c where c.id = :key")  # noqa: S608
_BY_NUMBER = text(f"select {FACTS} from case_file c where c.case_number = :key")  # noqa: S608


class _Branch(NamedTuple):
    """As `FACTS` tells them."""

    code: str
    item_code: str
    title: str
    department: str
    department_name: str
    state: str
    reason: str | None
    received_at: datetime | None
    acceptance_due: date | None
    accepted_at: datetime | None
    promised_limit: Any
    promised_due: datetime | None
    statutory_limit: Any
    statutory_due: datetime | None
    ended_at: datetime | None
    late: bool


async def page_for_person(session: AsyncSession, case_id: UUID, person_id: UUID) -> CaseOut:
    """Of a case of which the person is the applicant or a party; NotFound for everybody else."""
    return await _for_person(session, _BY_ID, case_id, person_id)


async def page_by_number(session: AsyncSession, case_number: str, person_id: UUID) -> CaseOut:
    """The same by the case's number; NotFound for everybody else, whether there is such a case or not."""
    return await _for_person(session, _BY_NUMBER, case_number, person_id)


async def _for_person(session: AsyncSession, found_by: TextClause, key: UUID | str, person_id: UUID) -> CaseOut:
    await session.flush()  # a text does not do so by itself
    row = (await session.execute(found_by, {"key": key})).mappings().one_or_none()
    if row is None or (row["applicant_id"] != person_id and person_id not in row["parties"]):
        raise NotFound()
    return CaseOut.model_validate(shown(row, "applicant" if row["applicant_id"] == person_id else "party"))


def shown(row: Row, role: Role, *, only: str | None = None) -> dict[str, Any]:
    """The fields of `CaseOut`. `only`: supplements of this branch alone, for the department that handles it."""
    branches = [_Branch(*each) for each in row["branches"]]
    excluded: dict[str, list[dict[str, Any]]] = {branch.code: [] for branch in branches}
    for code, procedure, started_at, ended_at in row["excluded"]:
        excluded.setdefault(code, []).append({"procedure": procedure, "started_at": started_at, "ended_at": ended_at})
    undecided = any(branch.state not in DECIDED for branch in branches)
    return {
        "id": row["id"],
        "case_number": row["case_number"],
        "bundle_code": row["bundle_code"],
        "title": row["title"],
        "role": role,
        "state": "silenced" if row["silenced_at"] else "closed" if row["closed_at"] else "open",
        "outcome": row["outcome"],
        "submitted_at": row["submitted_at"],
        "withdrawn_at": row["withdrawn_at"],
        "closed_at": row["closed_at"],
        "branches": [_branch(branch, excluded[branch.code]) for branch in branches],
        "supplements": _supplements(row, role, only),
        "may_withdraw": role == "applicant" and undecided and row["withdrawn_at"] is None and not row["silenced_at"],
    }


def _branch(branch: _Branch, excluded: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "branch": branch.code,
        "item_code": branch.item_code,
        "title": branch.title,
        "department": branch.department,
        "department_name": branch.department_name,
        "state": branch.state,
        "reason": branch.reason,
        "received_at": branch.received_at,
        "acceptance_due": branch.acceptance_due,
        "accepted_at": branch.accepted_at,
        "promised_limit": _limit(branch.promised_limit),
        "promised_due": None if branch.promised_due is None else clock.day_of(branch.promised_due),
        "statutory_limit": _limit(branch.statutory_limit),
        "statutory_due": None if branch.statutory_due is None else clock.day_of(branch.statutory_due),
        "excluded": excluded,
        "ended_at": branch.ended_at,
        "late": branch.late,
    }


def _limit(given: Any) -> dict[str, Any] | None:
    limit = from_json(given)
    return None if limit is None else {"amount": limit["amount"], "unit": limit["unit"]}


def _supplements(row: Row, role: Role, only: str | None) -> list[dict[str, Any]]:
    if role == "party" or row["data_key"] is None:
        return []
    names = {branch[0]: branch[4] for branch in row["branches"]}
    return [
        {
            "id": supplement_id,
            "branch": branch,
            "department_name": names[branch],
            "items": sealed.unseal(row["data_key"], row["id"], sealed.SUPPLEMENT_ITEMS, items),
            "asked_at": asked_at,
            "reply_by": reply_by,
            "supplied_at": supplied_at,
            "open": closed_at is None,
        }
        for branch, supplement_id, items, asked_at, reply_by, supplied_at, closed_at in row["supplements"]
        if only in (None, branch)
    ]
