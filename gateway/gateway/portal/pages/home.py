"""Home: for everybody, or what waits for the person who is signed in."""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from chassis.access import public
from gateway.portal.pages import offers
from gateway.portal.pages.registers import moment
from gateway.portal.pages.stories import OUTCOMES
from gateway.portal.routing import PageRoute
from gateway.portal.views.codes import CaseState
from gateway.portal.views.home import Browse, Home, MyHome, Past, Reminder, UnderWay, Waiting, WaitingFor, Way
from gateway.portal.views.names import BillKind, Contents, DataField, known
from gateway.portal.views.parts import CaseRef, Money
from gateway.portal.visit import Visiting

router = APIRouter(route_class=PageRoute, dependencies=[public], include_in_schema=False)
KINDS = {
    "continue": WaitingFor.FINISH,
    "agree": WaitingFor.AGREE,
    "supplement": WaitingFor.SUPPLEMENT,
    "pay": WaitingFor.PAY,
    "pick-up": WaitingFor.PICK_UP,
    "rate": WaitingFor.RATE,
    "settle": WaitingFor.SETTLE,
}


@router.get("/")
async def show_home(visit: Visiting) -> Response:
    if visit.is_staff and visit.who is not None:
        return visit.go(visit.who.home)
    if visit.signed is None:
        events, hot = await asyncio.gather(offers.life_events(visit.services), offers.hot(visit.services))
        ways = tuple(Browse(way, f"/services?way={way.value}") for way in Way)
        return await visit.show(Home(life_events=events, hot=hot, ways=ways))
    mine = visit.services.get("profile", "/home", language=visit.language.value)
    found, events = await asyncio.gather(mine, offers.life_events(visit.services))
    visit.unread = found["unread"]
    looks = found["accesses"]
    return await visit.show(
        MyHome(
            given_name=visit.signed.name,
            waiting=tuple(_waiting(one) for one in found["waiting"]),
            under_way=tuple(_under_way(one) for one in found["under_way"]),
            past=tuple(_past(one) for one in found["past"]),
            reminders=tuple(_reminder(one) for one in found["reminders"]),
            life_events=events,
            last_look=_look(looks[0]) if looks else None,
        )
    )


def _waiting(one: Mapping[str, Any]) -> Waiting:
    kind, facts = KINDS[one["kind"]], one["facts"]
    amount = Money(facts["amount"]) if kind is WaitingFor.PAY else None
    case = CaseRef(one["case_number"], one["title"], f"/cases/{one['case_number']}") if one["case_number"] else None
    return Waiting(kind=kind, what=_what(kind, one), href=_href(kind, one), case=case, due=_due(one), amount=amount)


def _due(one: Mapping[str, Any]) -> date | None:
    return date.fromisoformat(one["due"]) if one["due"] else None


def _what(kind: WaitingFor, one: Mapping[str, Any]) -> str:
    match kind:
        case WaitingFor.PAY:
            return known(BillKind, one["facts"]["bill"])
        case WaitingFor.PICK_UP:
            return known(Contents, one["facts"]["contents"])
        case WaitingFor.SUPPLEMENT:
            return one["branch_title"] or one["title"] or ""
    return one["title"] or ""


def _href(kind: WaitingFor, one: Mapping[str, Any]) -> str:
    match kind:
        case WaitingFor.FINISH:
            return f"/apply/{one['id']}"
        case WaitingFor.AGREE:
            return f"/agreements/{one['id']}"
        case WaitingFor.SUPPLEMENT:
            return f"/cases/{one['case_number']}/supplements/{one['id']}"
        case WaitingFor.PAY:
            return f"/bills/{one['id']}"
        case WaitingFor.PICK_UP:
            return f"/parcels/{one['id']}"
    return str(one["facts"].get("link") or "/messages")


def _under_way(case: Mapping[str, Any]) -> UnderWay:
    branches = case["branches"]
    return UnderWay(
        title=case["title"],
        href=f"/cases/{case['case_number']}",
        state=CaseState.UNDER_WAY,
        number=case["case_number"],
        submitted_on=moment(case["started_at"]).date(),
        departments=len(branches) or None,
        departments_done=sum(one["state"] == "granted" for one in branches),
    )


def _past(case: Mapping[str, Any]) -> Past:
    return Past(
        title=case["title"],
        href=f"/cases/{case['case_number']}",
        state=OUTCOMES.get(case["outcome"], CaseState.CLOSED),
        closed_on=moment(case["changed_at"]).date(),
    )


def _reminder(one: Mapping[str, Any]) -> Reminder:
    return Reminder(what=one["text"], on=date.fromisoformat(one["on"]))


def _look(one: Mapping[str, Any]) -> tuple[str, str, Any]:
    what = known(DataField, one["fields"][0]) if one["fields"] else one["source_name"]
    return one["reader_name"], what, moment(one["at"])
