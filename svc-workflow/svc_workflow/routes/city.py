"""URLs of what the city configures."""

from typing import Annotated

from fastapi import APIRouter, Path

from chassis.access import Caller, public, requires
from chassis.database import Session
from chassis.problems import problems
from chassis.routing import TransactionalRoute
from contracts.claims import Kind
from svc_workflow.schemas.city import CalendarBody, CalendarOut, OfficeBody, OfficeKind, OfficeOut, PlaceBody, PlaceOut
from svc_workflow.use_cases import city

router = APIRouter(tags=["city"], route_class=TransactionalRoute)
CalendarKeeper = Annotated[Caller, requires("workflow:calendar:write", kinds=(Kind.CLIENT,))]
PlaceKeeper = Annotated[Caller, requires("workflow:place:write", kinds=(Kind.CLIENT,))]
Year = Annotated[int, Path(ge=2000, le=2200)]
OfficeCode = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9-]{1,40}$", description="As the offices' own department knows it")
]
Division = Annotated[str, Path(pattern=r"^[0-9]{6}$", description="GB/T 2260")]


@router.put("/calendars/{year}", summary="Load a year's calendar", responses=problems())
async def put_calendar(year: Year, body: CalendarBody, keeper: CalendarKeeper, session: Session) -> CalendarOut:
    """Limits that are counted from now on use it; due dates that were told stay as they are."""
    return CalendarOut.model_validate(await city.put_calendar(session, year, body))


@router.put("/places/{division}", summary="Say what differs in a division", responses=problems())
async def put_place(division: Division, body: PlaceBody, keeper: PlaceKeeper, session: Session) -> PlaceOut:
    """A place of medical insurance can be chosen only when it is known here."""
    return PlaceOut.model_validate(await city.put_place(session, division, body))


@router.get("/places", dependencies=[public], summary="Divisions of the city", responses=problems())
async def list_places(session: Session) -> list[PlaceOut]:
    """Where one can be insured, and when insurance begins there."""
    return [PlaceOut.model_validate(place) for place in await city.places(session)]


@router.put("/offices/{kind}/{code}", summary="Say that an office can be chosen", responses=problems())
async def put_office(
    kind: OfficeKind, code: OfficeCode, body: OfficeBody, keeper: PlaceKeeper, session: Session
) -> OfficeOut:
    """Clinics and banks, by the field of the form that they answer."""
    return OfficeOut.model_validate(await city.put_office(session, kind, code, body))


@router.get("/offices", dependencies=[public], summary="Offices to choose from", responses=problems())
async def list_offices(session: Session) -> list[OfficeOut]:
    """Clinics and banks of the city; closed ones are told too, since earlier answers may name them."""
    return [OfficeOut.model_validate(office) for office in await city.offices(session)]
