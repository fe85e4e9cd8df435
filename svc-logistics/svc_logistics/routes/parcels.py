"""Parcels, pick-up, and the carrier's callbacks."""

import time
from typing import Annotated, cast
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response, status
from pydantic import ValidationError
from sqlalchemy import select

from chassis.access import Caller, public, requires
from chassis.database import Session
from chassis.paging import PageQuery, page_of
from chassis.problems import InvalidInput, NotFound, Problem, problems
from chassis.runtime import runtime_of
from chassis.shortcuts import header
from contracts.claims import Kind
from contracts.paging import Page
from svc_logistics import carrier_reports, rules
from svc_logistics.errors import BadSignature, CodeUnknown, ParcelNotThere
from svc_logistics.models import CarrierReport, Hall, Parcel
from svc_logistics.routes.short import ShortRoute, short_way
from svc_logistics.schemas import CarrierCallback, HallOut, ParcelDetailOut, ParcelOut, PickUpIn, TrackOut
from svc_logistics.settings import LogisticsSettings
from svc_logistics.use_cases import parcels

_NUL = b"\\u0000"
router = APIRouter(tags=["parcels"], route_class=ShortRoute)
Recipient = Annotated[Caller, requires("logistics:parcel:read", kinds=(Kind.PERSON,))]
Clerk = Annotated[Caller, requires("logistics:parcel:receive", kinds=(Kind.STAFF,))]


@router.get("/parcels", summary="One's own parcels", responses=problems())
async def list_parcels(recipient: Recipient, session: Session, paging: PageQuery) -> Page[ParcelOut]:
    """Newest first, both ways."""
    mine = select(Parcel).where(Parcel.person_id == recipient.person_id)
    rows, cursor = await page_of(session, mine, [Parcel.id], paging)
    return Page(items=[ParcelOut.model_validate(row) for row in rows], next_cursor=cursor)


@router.get("/parcels/{parcel_id}", summary="One parcel with its track", responses=problems(NotFound))
async def read_parcel(parcel_id: UUID, recipient: Recipient, request: Request, session: Session) -> ParcelDetailOut:
    """The pick-up code is shown here and nowhere else."""
    parcel = await session.get(Parcel, parcel_id)
    if parcel is None or parcel.person_id != recipient.person_id:
        raise NotFound()
    carrier = cast(LogisticsSettings, runtime_of(request).settings).carrier_codes
    reports = select(CarrierReport).where(CarrierReport.parcel_id == parcel.id).order_by(CarrierReport.sequence)
    track = [
        TrackOut(state=rules.meaning(carrier, row.code), code=row.code, at=row.at)
        for row in await session.scalars(reports)
    ]
    hall = await session.get(Hall, parcel.hall_code) if parcel.hall_code else None
    return ParcelDetailOut(
        **ParcelOut.model_validate(parcel).model_dump(),
        track=track,
        pick_up_code=parcel.pick_up_code,
        hall=HallOut.model_validate(hall) if hall else None,
    )


@router.get("/inbound-parcels", summary="Parcels under way to one's department", responses=problems())
async def list_inbound_parcels(clerk: Clerk, session: Session, paging: PageQuery) -> Page[ParcelOut]:
    """What people send in; not yet received."""
    coming = select(Parcel).where(
        Parcel.department == clerk.department,
        Parcel.direction == "in",
        Parcel.arrived_at.is_(None),
        Parcel.cancelled_at.is_(None),
    )
    rows, cursor = await page_of(session, coming, [Parcel.id], paging)
    return Page(items=[ParcelOut.model_validate(row) for row in rows], next_cursor=cursor)


@router.post(
    "/parcels/{parcel_id}/receipt", summary="Confirm an inbound parcel", responses=problems(NotFound, ParcelNotThere)
)
async def receive_parcel(parcel_id: UUID, clerk: Clerk, session: Session) -> ParcelOut:
    """It lies on the department's table."""
    return ParcelOut.model_validate(await parcels.receive(session, parcel_id, clerk.department))


@router.post("/pick-ups", summary="Hand a parcel out against its code", responses=problems(CodeUnknown))
async def hand_out_parcel(body: PickUpIn, clerk: Clerk, session: Session) -> ParcelOut:
    """The code opens one parcel, once."""
    return ParcelOut.model_validate(await parcels.hand_out(session, body.code))


async def _at_once(request: Request) -> Response | None:
    settings = cast(LogisticsSettings, runtime_of(request).settings)
    timestamp, signature = (
        header(request.scope, name).decode("latin-1") for name in (b"x-carrier-timestamp", b"x-carrier-signature")
    )
    body = await request.body()
    if _NUL in body:
        return None
    try:
        callback = _believed(settings, body, timestamp, signature)
    except Problem:
        return None
    done = await carrier_reports.take(runtime_of(request), settings.carrier_codes, callback)
    return Response(status_code=status.HTTP_204_NO_CONTENT) if done else None


def _believed(settings: LogisticsSettings, body: bytes, timestamp: str, signature: str | None) -> CarrierCallback:
    secret = settings.carrier_secret.get_secret_value()
    if not rules.is_signed(signature, secret, timestamp, body=body) or not rules.is_recent(
        timestamp, time.time(), settings.callback_age
    ):
        raise BadSignature()
    try:
        return CarrierCallback.model_validate_json(body)
    except ValidationError:
        raise InvalidInput("Not a carrier's report") from None


@router.post(
    "/callbacks/carrier",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="The carrier reports a state",
    dependencies=[public],
    responses=problems(BadSignature),
)
@short_way(_at_once)
async def take_carrier_report(
    request: Request,
    session: Session,
    timestamp: Annotated[
        str, Header(alias="X-Carrier-Timestamp", max_length=20, description="Unix time of signing, in seconds")
    ] = "",
    signature: Annotated[
        str | None,
        Header(alias="X-Carrier-Signature", max_length=71, description="`sha256=` and the HMAC in hexadecimal"),
    ] = None,
) -> None:
    """Signed by HMAC-SHA256 over `<timestamp>.<raw body>`. Twice, late and out of order are all welcome."""
    settings = cast(LogisticsSettings, runtime_of(request).settings)
    callback = _believed(settings, await request.body(), timestamp, signature)
    await parcels.report(session, settings.carrier_codes, callback)
