"""Bills, payments, and the provider's callbacks."""

import time
from typing import Annotated, cast
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response, status
from pydantic import ValidationError
from sqlalchemy import select

from chassis.access import Caller, public, requires
from chassis.database import Session
from chassis.jobs import enqueue
from chassis.paging import DEFAULT as PAGE
from chassis.paging import PageQuery, page_of
from chassis.problems import InvalidInput, NotFound, problems
from chassis.runtime import runtime_of
from contracts.claims import Kind
from contracts.paging import Page
from svc_logistics import rules
from svc_logistics.errors import BadSignature, BillNotOpen
from svc_logistics.jobs import CreatePayment
from svc_logistics.models import Bill, Payment
from svc_logistics.routes.short import ShortRoute, allowed, page, short_way
from svc_logistics.schemas import BillOut, PaymentCallback, PaymentOut
from svc_logistics.settings import LogisticsSettings
from svc_logistics.use_cases import bills

router = APIRouter(tags=["bills"], route_class=ShortRoute)
Reader = Annotated[Caller, requires("logistics:bill:read", kinds=(Kind.PERSON,))]
Payer = Annotated[Caller, requires("logistics:bill:pay", kinds=(Kind.PERSON,))]
_NEWEST = """
    select id, case_id, case_number, kind, amount, state, issued_at, paid_at
    from bill where payer_id = $1 order by id desc limit $2
"""


async def _first_page(request: Request) -> Response | None:
    caller = await allowed(request, Reader)
    if caller is None:
        return None
    async with runtime_of(request).bare.use() as connection:
        rows = await connection.fetch(_NEWEST, caller.person_id, PAGE + 1)
    return None if len(rows) > PAGE else page(rows)


@router.get("/bills", summary="One's own bills", responses=problems())
@short_way(_first_page)
async def list_bills(reader: Reader, session: Session, paging: PageQuery) -> Page[BillOut]:
    """Newest first."""
    mine = select(Bill).where(Bill.payer_id == reader.person_id)
    rows, cursor = await page_of(session, mine, [Bill.id], paging)
    return Page(items=[BillOut.model_validate(row) for row in rows], next_cursor=cursor)


@router.get("/bills/{bill_id}", summary="One bill", responses=problems(NotFound))
async def read_bill(bill_id: UUID, reader: Reader, session: Session) -> BillOut:
    """Only the payer's own."""
    bill = await session.get(Bill, bill_id)
    if bill is None or bill.payer_id != reader.person_id:
        raise NotFound()
    return BillOut.model_validate(bill)


@router.post(
    "/bills/{bill_id}/payments",
    status_code=status.HTTP_201_CREATED,
    summary="Start to pay a bill",
    responses=problems(NotFound, BillNotOpen),
)
async def pay_bill(bill_id: UUID, payer: Payer, session: Session) -> PaymentOut:
    """Ask `GET /payments/{id}` for `pay_url` a moment later. A payment that is still waiting is answered again."""
    payment = await bills.start_payment(session, payer.person_id, bill_id)
    await session.flush()
    await enqueue(session, CreatePayment(payment_id=payment.id), key=str(payment.id))
    return PaymentOut.model_validate(payment)


@router.get("/payments/{payment_id}", summary="One payment", responses=problems(NotFound))
async def read_payment(payment_id: UUID, reader: Reader, session: Session) -> PaymentOut:
    """`waiting` with `pay_url`, then `paid` once the provider has confirmed it."""
    query = select(Payment).join(Bill, Bill.id == Payment.bill_id)
    mine = query.where(Payment.id == payment_id, Bill.payer_id == reader.person_id)
    payment = (await session.execute(mine)).scalar_one_or_none()
    if payment is None:
        raise NotFound()
    return PaymentOut.model_validate(payment)


@router.post(
    "/callbacks/payment",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="The payment provider reports",
    dependencies=[public],
    responses=problems(BadSignature),
)
async def take_payment_report(
    request: Request,
    session: Session,
    timestamp: Annotated[
        str, Header(alias="X-Pay-Timestamp", max_length=20, description="Unix time of signing, in seconds")
    ] = "",
    signature: Annotated[
        str | None, Header(alias="X-Pay-Signature", max_length=71, description="`sha256=` and the HMAC in hexadecimal")
    ] = None,
) -> None:
    """Signed by HMAC-SHA256 over `<timestamp>.POST.<path>.<raw body>`. A bill is settled once, however often it is reported."""
    settings = cast(LogisticsSettings, runtime_of(request).settings)
    body = await request.body()
    secret = settings.payment_secret.get_secret_value()
    signed = rules.is_signed(signature, secret, timestamp, "POST", request.url.path, body=body)
    if not signed or not rules.is_recent(timestamp, time.time(), settings.callback_age):
        raise BadSignature()
    try:
        callback = PaymentCallback.model_validate_json(body)
    except ValidationError:
        raise InvalidInput("Not a provider's report") from None
    await bills.report(session, callback)
