"""Bills: issued for a case, paid through the provider, confirmed by its signature only."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.identifiers import new_id
from chassis.outbox import emit
from chassis.problems import NotFound
from contracts.events.logistics import BillCancelled, BillIssued, BillPaid, LogisticsStepAnswered
from contracts.events.workflow import StepRequested
from contracts.steps import Outcome
from svc_logistics import statements
from svc_logistics.errors import BillNotOpen
from svc_logistics.models import Bill, Payment
from svc_logistics.schemas import PaymentCallback

OPEN, PAID, CANCELLED = "open", "paid", "cancelled"


async def request(session: AsyncSession, step: StepRequested) -> None:
    """Issue a bill for a case; the same request again changes nothing."""
    asked = step.arguments
    amount = asked.get("amount")
    if not isinstance(amount, int) or amount < 0 or not asked.get("payer"):
        refused = {"request_id": step.request_id, "case_id": step.case_id, "reason": "bill-malformed"}
        emit(session, LogisticsStepAnswered(outcome=Outcome.FAILED, **refused))
        return
    bill = Bill(
        id=new_id(),
        request_id=step.request_id,
        case_id=step.case_id,
        case_number=step.case_number,
        payer_id=UUID(str(asked["payer"])),
        kind=str(asked.get("kind")),
        reference=str(asked.get("reference") or step.request_id),
        amount=amount,
        state=OPEN,
    )
    row = {name: getattr(bill, name) for name in statements.BILL_COLUMNS}
    if (await session.execute(statements.NEW_BILL, row)).scalar() is not None:
        answered = LogisticsStepAnswered(
            request_id=bill.request_id, case_id=bill.case_id, outcome=Outcome.DONE, result={"bill_id": str(bill.id)}
        )
        emit(session, BillIssued(**facts(bill), kind=bill.kind, amount=bill.amount), answered)


async def start_payment(session: AsyncSession, person: UUID, bill_id: UUID) -> Payment:
    bill = await session.get(Bill, bill_id, with_for_update=True)
    if bill is None or bill.payer_id != person:
        raise NotFound()
    if bill.state != OPEN:
        raise BillNotOpen(state=bill.state)
    payment = (await session.execute(statements.UNPAID, {"bill": bill.id})).scalars().first()
    if payment is None:
        payment = Payment(
            id=new_id(), bill_id=bill.id, amount=bill.amount, state="requested", created_at=datetime.now(UTC)
        )
        session.add(payment)
    return payment


async def created(session: AsyncSession, payment_id: UUID, provider_no: str, pay_url: str) -> None:
    """The provider knows the payment and says where to pay."""
    payment = await session.get_one(Payment, payment_id, with_for_update=True)
    payment.provider_no, payment.pay_url = provider_no, pay_url
    if payment.state == "requested":
        payment.state = "waiting"
    early = await session.scalar(statements.SAID_PAID, {"number": provider_no})
    if early is not None:
        _settle(session, payment, await session.get_one(Bill, payment.bill_id, with_for_update=True), early)


async def report(session: AsyncSession, callback: PaymentCallback) -> None:
    """Keep what the provider said, and settle the bill once."""
    kept = {
        "event_id": callback.event_id,
        "provider_no": callback.payment_no,
        "state": callback.state,
        "amount": callback.amount,
    }
    await session.execute(statements.NEW_PAYMENT_REPORT, kept)
    same = (await session.execute(statements.SAME_PAYMENT, {"number": callback.payment_no})).one_or_none()
    if same is not None and callback.state == PAID:
        payment, bill = same
        _settle(session, payment, bill, callback.amount)


def _settle(session: AsyncSession, payment: Payment, bill: Bill, amount: int) -> None:
    """Money came in, for a bill that is locked. For one that is closed, or another amount, a person must send it back:
    `refund-needed`."""
    if payment.settled_at is not None:
        return
    payment.settled_at = datetime.now(UTC)
    if bill.state != OPEN or amount != bill.amount:
        payment.state = "refund-needed"
        return
    payment.state = PAID
    bill.state, bill.paid_at = PAID, payment.settled_at
    emit(session, BillPaid(**facts(bill), payment_id=payment.id, amount=amount))


async def cancel(session: AsyncSession, request_id: UUID) -> None:
    """Nothing is to be paid any more, unless it was paid."""
    bill = (
        await session.execute(select(Bill).where(Bill.request_id == request_id).with_for_update())
    ).scalar_one_or_none()
    if bill is not None and bill.state == OPEN:
        bill.state = CANCELLED
        emit(session, BillCancelled(**facts(bill)))


def facts(bill: Bill) -> dict[str, Any]:
    return {"bill_id": bill.id, "case_id": bill.case_id, "request_id": bill.request_id, "payer_id": bill.payer_id}
