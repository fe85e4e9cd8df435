"""My cases: the list, one case with its story, what is asked of me, taking the rest back."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from chassis.access import public
from gateway.portal.live import mark_of
from gateway.portal.pages.registers import moment
from gateway.portal.pages.stories import OUTCOMES, case_state, looks_of, needs_of, results_of, stages_of
from gateway.portal.pages.words import limit_of
from gateway.portal.routing import PageRoute
from gateway.portal.services import Services
from gateway.portal.views.apply import ApplySubmitted, Next
from gateway.portal.views.cases import CaseLine, CasePage, CaseTab, Look, MyCases, Need, Stage, WithdrawPage
from gateway.portal.views.codes import CaseState
from gateway.portal.views.frame import Flash
from gateway.portal.views.parts import CaseRef, Form, Link, Pages, Tab
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
    return await read_case(visit.services, number)


async def read_case(services: Services, number: str) -> Mapping[str, Any]:
    path = f"/cases/{number}" if _is_id(number) else f"/cases/by-number/{quote(number, safe='')}"
    found: Mapping[str, Any] = await services.get("workflow", path)
    return found


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def reference(case: Mapping[str, Any]) -> CaseRef:
    return CaseRef(case["case_number"], case["title"], f"/cases/{case['case_number']}")


@dataclass(frozen=True)
class Shown:
    """What of a case may change while its page stands open."""

    state: CaseState
    stages: tuple[Stage, ...]
    needs: tuple[Need, ...]
    results: tuple[Link, ...]
    looks: tuple[Look, ...]


async def shown_of(services: Services, case: Mapping[str, Any]) -> Shown:
    timeline, parcels, bills = await asyncio.gather(
        services.get("workflow", f"/cases/{case['id']}/timeline"),
        services.get("logistics", "/parcels", limit=100),
        services.get("logistics", "/bills", limit=100),
    )
    entries, owed = timeline["entries"], _of(case["id"], bills["items"])
    return Shown(
        state=case_state(case),
        stages=stages_of(case, entries, _of(case["id"], parcels["items"]), owed),
        needs=needs_of(case, owed),
        results=results_of(entries),
        looks=looks_of(entries),
    )


@router.get("/{number}")
async def show_case(visit: Visiting, number: str) -> Response:
    case = await find_case(visit, number)
    shown = await shown_of(visit.services, case)
    ref = reference(case)
    return await visit.show(
        CasePage(
            case=ref,
            children=(),
            state=shown.state,
            submitted_at=moment(case["submitted_at"]),
            stages=shown.stages,
            needs=shown.needs,
            looks=shown.looks[:LOOKS],
            looks_total=len(shown.looks),
            looks_at="/data" if shown.looks else None,
            results=shown.results,
            live_at=None if case["closed_at"] else f"{ref.href}/events?seen={mark_of(shown)}",
            withdraw_at=f"{ref.href}/withdrawal" if case["may_withdraw"] else None,
            help_phone=visit.settings.helpline,
        )
    )


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
