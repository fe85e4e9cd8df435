"""The newborn application: begun, its list of tasks, checked, handed in."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from chassis.access import public
from gateway.portal.pages import offers
from gateway.portal.pages.drafts import Application, answered, day, draft_of, next_of, open_application
from gateway.portal.pages.grants import grants_of
from gateway.portal.pages.registers import child_facts, parent_facts
from gateway.portal.pages.words import limit_of
from gateway.portal.routing import PageRoute
from gateway.portal.services import Refusal
from gateway.portal.views.apply import ApplyCheck, ApplyStart, ApplyTasks, Promise, Task
from gateway.portal.views.confirm import Confirm, Deed
from gateway.portal.views.parts import Flaw, FlawCode, Form, Money
from gateway.portal.visit import Visit, Visiting

router = APIRouter(prefix="/apply", route_class=PageRoute, dependencies=[public], include_in_schema=False)
MINUTES = 6


@router.get("/newborn")
async def show_start(visit: Visiting) -> Response:
    visit.person()
    drafts = await visit.services.get("workflow", "/applications")
    mine = next((one for one in drafts if one["bundle_code"] == "newborn"), None)
    if mine is not None:
        return visit.go(f"/apply/{mine['id']}")
    bundle = await offers.bundle(visit.services, "newborn")
    return await visit.show(
        ApplyStart(title=bundle["name"], minutes=MINUTES, form=Form("/apply/newborn"), guide_at="/life-events/newborn")
    )


@router.post("/newborn")
async def start(visit: Visiting) -> Response:
    visit.person()
    begun = await visit.services.post("workflow", "/applications", {"bundle_code": "newborn"}, once=visit.once)
    return visit.go(f"/apply/{begun['id']}")


@router.get("/{application_id:uuid}")
async def show_tasks(visit: Visiting, application_id: UUID) -> Response:
    application = await open_application(visit, str(application_id))
    if application.facts["state"] == "submitted":
        return visit.go("/cases")
    draft = draft_of(application)
    name = application.answers.get("child_name")
    return await visit.show(
        ApplyTasks(
            draft=draft,
            children=(name,) if name else (),
            minutes=MINUTES,
            kept_until=day(application.facts["kept_until"]),
            next_at=next_of(draft),
            discard_at=f"{application.at}/discard",
        )
    )


@router.get("/{application_id:uuid}/discard")
async def ask_discard(visit: Visiting, application_id: UUID) -> Response:
    application = await open_application(visit, str(application_id))
    name = application.answers.get("child_name")
    title = application.facts["title"]
    return await visit.show(
        Confirm(
            deed=Deed.DELETE_DRAFT,
            what=f"{title} · {name}" if name else title,
            form=Form(f"{application.at}/discard"),
            back_at=application.at,
        )
    )


@router.post("/{application_id:uuid}/discard")
async def discard(visit: Visiting, application_id: UUID) -> Response:
    visit.person()
    await visit.services.delete("workflow", f"/applications/{application_id}")
    return visit.go("/")


@router.get("/{application_id:uuid}/check")
async def show_check(visit: Visiting, application_id: UUID) -> Response:
    return await _check(visit, await open_application(visit, str(application_id)))


@router.post("/{application_id:uuid}/check")
async def submit(visit: Visiting, application_id: UUID) -> Response:
    application = await open_application(visit, str(application_id))
    promised = set(visit.many("promise"))
    if promised != {Promise.TRUE, Promise.GRANTS}:
        flaw = Flaw("promise", FlawCode.NOT_PROMISED)
        return await _check(visit, application, (flaw,), promise=",".join(promised))
    try:
        body = {"application_id": str(application_id)}
        case = await visit.services.post("workflow", "/cases", body, once=visit.once)
    except Refusal as refusal:
        if refusal.status == 400 or refusal.slug == "not-agreed":
            return visit.go(application.at)
        raise
    return visit.go(f"/cases/{case['case_number']}/submitted")


async def _check(visit: Visit, application: Application, flaws: tuple[Flaw, ...] = (), **given: str) -> Response:
    bundle = await offers.bundle(visit.services, application.facts["bundle_code"])
    guide = await visit.services.get("catalog", f"/bundles/{application.facts['bundle_code']}/guide")
    known = (*child_facts(application.registers, application.record), *parent_facts(application.registers))
    return await visit.show(
        ApplyCheck(
            draft=draft_of(application),
            answers=answered(application),
            known=known,
            grants=await grants_of(visit.services, bundle),
            fee=Money(guide["total_fee"]) if guide["total_fee"] else None,
            fee_note="；".join(one["note"] or one["basis"] for one in guide["fees"]) or None,
            promised=limit_of(bundle["promised_limit"]),
            form=Form(f"{application.at}/{Task.CHECK.value}", given, flaws),
            ready=not application.facts["missing"],
        )
    )
