"""Rating by link without a sign-in; what a department answered; a department's work orders."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from chassis.access import public
from gateway.portal.pages.registers import moment
from gateway.portal.routing import PageRoute
from gateway.portal.services import Refusal
from gateway.portal.views.codes import WorkOrderState
from gateway.portal.views.feedback import Level, MyWorkOrder, RatePage, Thanks
from gateway.portal.views.frame import Flash
from gateway.portal.views.names import RatingReason, known
from gateway.portal.views.parts import Flaw, FlawCode, Form, Option, Pages, Tab
from gateway.portal.views.staff import WorkOrderLine, WorkOrderPage, WorkOrders
from gateway.portal.visit import Visit, Visiting

router = APIRouter(route_class=PageRoute, dependencies=[public], include_in_schema=False)
BAD = (
    RatingReason.SLOW,
    RatingReason.UNCLEAR,
    RatingReason.UNFRIENDLY,
    RatingReason.ASKED_AGAIN,
    RatingReason.TOO_MANY_DOCUMENTS,
    RatingReason.WRONG_INFORMATION,
    RatingReason.SYSTEM_TROUBLE,
)
REASONS = tuple(Option(reason.value, reason) for reason in BAD)
WORST_GOOD, MOST = 3, 500


@router.get("/rate/{code}")
async def show_rating(visit: Visiting, code: str) -> Response:
    return await _rating(visit, code)


async def _rating(visit: Visit, code: str, flaws: tuple[Flaw, ...] = (), **given: str) -> Response:
    found = await visit.services.get("feedback", f"/rating-invitations/{code}")
    if found["rated"]:
        return await visit.show(Thanks())
    return await visit.show(
        RatePage(
            title=found["title"],
            number=found["case_number"],
            departments=tuple(dict.fromkeys(one["department_name"] for one in found["branches"])),
            reasons=REASONS,
            form=Form(f"/rate/{code}", given, flaws),
        )
    )


@router.post("/rate/{code}")
async def rate(visit: Visiting, code: str) -> Response:
    level, words, reasons = visit.given("level"), visit.given("words"), visit.many("reason")
    given = {"level": level, "words": words, "reason": ",".join(reasons)}
    if level not in list(Level):
        return await _rating(visit, code, (Flaw("level", FlawCode.NOT_RATED),), **given)
    if len(words) > MOST:
        flaw = Flaw("words", FlawCode.TOO_LONG, {"what": RatingReason.WORDS, "most": MOST, "now": len(words)})
        return await _rating(visit, code, (flaw,), **given)
    bad = int(level) > WORST_GOOD
    body = {"level": int(level), "reasons": reasons if bad else [], "comment": words or None}
    await visit.services.post("feedback", f"/rating-invitations/{code}/rating", body, once=visit.once)
    return visit.go(f"/rate/{code}/thanks{'?bad=1' if bad else ''}")


@router.get("/rate/{code}/thanks")
async def show_thanks(visit: Visiting, code: str, bad: str = "") -> Response:
    return await visit.show(Thanks(bad=bool(bad)))


# ---------------------------------------------------------------------- what a department answered


@router.get("/work-orders/{order_id:uuid}")
async def show_my_order(visit: Visiting, order_id: UUID) -> Response:
    visit.person()
    order = await visit.services.get("feedback", f"/work-orders/{order_id}")
    return await visit.show(
        MyWorkOrder(
            title=order["title"],
            level=Level(str(order["level"])),
            words=order["comment"],
            answer=order["answer"],
            answered_at=moment(order["answered_at"]) if order["answered_at"] else None,
            closed_at=moment(order["closed_at"]) if order["closed_at"] else None,
            due=date.fromisoformat(order["due"]),
            form=Form(f"/work-orders/{order_id}") if order["state"] == "answered" else None,
        )
    )


@router.post("/work-orders/{order_id:uuid}")
async def settle(visit: Visiting, order_id: UUID) -> Response:
    visit.person()
    body = {"settled": visit.given("settled") == "yes"}
    await visit.services.post("feedback", f"/work-orders/{order_id}/closing", body, once=visit.once)
    return visit.go(f"/work-orders/{order_id}")


# ---------------------------------------------------------------------- a department's desk


@router.get("/staff/work-orders")
async def show_orders(visit: Visiting, tab: str = "open", cursor: str | None = None) -> Response:
    visit.clerk()
    state = "answered" if tab == "answered" else "open"
    page = await visit.services.get("feedback", "/work-orders", state=state, cursor=cursor)
    more = page["next_cursor"]
    tabs = tuple(
        Tab(one, f"/staff/work-orders?tab={one.value}", None, one.value == state)
        for one in (WorkOrderState.OPEN, WorkOrderState.ANSWERED)
    )
    pages = Pages(next_at=f"/staff/work-orders?tab={state}&cursor={more}" if more else None)
    return await visit.show(WorkOrders(tabs=tabs, orders=tuple(_line(one) for one in page["items"]), pages=pages))


def _state(order: Mapping[str, Any]) -> WorkOrderState:
    if order["state"] != "open":
        return WorkOrderState.ANSWERED
    return WorkOrderState.LATE if order["late"] else WorkOrderState.OPEN


def _line(order: Mapping[str, Any]) -> WorkOrderLine:
    return WorkOrderLine(
        number=order["case_number"],
        href=f"/staff/work-orders/{order['id']}",
        item=order["title"],
        level=Level(str(order["level"])),
        state=_state(order),
        opened_on=moment(order["opened_at"]).date(),
        due=date.fromisoformat(order["due"]),
    )


@router.get("/staff/work-orders/{order_id:uuid}")
async def show_order(visit: Visiting, order_id: UUID) -> Response:
    return await _order(visit, order_id)


@router.post("/staff/work-orders/{order_id:uuid}")
async def answer_order(visit: Visiting, order_id: UUID) -> Response:
    visit.clerk()
    text = visit.given("answer")
    try:
        await visit.services.post("feedback", f"/work-orders/{order_id}/answer", {"text": text}, once=visit.once)
    except Refusal as refusal:
        if refusal.status != 400:
            raise
        return await _order(visit, order_id, (Flaw("answer", FlawCode.REASON_MISSING),), text)
    return visit.go(f"/staff/work-orders/{order_id}", Flash.ANSWERED)


async def _order(visit: Visit, order_id: UUID, flaws: tuple[Flaw, ...] = (), text: str = "") -> Response:
    visit.clerk()
    order = await visit.services.get("feedback", f"/work-orders/{order_id}")
    return await visit.show(
        WorkOrderPage(
            item=order["title"],
            case_number=order["case_number"],
            level=Level(str(order["level"])),
            reasons=tuple(known(RatingReason, reason) for reason in order["reasons"]),
            words=order["comment"],
            state=_state(order),
            opened_at=moment(order["opened_at"]),
            due=date.fromisoformat(order["due"]),
            late=order["late"],
            form=Form(f"/staff/work-orders/{order_id}", {"answer": text}, flaws),
            answer=None if order["state"] == "open" else order["answer"],
            answered_at=moment(order["answered_at"]) if order["answered_at"] else None,
        )
    )
