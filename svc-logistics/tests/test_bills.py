"""Bills: paid once, on the provider's word only."""

import json
import time
from uuid import UUID

import pytest

from chassis.identifiers import new_id
from chassis.testing import ServiceUnderTest
from contracts.events.logistics import BillCancelled, BillIssued, BillPaid, LogisticsStepAnswered
from contracts.events.workflow import StepCancelled, StepRequested
from contracts.steps import Capability, Outcome
from svc_logistics import rules
from svc_logistics.use_cases import bills

from .conftest import PAYMENT_SECRET
from .test_parcels import MOTHER, mother


def step(amount: object = 40000) -> StepRequested:
    return StepRequested(
        request_id=new_id(),
        case_id=new_id(),
        case_number="440199-2026-000001",
        applicant_id=MOTHER,
        capability=Capability.LOGISTICS_BILL,
        purpose="newborn/medical-insurance",
        arguments={"kind": "insurance-premium", "amount": amount, "reference": "B1", "payer": str(MOTHER)},
    )


async def issued(service: ServiceUnderTest) -> UUID:
    await service.receive(step())
    return (await service.published(BillIssued))[-1].bill_id


async def waiting(service: ServiceUnderTest, bill: UUID, number: str = "ZF1") -> str:
    """A payment the provider has taken on; its id."""
    payment = (await mother(service).post(f"/bills/{bill}/payments")).json()["id"]
    async with service.session() as session:
        await bills.created(session, UUID(payment), number, "http://pay.example/1")
    return payment


async def tell(
    service: ServiceUnderTest,
    event: str = "p1",
    *,
    number: str = "ZF1",
    amount: int = 40000,
    secret: str = PAYMENT_SECRET,
):
    body = json.dumps({"event_id": event, "payment_no": number, "amount": amount, "state": "paid"}).encode()
    at = str(int(time.time()))
    signed = rules.signature(secret, at, "POST", "/callbacks/payment", body=body)
    headers = {"x-pay-timestamp": at, "x-pay-signature": signed}
    return await service.http.post("/callbacks/payment", content=body, headers=headers)


async def state(service: ServiceUnderTest, path: str) -> str:
    return (await mother(service).get(path)).json()["state"]


async def test_a_bill_is_issued_and_answered_once(service):
    asked = step()
    await service.receive(asked)
    await service.receive(asked.model_copy())

    [event] = await service.published(BillIssued)
    [answer] = await service.published(LogisticsStepAnswered)
    assert (event.amount, answer.outcome, answer.result) == (40000, Outcome.DONE, {"bill_id": str(event.bill_id)})


@pytest.mark.parametrize("amount", [-1, "much", None])
async def test_a_malformed_bill_is_answered(service, amount):
    await service.receive(step(amount))

    assert [answer.reason for answer in await service.published(LogisticsStepAnswered)] == ["bill-malformed"]


async def test_a_bill_is_paid_once_however_often_it_is_reported(service):
    bill = await issued(service)
    payment = await waiting(service, bill)

    for event in ("p1", "p1", "p2"):
        assert (await tell(service, event)).status_code == 204

    assert (await state(service, f"/bills/{bill}"), await state(service, f"/payments/{payment}")) == ("paid", "paid")
    assert len(await service.published(BillPaid)) == 1
    assert (await mother(service).post(f"/bills/{bill}/payments")).status_code == 409


async def test_a_report_that_overtakes_our_own_commit_settles(service):
    bill = await issued(service)
    await tell(service)

    await waiting(service, bill)

    assert await state(service, f"/bills/{bill}") == "paid"


async def test_another_amount_asks_for_a_refund(service):
    bill = await issued(service)
    payment = await waiting(service, bill)

    await tell(service, amount=1)

    assert (await state(service, f"/bills/{bill}"), await state(service, f"/payments/{payment}")) == (
        "open",
        "refund-needed",
    )
    assert await service.published(BillPaid) == []


async def test_a_cancelled_bill_is_not_paid(service):
    asked = step()
    await service.receive(asked)
    bill = (await service.published(BillIssued))[-1].bill_id
    payment = await waiting(service, bill)
    await service.receive(
        StepCancelled(request_id=asked.request_id, case_id=asked.case_id, capability=asked.capability)
    )

    await tell(service)

    assert (await state(service, f"/bills/{bill}"), await state(service, f"/payments/{payment}")) == (
        "cancelled",
        "refund-needed",
    )
    assert len(await service.published(BillCancelled)) == 1


async def test_a_forged_report_is_refused(service):
    bill = await issued(service)
    await waiting(service, bill)

    assert (await tell(service, secret="guess")).status_code == 401
    assert await state(service, f"/bills/{bill}") == "open"


async def test_starting_twice_is_one_payment(service):
    bill = await issued(service)

    first = (await mother(service).post(f"/bills/{bill}/payments")).json()
    assert (await mother(service).post(f"/bills/{bill}/payments")).json() == first


async def test_nobody_pays_or_sees_a_strangers_bill(service):
    bill = await issued(service)
    payment = await waiting(service, bill)
    stranger = mother(service, new_id())

    assert (await stranger.get(f"/bills/{bill}")).status_code == 404
    assert (await stranger.post(f"/bills/{bill}/payments")).status_code == 404
    assert (await stranger.get(f"/payments/{payment}")).status_code == 404
