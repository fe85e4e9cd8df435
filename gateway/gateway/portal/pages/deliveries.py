"""Parcels with their pick-up codes, bills and paying."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from chassis.access import public
from gateway.portal.pages.registers import moment
from gateway.portal.routing import PageRoute
from gateway.portal.views.codes import BillState, ParcelState
from gateway.portal.views.mine import (
    BillLine,
    BillPage,
    Direction,
    HandOver,
    MyBills,
    MyParcels,
    ParcelLine,
    ParcelPage,
    PickUp,
    Trace,
)
from gateway.portal.views.names import BillKind, Contents, known
from gateway.portal.views.parts import CaseRef, Form, Money, Pages
from gateway.portal.visit import Visit, Visiting

router = APIRouter(route_class=PageRoute, dependencies=[public], include_in_schema=False)
STATES = {
    "at_station": ParcelState.READY_FOR_PICKUP,
    "in_locker": ParcelState.READY_FOR_PICKUP,
    "signed_by_other": ParcelState.DELIVERED,
}
BILLS = {"open": BillState.DUE, "paid": BillState.PAID, "cancelled": BillState.EXPIRED}
LOOKS = 25
PROVIDER = "云溪统一支付平台"


def _pages(at: str, page: Mapping[str, Any]) -> Pages:
    return Pages(next_at=f"{at}?cursor={page['next_cursor']}" if page["next_cursor"] else None)


def _case(thing: Mapping[str, Any]) -> CaseRef:
    key = thing["case_number"] or thing["case_id"]
    return CaseRef(key, key, f"/cases/{key}")


@router.get("/parcels")
async def show_parcels(visit: Visiting, cursor: str | None = None) -> Response:
    visit.person()
    page = await visit.services.get("logistics", "/parcels", cursor=cursor)
    lines = tuple(
        ParcelLine(
            what=known(Contents, one["contents"]),
            direction=Direction(one["direction"]),
            state=state_of(one["state"]),
            href=f"/parcels/{one['id']}",
            at=moment(one["state_at"]),
        )
        for one in page["items"]
    )
    return await visit.show(MyParcels(parcels=lines, pages=_pages("/parcels", page)))


def state_of(state: str) -> ParcelState:
    return STATES.get(state) or ParcelState(state)


@router.get("/parcels/{parcel_id:uuid}")
async def show_parcel(visit: Visiting, parcel_id: UUID) -> Response:
    visit.person()
    parcel = await visit.services.get("logistics", f"/parcels/{parcel_id}")
    return await visit.show(
        ParcelPage(
            what=known(Contents, parcel["contents"]),
            direction=Direction(parcel["direction"]),
            state=state_of(parcel["state"]),
            waybill=parcel["waybill_no"],
            case=_case(parcel),
            traces=tuple(
                Trace(state_of(one["state"]) if one["state"] else ParcelState.EXCEPTION, moment(one["at"]))
                for one in sorted(parcel["track"], key=_at, reverse=True)
            ),
            pickup=_pick_up(parcel),
        )
    )


def _at(one: Mapping[str, Any]) -> str:
    return str(one["at"])


def _pick_up(parcel: Mapping[str, Any]) -> PickUp | None:
    hall = parcel["hall"]
    if parcel["pick_up_code"] is None or hall is None:
        return None
    return PickUp(code=parcel["pick_up_code"], place=hall["name"], address=hall["street"], hours=hall["hours"])


# ---------------------------------------------------------------------- bills


@router.get("/bills")
async def show_bills(visit: Visiting, cursor: str | None = None) -> Response:
    visit.person()
    page = await visit.services.get("logistics", "/bills", cursor=cursor)
    lines = tuple(
        BillLine(
            what=known(BillKind, one["kind"]),
            amount=Money(one["amount"]),
            state=BILLS[one["state"]],
            on=moment(one["issued_at"]).date(),
            href=f"/bills/{one['id']}",
        )
        for one in page["items"]
    )
    return await visit.show(MyBills(bills=lines, pages=_pages("/bills", page)))


@router.get("/bills/{bill_id:uuid}")
async def show_bill(visit: Visiting, bill_id: UUID, paying: str = "") -> Response:
    """`paying`: the browser comes back from the provider, whose word may take a moment."""
    bill = await _bill(visit, bill_id)
    for _ in range(LOOKS if paying else 0):
        if bill["state"] != "open":
            break
        await asyncio.sleep(0.2)
        bill = await _bill(visit, bill_id)
    state = BILLS[bill["state"]]
    return await visit.show(
        BillPage(
            what=known(BillKind, bill["kind"]),
            amount=Money(bill["amount"]),
            state=BillState.PAYING if paying and state is BillState.DUE else state,
            number=str(bill["id"]),
            case=_case(bill),
            issued_on=moment(bill["issued_at"]).date(),
            form=Form(f"/bills/{bill_id}/payments"),
            paid_at=moment(bill["paid_at"]) if bill["paid_at"] else None,
        )
    )


async def _bill(visit: Visit, bill_id: UUID) -> Mapping[str, Any]:
    visit.person()
    found: Mapping[str, Any] = await visit.services.get("logistics", f"/bills/{bill_id}")
    return found


@router.post("/bills/{bill_id:uuid}/payments")
async def pay(visit: Visiting, bill_id: UUID) -> Response:
    visit.person()
    payment = await visit.services.post("logistics", f"/bills/{bill_id}/payments", once=visit.once)
    return visit.go(f"/bills/{bill_id}/payments/{payment['id']}")


@router.get("/bills/{bill_id:uuid}/payments/{payment_id:uuid}")
async def show_payment(visit: Visiting, bill_id: UUID, payment_id: UUID) -> Response:
    """Waits a moment for the provider's page; a link leads there, so that no form of ours posts to somebody else."""
    bill = await _bill(visit, bill_id)
    payment = await visit.services.get("logistics", f"/payments/{payment_id}")
    for _ in range(LOOKS):
        if payment["pay_url"] or payment["state"] != "requested":
            break
        await asyncio.sleep(0.2)
        payment = await visit.services.get("logistics", f"/payments/{payment_id}")
    if payment["state"] == "paid":
        return visit.go(f"/bills/{bill_id}")
    return await visit.show(
        HandOver(
            to=PROVIDER,
            what=known(BillKind, bill["kind"]),
            amount=Money(payment["amount"]),
            go_at=payment["pay_url"],
            again_at=visit.path,
            back_at=f"/bills/{bill_id}",
        )
    )
