"""What the city configures: calendars and places."""

import logging
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.problems import InvalidInput
from svc_workflow import clock
from svc_workflow.models import CalendarYear, Office, Place
from svc_workflow.schemas.city import CalendarBody, OfficeBody, PlaceBody

logger = logging.getLogger(__name__)
AHEAD = timedelta(days=90)


async def put_calendar(session: AsyncSession, year: int, body: CalendarBody) -> CalendarYear:
    for name, days in (("holidays", body.holidays), ("make_up_days", body.make_up_days)):
        for place, day in enumerate(days):
            if day.year != year:
                raise InvalidInput.at(f"#/{name}/{place}", "other-year", f"Not a day of {year}")
    values = {
        "holidays": [day.isoformat() for day in sorted(set(body.holidays))],
        "make_up_days": [day.isoformat() for day in sorted(set(body.make_up_days))],
        "changed_at": clock.now(),
    }
    row = insert(CalendarYear).values(year=year, **values)
    put = row.on_conflict_do_update(index_elements=["year"], set_=values).returning(CalendarYear)
    return (await session.execute(put, execution_options={"populate_existing": True})).scalar_one()


async def check_calendars(session: AsyncSession) -> None:
    """At start: say loudly when limits of new cases could end beyond the loaded years."""
    loaded = set((await session.execute(select(CalendarYear.year))).scalars())
    today = clock.day_of(clock.now())
    missing = sorted({today.year, (today + AHEAD).year} - loaded)
    if missing:
        logger.error("calendars are missing; cases will be refused", extra={"years": missing})


async def put_place(session: AsyncSession, division: str, body: PlaceBody) -> Place:
    values = body.model_dump()
    row = insert(Place).values(division=division, **values)
    put = row.on_conflict_do_update(index_elements=["division"], set_=values).returning(Place)
    return (await session.execute(put, execution_options={"populate_existing": True})).scalar_one()


async def put_office(session: AsyncSession, kind: str, code: str, body: OfficeBody) -> Office:
    values = body.model_dump()
    row = insert(Office).values(kind=kind, code=code, **values)
    put = row.on_conflict_do_update(index_elements=["kind", "code"], set_=values).returning(Office)
    return (await session.execute(put, execution_options={"populate_existing": True})).scalar_one()


async def offices(session: AsyncSession) -> list[Office]:
    return list((await session.execute(select(Office).order_by(Office.kind, Office.code))).scalars())


async def places(session: AsyncSession) -> list[Place]:
    return list((await session.execute(select(Place).order_by(Place.division))).scalars())
