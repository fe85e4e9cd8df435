"""My cases: the list, one case with its story, what is asked of me, taking the rest back."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from chassis.access import public
from gateway.portal.pages.registers import moment
from gateway.portal.pages.stories import OUTCOMES, case_state, looks_of, needs_of, results_of, stages_of
from gateway.portal.pages.words import limit_of
from gateway.portal.routing import PageRoute
from gateway.portal.services import Refusal
from gateway.portal.views.apply import ApplySubmitted, Next
from gateway.portal.views.cases import CaseLine, CasePage, CaseTab, MyCases, WithdrawPage
from gateway.portal.views.codes import CaseState
from gateway.portal.views.frame import Flash
from gateway.portal.views.parts import CaseRef, Form, Pages, Tab
from gateway.portal.visit import Visit, Visiting

router = APIRouter(prefix="/cases", route_class=PageRoute, dependencies=[public], include_in_schema=False)
LOOKS = 5


@router.get("")
async def show_cases(visit: Visiting, tab: str = "", cursor: str | None = None) -> Response:
    visit.person()
    if tab == CaseTab.DRAFTS:
        return await visit.show(MyCases(tabs=_tabs(CaseTab.DRAFTS), cases=await _drafts(visit)))
    finished = tab == CaseTab.FINISHED
    page = await visit.services.get("workflow", "/cases", cursor=cursor)
    lines = tuple(_line(one) for one in page["items"] if (one["closed_at"] is not None) == finished)
    current = CaseTab.FINISHED if finished else CaseTab.UNDER_WAY
    more = page["next_cursor"]
    pages = Pages(next_at=f"/cases?tab={current.value}&cursor={more}" if more else None)
    return await visit.show(MyCases(tabs=_tabs(current), cases=lines, pages=pages))


def _tabs(current: CaseTab) -> tuple[Tab, ...]:
    return tuple(Tab(tab, f"/cases?tab={tab.value}", None, tab is current) for tab in CaseTab)


def _line(case: Mapping[str, Any]) -> CaseLine:
    state = OUTCOMES.get(case["outcome"], CaseState.NEEDS_YOU if case["waiting_for_me"] else CaseState.UNDER_WAY)
    return CaseLine(
        title=case["title"],
        href=f"/cases/{case['case_number']}",
        state=state,
        number=case["case_number"],
        on=moment(case["submitted_at"]).date(),
    )


async def _drafts(visit: Visit) -> tuple[CaseLine, ...]:
    drafts = await visit.services.get("workflow", "/applications")
    return tuple(
        CaseLine(
            title=one["title"],
            href=f"/apply/{one['id']}",
            state=CaseState.DRAFT,
            number=None,
            on=moment(one["changed_at"]).date(),
        )
        for one in drafts
    )


async def find_case(visit: Visit, number: str) -> Mapping[str, Any]:
    """The case by its number, or by its id; a 404 when it is not the visitor's."""
    visit.person()
    case_id = number if _is_id(number) else await _id_of(visit, number)
    found: Mapping[str, Any] = await visit.services.get("workflow", f"/cases/{case_id}")
    return found


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


async def _id_of(visit: Visit, number: str) -> str:
    cursor: str | None = None
    while True:
        page = await visit.services.get("workflow", "/cases", cursor=cursor, limit=100)
        found = [one["id"] for one in page["items"] if one["case_number"] == number]
        if found:
            return str(found[0])
        cursor = page["next_cursor"]
        if cursor is None:
            raise Refusal(404, {})


def reference(case: Mapping[str, Any]) -> CaseRef:
    return CaseRef(case["case_number"], case["title"], f"/cases/{case['case_number']}")


@router.get("/{number}")
async def show_case(visit: Visiting, number: str) -> Response:
    case = await find_case(visit, number)
    entries = (await visit.services.get("workflow", f"/cases/{case['id']}/timeline"))["entries"]
    parcels, bills = await _around(visit, case["id"])
    looks = looks_of(entries)
    ref = reference(case)
    return await visit.show(
        CasePage(
            case=ref,
            children=(),
            state=case_state(case),
            submitted_at=moment(case["submitted_at"]),
            stages=stages_of(case, entries, parcels, bills),
            needs=needs_of(case, bills),
            looks=looks[:LOOKS],
            looks_total=len(looks),
            looks_at="/data" if looks else None,
            results=results_of(entries),
            withdraw_at=f"{ref.href}/withdrawal" if case["may_withdraw"] else None,
            help_phone=visit.settings.helpline,
        )
    )


async def _around(visit: Visit, case_id: str) -> tuple[Sequence[Mapping[str, Any]], Sequence[Mapping[str, Any]]]:
    parcels = await visit.services.get("logistics", "/parcels", limit=100)
    bills = await visit.services.get("logistics", "/bills", limit=100)
    return _of(case_id, parcels["items"]), _of(case_id, bills["items"])


def _of(case_id: str, things: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    return [one for one in things if one["case_id"] == case_id]


@router.get("/{number}/submitted")
async def show_submitted(visit: Visiting, number: str) -> Response:
    case = await find_case(visit, number)
    phone = (await visit.services.get("identity", "/me")).get("phone")
    first = case["branches"][0]["promised_limit"] if case["branches"] else None
    longest = max(
        (one["promised_limit"] for one in case["branches"] if one["promised_limit"]), key=_length, default=first
    )
    return await visit.show(
        ApplySubmitted(
            title=case["title"],
            number=case["case_number"],
            case_at=reference(case).href,
            submitted_at=moment(case["submitted_at"]),
            promised=limit_of(longest),
            nexts=tuple(Next(one["department_name"], one["title"]) for one in case["branches"]),
            phone_tail=phone[-4:] if phone else None,
        )
    )


def _length(limit: Mapping[str, Any]) -> int:
    return int(limit["amount"])


@router.get("/{number}/withdrawal")
async def ask_withdrawal(visit: Visiting, number: str) -> Response:
    case = await find_case(visit, number)
    decided = [one for one in case["branches"] if one["ended_at"] is not None]
    return await visit.show(
        WithdrawPage(
            case=reference(case),
            stops=tuple(one["title"] for one in case["branches"] if one["ended_at"] is None),
            stands=tuple(one["title"] for one in decided if one["state"] == "granted"),
            refund=False,
            form=Form(f"{reference(case).href}/withdrawal"),
        )
    )


@router.post("/{number}/withdrawal")
async def withdraw(visit: Visiting, number: str) -> Response:
    case = await find_case(visit, number)
    await visit.services.post("workflow", f"/cases/{case['id']}/withdrawal", once=visit.once)
    return visit.go(reference(case).href, Flash.WITHDRAWN)
