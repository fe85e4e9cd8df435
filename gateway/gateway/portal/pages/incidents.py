"""Cases that cannot go on until a clerk helps: seen, and tried again when the cause is mended."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from chassis.access import public
from gateway.portal.pages.registers import moment
from gateway.portal.routing import PageRoute
from gateway.portal.services import Refusal
from gateway.portal.views.codes import BranchState
from gateway.portal.views.confirm import Confirm, Deed
from gateway.portal.views.frame import Flash
from gateway.portal.views.names import Branch, Reason, known
from gateway.portal.views.parts import Form, Pages, Tab
from gateway.portal.views.progress import Incident, IncidentPage, Incidents, IncidentTab
from gateway.portal.visit import Visit, Visiting

router = APIRouter(prefix="/staff/incidents", route_class=PageRoute, dependencies=[public], include_in_schema=False)
HERE = "/staff/incidents"


@router.get("")
async def show_incidents(visit: Visiting, tab: IncidentTab = IncidentTab.OPEN, cursor: str | None = None) -> Response:
    visit.clerk()
    is_resolved = tab is IncidentTab.RESOLVED
    page = await visit.services.get("workflow", "/incidents", resolved=is_resolved, cursor=cursor)
    more = {"tab": tab.value, "cursor": page["next_cursor"]}
    return await visit.show(
        Incidents(
            tabs=tuple(Tab(one, f"{HERE}?tab={one.value}", None, one is tab) for one in IncidentTab),
            lines=tuple(_incident(one) for one in page["items"]),
            pages=Pages(next_at=f"{HERE}?{urlencode(more)}" if page["next_cursor"] else None),
        )
    )


def _incident(one: Mapping[str, Any]) -> Incident:
    return Incident(
        case_number=one["case_number"],
        branch=known(Branch, one["branch"]) if one["branch"] else BranchState.CANNOT_GO_ON,
        why=known(Reason, one["reason"]),
        raised_at=moment(one["raised_at"]),
        resolved_at=moment(one["resolved_at"]) if one["resolved_at"] else None,
        at=f"{HERE}/{one['id']}",
    )


async def _found(visit: Visit, incident_id: UUID) -> Incident:
    visit.clerk()
    return _incident(await visit.services.get("workflow", f"/incidents/{incident_id}"))


@router.get("/{incident_id:uuid}")
async def show_incident(visit: Visiting, incident_id: UUID) -> Response:
    incident = await _found(visit, incident_id)
    retry_at = f"{incident.at}/retry" if incident.resolved_at is None else None
    return await visit.show(IncidentPage(incident=incident, retry_at=retry_at))


@router.get("/{incident_id:uuid}/retry")
async def ask_retry(visit: Visiting, incident_id: UUID) -> Response:
    incident = await _found(visit, incident_id)
    if incident.resolved_at is not None:
        return visit.go(incident.at)
    form = Form(f"{incident.at}/retry")
    return await visit.show(Confirm(deed=Deed.RETRY_STEP, what=incident.case_number, form=form, back_at=incident.at))


@router.post("/{incident_id:uuid}/retry")
async def retry(visit: Visiting, incident_id: UUID) -> Response:
    visit.clerk()
    try:
        await visit.services.post("workflow", f"/incidents/{incident_id}/retry", once=visit.once)
    except Refusal as refusal:
        if refusal.slug != "incident-resolved":
            raise
        return visit.go(f"{HERE}/{incident_id}")
    return visit.go(f"{HERE}/{incident_id}", Flash.STEP_RETRIED)
