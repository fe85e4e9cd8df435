"""Cases that cannot go on until somebody helps: seen, and tried again when the cause is mended. Those of a department are its
clerks', those that no department can mend are the operators'."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from chassis.access import public
from gateway.portal.pages.registers import moment
from gateway.portal.routing import PageRoute
from gateway.portal.services import Refusal
from gateway.portal.views.addresses import At
from gateway.portal.views.confirm import Confirm, Deed
from gateway.portal.views.frame import Flash
from gateway.portal.views.names import Branch, Reason, known
from gateway.portal.views.parts import Form, Pages, Tab
from gateway.portal.views.progress import Extent, Incident, IncidentPage, Incidents, IncidentTab, Mender
from gateway.portal.visit import Visit, Visiting


@dataclass(frozen=True)
class Place:
    here: At
    found_at: str
    """Where svc-workflow lists them."""
    enter: Callable[[Visit], object]
    mender: Mender

    async def one(self, visit: Visit, incident_id: UUID) -> Incident:
        self.enter(visit)
        return self.incident(await visit.services.get("workflow", f"{self.found_at}/{incident_id}"))

    def incident(self, one: Mapping[str, Any]) -> Incident:
        return Incident(
            case_number=one["case_number"],
            branch=known(Branch, one["branch"]) if one["branch"] else Extent.WHOLE,
            why=known(Reason, one["reason"]),
            raised_at=moment(one["raised_at"]),
            resolved_at=moment(one["resolved_at"]) if one["resolved_at"] else None,
            at=f"{self.here}/{one['id']}",
        )


def _routes(place: Place) -> APIRouter:
    router = APIRouter(prefix=place.here, route_class=PageRoute, dependencies=[public], include_in_schema=False)

    @router.get("")
    async def show_incidents(
        visit: Visiting, tab: IncidentTab = IncidentTab.OPEN, cursor: str | None = None
    ) -> Response:
        return await _show_all(place, visit, tab, cursor)

    @router.get("/{incident_id:uuid}")
    async def show_incident(visit: Visiting, incident_id: UUID) -> Response:
        incident = await place.one(visit, incident_id)
        retry_at = f"{incident.at}/retry" if incident.resolved_at is None else None
        return await visit.show(IncidentPage(incident=incident, retry_at=retry_at, back_at=place.here))

    @router.get("/{incident_id:uuid}/retry")
    async def ask_retry(visit: Visiting, incident_id: UUID) -> Response:
        return await _ask(visit, await place.one(visit, incident_id))

    @router.post("/{incident_id:uuid}/retry")
    async def retry(visit: Visiting, incident_id: UUID) -> Response:
        return await _retry(place, visit, incident_id)

    return router


async def _show_all(place: Place, visit: Visit, tab: IncidentTab, cursor: str | None) -> Response:
    place.enter(visit)
    is_resolved = tab is IncidentTab.RESOLVED
    page = await visit.services.get("workflow", place.found_at, resolved=is_resolved, cursor=cursor)
    more = {"tab": tab.value, "cursor": page["next_cursor"]}
    return await visit.show(
        Incidents(
            mender=place.mender,
            tabs=tuple(Tab(one, f"{place.here}?tab={one.value}", None, one is tab) for one in IncidentTab),
            lines=tuple(place.incident(one) for one in page["items"]),
            pages=Pages(next_at=f"{place.here}?{urlencode(more)}" if page["next_cursor"] else None),
        )
    )


async def _ask(visit: Visit, incident: Incident) -> Response:
    if incident.resolved_at is not None:
        return visit.go(incident.at)
    form = Form(f"{incident.at}/retry")
    return await visit.show(Confirm(deed=Deed.RETRY_STEP, what=incident.case_number, form=form, back_at=incident.at))


async def _retry(place: Place, visit: Visit, incident_id: UUID) -> Response:
    place.enter(visit)
    at = f"{place.here}/{incident_id}"
    try:
        await visit.services.post("workflow", f"{place.found_at}/{incident_id}/retry", once=visit.once)
    except Refusal as refusal:
        if refusal.slug != "incident-resolved":
            raise
        return visit.go(at)
    return visit.go(at, Flash.STEP_RETRIED)


router = APIRouter()
router.include_router(_routes(Place(At.INCIDENTS, "/incidents", Visit.clerk, Mender.CLERK)))
router.include_router(_routes(Place(At.STUCK_CASES, "/stuck-cases", Visit.operator, Mender.OPERATOR)))
