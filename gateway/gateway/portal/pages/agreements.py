"""What another person asks me to agree to."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from chassis.access import public
from gateway.portal.pages import offers
from gateway.portal.pages.grants import grants_of
from gateway.portal.pages.registers import moment
from gateway.portal.routing import PageRoute
from gateway.portal.services import Away, Refusal
from gateway.portal.views.agreements import Agreement
from gateway.portal.views.apply import Grant
from gateway.portal.views.codes import AgreementState
from gateway.portal.views.parts import Form
from gateway.portal.visit import Visit, Visiting

router = APIRouter(prefix="/agreements", route_class=PageRoute, dependencies=[public], include_in_schema=False)
STATES = {
    "asked": AgreementState.ASKED,
    "given": AgreementState.AGREED,
    "declined": AgreementState.DECLINED,
    "expired": AgreementState.EXPIRED,
    "withdrawn": AgreementState.EXPIRED,
}
ANSWERS = {"agree": "give", "decline": "decline"}


@router.get("/{consent_id:uuid}")
async def show_agreement(visit: Visiting, consent_id: UUID) -> Response:
    visit.person()
    consent = await visit.services.get("identity", f"/consents/{consent_id}")
    return await visit.show(
        Agreement(
            asker=consent["asked_by_name"],
            title=consent["title"],
            state=STATES[consent["state"]],
            grants=await _grants(visit, consent["purpose"].partition("/")[0]),
            form=Form(f"/agreements/{consent_id}"),
            answered_at=moment(consent["decided_at"]) if consent["decided_at"] else None,
            until=moment(consent["expires_at"]).date(),
        )
    )


async def _grants(visit: Visit, bundle: str) -> tuple[Grant, ...]:
    try:
        return await grants_of(visit.services, await offers.bundle(visit.services, bundle))
    except (Away, Refusal):
        return ()


@router.post("/{consent_id:uuid}")
async def answer(visit: Visiting, consent_id: UUID) -> Response:
    visit.person()
    decision = ANSWERS.get(visit.given("answer"))
    if decision is not None:
        body = {"decision": decision}
        await visit.services.post("identity", f"/consents/{consent_id}/decision", body, once=visit.once)
    return visit.go(f"/agreements/{consent_id}")
