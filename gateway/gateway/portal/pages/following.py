"""What an open page follows: a case until it is closed, an application until every register has answered."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from chassis.access import public
from gateway.portal.live import Seen, follow, mark_of
from gateway.portal.pages.cases import read_case, shown_of
from gateway.portal.services import Services

router = APIRouter(dependencies=[public], include_in_schema=False)


@router.get("/cases/{number}/events")
async def follow_case(request: Request, number: str, seen: str = "") -> StreamingResponse:
    async def look(services: Services) -> Seen:
        case = await read_case(services, number)
        return Seen(mark_of(await shown_of(services, case)), case["closed_at"] is not None)

    return await follow(request, look, seen)


@router.get("/apply/{application_id:uuid}/events")
async def follow_registers(request: Request, application_id: UUID, seen: str = "") -> StreamingResponse:
    async def look(services: Services) -> Seen:
        prefills = (await services.get("workflow", f"/applications/{application_id}"))["prefills"]
        states = [one["state"] for one in prefills]
        return Seen(mark_of(states), "waiting" not in states)

    return await follow(request, look, seen)
