"""Becoming known more surely: the register is asked, a verifier sees a live face; or somebody at a counter does."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from chassis.access import public
from contracts.claims import Proofing
from gateway.portal.routing import PROOFING, PageRoute
from gateway.portal.services import Refusal
from gateway.portal.views.parts import Form
from gateway.portal.views.proofing import ProofingPage, ProofingState
from gateway.portal.visit import Visit, Visiting
from gateway.routes.session import store_of, within

router = APIRouter(prefix=PROOFING, route_class=PageRoute, dependencies=[public], include_in_schema=False)
LOOKS = 20
TO = "onedoor_proofing_to"


@router.get("")
async def show_proofing(visit: Visiting, to: str = "", session_no: str = "") -> Response:
    """`session_no`: the browser comes back from the verifier."""
    me = visit.person()
    back = within(to or visit.request.cookies.get(TO, "/"))
    if me.claims.proofing >= Proofing.HIGH:
        return await visit.show(ProofingPage(state=ProofingState.DONE, back_at=back, form=Form(PROOFING)))
    page = ProofingPage(state=ProofingState.NOT_STARTED, back_at=back, form=Form(PROOFING))
    response: Response = await visit.show(page)
    if to:
        visit.keep(response, TO, back, life=3600)
    if session_no and (kept := visit.request.cookies.get("onedoor_proofing")):
        return visit.go(f"{PROOFING}/{quote(kept)}/face")
    return response


@router.post("")
async def start_proofing(visit: Visiting) -> Response:
    visit.person()
    try:
        proofing = await visit.services.post("identity", "/proofings", {"return_to": PROOFING}, once=visit.once)
    except Refusal as refusal:
        if refusal.slug != "already-proofed":
            raise
        return await _renewed(visit, PROOFING)
    response = visit.go(f"{PROOFING}/{proofing['id']}")
    visit.keep(response, "onedoor_proofing", str(proofing["id"]), life=3600)
    return response


@router.get("/{proofing_id:uuid}")
async def show_progress(visit: Visiting, proofing_id: UUID) -> Response:
    """Waits a little for the register and the verifier; then says how far it is."""
    visit.person()
    proofing = await _settled(visit, proofing_id, _is_prepared)
    if proofing["state"] == "done":
        return await _renewed(visit, PROOFING)
    return await visit.show(_page(visit, proofing))


@router.get("/{proofing_id:uuid}/face")
async def come_back(visit: Visiting, proofing_id: UUID) -> Response:
    """Hand in the verdict: it is fetched from the verifier and checked against its keys."""
    visit.person()
    try:
        await visit.services.post("identity", f"/proofings/{proofing_id}/face", {})
    except Refusal as refusal:
        if refusal.status != 409:
            raise
    proofing = await _settled(visit, proofing_id, lambda one: one["state"] != "open" or one["face"] == "waiting")
    if proofing["state"] == "done":
        return await _renewed(visit, PROOFING)
    return visit.go(f"{PROOFING}/{proofing_id}")


def _is_prepared(proofing: Mapping[str, Any]) -> bool:
    return proofing["face"] not in ("opening", "checking") and proofing["register_match"] != "waiting"


async def _settled(visit: Visit, proofing_id: UUID, enough: Any) -> Mapping[str, Any]:
    path = f"/proofings/{proofing_id}"
    proofing: Mapping[str, Any] = await visit.services.get("identity", path)
    for _ in range(LOOKS):
        if enough(proofing):
            break
        await asyncio.sleep(0.3)
        proofing = await visit.services.get("identity", path)
    return proofing


def _page(visit: Visit, proofing: Mapping[str, Any]) -> ProofingPage:
    back = within(visit.request.cookies.get(TO, "/"))
    face = proofing["face_page"] if proofing["face"] == "waiting" else None
    return ProofingPage(state=_state(proofing), back_at=back, form=Form(PROOFING), face_at=face)


def _state(proofing: Mapping[str, Any]) -> ProofingState:
    if proofing["register_match"] == "no":
        return ProofingState.DIFFERS
    if proofing["state"] != "open" or proofing["face"] in ("not-live", "refused", "expired"):
        return ProofingState.FAILED
    if proofing["face"] == "unavailable":
        return ProofingState.AWAY
    return ProofingState.FACE if proofing["face"] == "waiting" else ProofingState.CHECKING


async def _renewed(visit: Visit, to: str) -> Response:
    """From the next request on the session carries what is known now."""
    cookie = visit.request.cookies.get(visit.settings.cookie)
    if cookie is not None:
        await store_of(visit.request).renew(cookie)
    return visit.go(to)
