"""Work that calls the carrier and the payment provider."""

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.jobs import Job, Jobs
from chassis.runtime import Runtime
from svc_logistics import clients, rules, statements
from svc_logistics.models import Parcel, Payment
from svc_logistics.schemas import CarrierCallback, PaymentCallback
from svc_logistics.settings import LogisticsSettings
from svc_logistics.use_cases import bills, parcels

HANDFUL = 50


class OrderWaybill(Job):
    """Give a parcel to the carrier; its reference for us is the parcel's id, so twice is once."""

    kind: ClassVar = "logistics.waybill.order"
    attempts: ClassVar = 12
    parcel_id: UUID

    async def prepare(self, session: AsyncSession) -> dict[str, Any] | None:
        row = (await session.execute(statements.ORDER, {"parcel": self.parcel_id})).one()
        if row.cancelled_at is not None or row.waybill_no is not None:
            return None
        home = {"name": row.recipient, "phone": row.phone, "address": f"{row.division} {row.street}"}
        desk = {"name": row.office, "phone": row.office_phone, "address": row.office_street}
        pickup, delivery = (home, desk) if row.direction == "in" else (desk, home)
        return {"parcel_reference": str(row.id), "pickup": pickup, "delivery": delivery, "handover": row.handover}

    async def call(self, runtime: Runtime, plan: dict[str, Any]) -> str:
        order = {**plan, "callback_url": clients.settings_of(runtime).callback_url("carrier")}
        return str((await clients.carrier(runtime, "POST", "/waybills", order))["waybill_no"])

    async def finish(self, session: AsyncSession, answer: str) -> None:
        await parcels.ordered(session, self.parcel_id, answer)

    async def give_up(self, session: AsyncSession, reason: str) -> None:
        await parcels.not_ordered(session, self.parcel_id, reason)


class CreatePayment(Job):
    """Make a payment known to the provider, which then says where to pay."""

    kind: ClassVar = "logistics.payment.create"
    payment_id: UUID

    async def prepare(self, session: AsyncSession) -> dict[str, Any] | None:
        row = (await session.execute(statements.TO_PAY, {"payment": self.payment_id})).one()
        if row.provider_no is not None:
            return None
        bill = str(row.bill_id)
        return {"bill_reference": str(self.payment_id), "amount": row.amount, "subject": row.kind, "bill": bill}

    async def call(self, runtime: Runtime, plan: dict[str, Any]) -> dict[str, Any]:
        settings = clients.settings_of(runtime)
        bill = plan.pop("bill")
        urls = {"callback_url": settings.callback_url("payment"), "return_url": f"{settings.issuer}/bills/{bill}"}
        return await clients.provider(runtime, "POST", "/payments", {**plan, **urls})

    async def finish(self, session: AsyncSession, answer: dict[str, Any]) -> None:
        await bills.created(session, self.payment_id, str(answer["payment_no"]), str(answer["pay_url"]))

    async def give_up(self, session: AsyncSession, reason: str) -> None:
        payment = await session.get_one(Payment, self.payment_id, with_for_update=True)
        payment.state = "failed"


class AskCarrier(Job):
    """Callbacks may stay away: ask for the whole track of parcels nobody has heard of for a while."""

    kind: ClassVar = "logistics.carrier.ask"
    every: ClassVar = timedelta(seconds=30)

    async def prepare(self, session: AsyncSession) -> list[str] | None:
        quiet = Parcel.state_at < datetime.now(UTC) - timedelta(seconds=LogisticsSettings().poll_after)
        under_way = Parcel.waybill_no.is_not(None) & Parcel.arrived_at.is_(None) & Parcel.cancelled_at.is_(None)
        ended = Parcel.state.in_(list(rules.ENDED))
        query = select(Parcel.waybill_no).where(quiet, under_way, ~ended).order_by(Parcel.state_at).limit(HANDFUL)
        return [number for number in await session.scalars(query) if number] or None

    async def call(self, runtime: Runtime, plan: list[str]) -> list[CarrierCallback]:
        codes = []
        for number in plan:
            answer = await clients.carrier(runtime, "GET", f"/waybills/{number}")
            known = {"waybill_no": number, "parcel_reference": answer["parcel_reference"]}
            codes += [CarrierCallback.model_validate({**known, **event}) for event in answer["track"]]
        return codes

    async def finish(self, session: AsyncSession, answer: list[CarrierCallback]) -> None:
        for callback in answer:
            await parcels.report(session, LogisticsSettings().carrier_codes, callback)


class AskProvider(Job):
    """The same for payments: a lost callback must not leave a paid bill open."""

    kind: ClassVar = "logistics.provider.ask"
    every: ClassVar = timedelta(seconds=30)

    async def prepare(self, session: AsyncSession) -> list[str] | None:
        old = Payment.created_at < datetime.now(UTC) - timedelta(seconds=LogisticsSettings().poll_after)
        recent = Payment.created_at > datetime.now(UTC) - timedelta(days=2)
        query = select(Payment.provider_no).where(Payment.state == "waiting", old, recent).limit(HANDFUL)
        return [number for number in await session.scalars(query) if number] or None

    async def call(self, runtime: Runtime, plan: list[str]) -> list[PaymentCallback]:
        answers = [await clients.provider(runtime, "GET", f"/payments/{number}") for number in plan]
        return [
            PaymentCallback(
                event_id=f"asked-{answer['payment_no']}",
                payment_no=answer["payment_no"],
                amount=answer["amount"],
                state="paid",
            )
            for answer in answers
            if answer["state"] == "paid"
        ]

    async def finish(self, session: AsyncSession, answer: list[PaymentCallback]) -> None:
        for callback in answer:
            await bills.report(session, callback)


jobs = Jobs(OrderWaybill, CreatePayment, AskCarrier, AskProvider)
