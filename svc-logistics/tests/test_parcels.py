"""Parcels: ordered, reported twice, late and out of order, handed out by code."""

import json
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from chassis.identifiers import new_id
from chassis.testing import ServiceUnderTest
from contracts.events.logistics import LogisticsStepAnswered, ParcelDelivered, ParcelMoved, ParcelState
from contracts.events.workflow import StepCancelled, StepRequested
from contracts.steps import Capability, Outcome
from svc_logistics import rules
from svc_logistics.models import AddressUse, CarrierReport, Parcel
from svc_logistics.rules import Place, Report
from svc_logistics.use_cases import parcels

from .conftest import CARRIER_SECRET

POLICE = "11440199MB2D00010X"
MOTHER = UUID("018f0000-0000-7000-8000-000000000001")
START = datetime(2026, 3, 5, 9, tzinfo=UTC)
HOME = {"recipient": "李晓雯", "phone": "13900000001", "division": "440196", "street": "听雨巷 7 号 2 栋 301"}


def mother(service: ServiceUnderTest, person: UUID = MOTHER):
    scopes = ("logistics:address:write", "logistics:parcel:read", "logistics:bill:read", "logistics:bill:pay")
    return service.as_person(person, *scopes)


def clerk(service: ServiceUnderTest, department: str = POLICE):
    return service.as_staff("logistics:parcel:receive", department=department, post="户政岗")


async def places(service: ServiceUnderTest) -> str:
    """The department's address and the hall are set up; the id of the mother's address."""
    operator = service.as_client("demo-operator", "logistics:place:write")
    office = {"name": "公安局户政窗口", "phone": "0999-8800110", "street": "云江区长堤路 1 号"}
    await operator.put(f"/department-addresses/{POLICE}", json=office)
    await operator.put(
        "/halls/city", json={"name": "政务服务中心", "street": "云江区长堤路 1 号", "hours": "9:00-17:30"}
    )
    return (await mother(service).post("/addresses", json=HOME)).json()["id"]


def step(**arguments: object) -> StepRequested:
    return StepRequested(
        request_id=new_id(),
        case_id=new_id(),
        case_number="440199-2026-000001",
        applicant_id=MOTHER,
        capability=Capability.LOGISTICS_PARCEL,
        purpose="newborn/birth-registration",
        arguments={"contents": "household-book", "department": POLICE, "person_id": str(MOTHER), **arguments},
    )


async def ordered(service: ServiceUnderTest, direction: str = "in") -> Parcel:
    """A parcel the carrier has taken on."""
    await service.receive(step(direction=direction, address_id=await places(service)))
    async with service.session() as session:
        [parcel] = await session.scalars(select(Parcel))
        await parcels.ordered(session, parcel.id, "YX1")
    return parcel


async def tell(
    service: ServiceUnderTest,
    sequence: int,
    state: str,
    *,
    secret: str = CARRIER_SECRET,
    age: int = 0,
    params: dict[str, str] | None = None,
    **more: object,
):
    at = START + timedelta(minutes=sequence)
    report = {
        "event_id": f"e{sequence}",
        "waybill_no": "YX1",
        "sequence": sequence,
        "state": state,
        "at": at.isoformat(),
        **more,
    }
    body, timestamp = json.dumps(report).encode(), str(int(time.time()) - age)
    signed = rules.signature(secret, timestamp, body=body)
    headers = {"x-carrier-timestamp": timestamp, "x-carrier-signature": signed}
    return await service.http.post("/callbacks/carrier", content=body, headers=headers, params=params)


async def test_a_parcel_is_taken_on_once_and_its_use_of_the_address_kept(service):
    asked = step(direction="in", address_id=await places(service))
    await service.receive(asked)
    await service.receive(asked.model_copy())

    async with service.session() as session:
        uses = list(await session.scalars(select(AddressUse)))
    assert [(use.purpose, use.case_id) for use in uses] == [("newborn/birth-registration", asked.case_id)]
    assert len((await mother(service).get("/parcels")).json()["items"]) == 1


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"direction": "up"}, "parcel-malformed"),
        ({"direction": "in", "address_id": str(MOTHER)}, "address-unknown"),
        ({"direction": "in", "address_id": "nonsense"}, "address-unknown"),
        ({"direction": "in", "department": "X"}, "department-address-unknown"),
        ({"direction": "out", "handover": "hall", "hall": "nowhere"}, "hall-unknown"),
    ],
)
async def test_what_cannot_be_sent_is_answered_with_the_reason(service, arguments, reason):
    await places(service)

    await service.receive(step(**arguments))

    [answer] = await service.published(LogisticsStepAnswered)
    assert (answer.outcome, answer.reason) == (Outcome.FAILED, reason)


async def test_another_persons_address_is_not_used(service):
    theirs = (await mother(service, new_id()).post("/addresses", json=HOME)).json()["id"]
    await places(service)

    await service.receive(step(direction="in", address_id=theirs))

    assert [answer.reason for answer in await service.published(LogisticsStepAnswered)] == ["address-unknown"]


async def test_reports_twice_late_and_out_of_order_deliver_once(service):
    await ordered(service)

    for sequence, state in [(2, "0"), (2, "0"), (1, "1"), (4, "3"), (3, "5"), (4, "3")]:
        assert (await tell(service, sequence, state)).status_code == 204

    assert [event.state for event in await service.published(ParcelMoved)] == ["in_transit", "delivered"]
    assert len(await service.published(ParcelDelivered)) == 1


async def test_a_code_nobody_knows_is_kept_and_shown(service):
    parcel = await ordered(service)

    await tell(service, 1, "777")

    shown = (await mother(service).get(f"/parcels/{parcel.id}")).json()
    assert [(track["code"], track["state"]) for track in shown["track"]] == [("777", None)]
    assert shown["state"] == "created"


async def test_a_report_before_our_own_order_is_committed_finds_its_parcel(service):
    await service.receive(step(direction="in", address_id=await places(service)))
    parcel = (await mother(service).get("/parcels")).json()["items"][0]

    await tell(service, 1, "1", waybill_no="YX9", parcel_reference=parcel["id"])

    assert (await mother(service).get(f"/parcels/{parcel['id']}")).json()["state"] == "picked_up"


async def test_a_report_about_nothing_of_ours_is_kept(service):
    assert (await tell(service, 1, "1")).status_code == 204

    async with service.session() as session:
        assert [report.parcel_id for report in await session.scalars(select(CarrierReport))] == [None]


@pytest.mark.parametrize("forgery", [{"secret": "wrong"}, {"age": 4000}])
async def test_a_forged_or_old_report_is_refused(service, forgery):
    await ordered(service)

    assert (await tell(service, 1, "3", **forgery)).status_code == 401
    assert await service.published(ParcelMoved) == []


async def test_a_parcel_in_the_hall_is_handed_out_once_against_its_code(service):
    await places(service)
    await service.receive(step(direction="out", handover="hall", hall="city"))
    parcel = (await mother(service).get("/parcels")).json()["items"][0]
    code = (await mother(service).get(f"/parcels/{parcel['id']}")).json()["pick_up_code"]

    first = await clerk(service).post("/pick-ups", json={"code": code})
    second = await clerk(service).post("/pick-ups", json={"code": code})

    assert (first.status_code, second.status_code) == (200, 404)
    assert len(await service.published(ParcelDelivered)) == 1
    assert (await mother(service).get(f"/parcels/{parcel['id']}")).json()["pick_up_code"] is None


async def test_a_department_confirms_what_lies_on_its_table(service):
    parcel = await ordered(service)

    assert (await clerk(service, "11440199MB2D000284").post(f"/parcels/{parcel.id}/receipt")).status_code == 404
    assert (await clerk(service).post(f"/parcels/{parcel.id}/receipt")).json()["state"] == "delivered"
    assert (await clerk(service).get("/inbound-parcels")).json()["items"] == []


async def test_a_parcel_no_longer_wanted_is_not_ordered(service):
    asked = step(direction="in", address_id=await places(service))
    await service.receive(asked)
    await service.receive(
        StepCancelled(request_id=asked.request_id, case_id=asked.case_id, capability=asked.capability)
    )

    await service.run_jobs()

    assert await service.published(LogisticsStepAnswered) == []
    assert (await mother(service).get("/parcels")).json()["items"][0]["state"] == "cancelled"


async def test_an_address_in_use_stays(service):
    parcel = await ordered(service)
    address = (await mother(service).get("/addresses")).json()["items"][0]["id"]

    assert (await mother(service).delete(f"/addresses/{address}")).status_code == 409
    await clerk(service).post(f"/parcels/{parcel.id}/receipt")
    assert (await mother(service).delete(f"/addresses/{address}")).status_code == 204
    assert (await mother(service).get("/addresses")).json()["items"] == []


async def test_what_is_not_yours_is_not_there(service):
    parcel = await ordered(service)
    address = (await mother(service).get("/addresses")).json()["items"][0]["id"]
    stranger = mother(service, new_id())

    assert (await stranger.get(f"/parcels/{parcel.id}")).status_code == 404
    assert (await stranger.get(f"/addresses/{address}")).status_code == 404


async def test_addresses_are_sealed_at_rest(service):
    await places(service)

    async with service.session() as session:
        stored = str((await session.execute(text("SELECT recipient, phone, street FROM address"))).all())
    assert stored != "[]"
    assert not any(value in stored for value in (str("李晓雯".encode())[2:-1], "李晓雯", "13900000001"))


async def test_a_wrong_phone_is_pointed_at_and_not_repeated(service):
    answer = await mother(service).post("/addresses", json={**HOME, "phone": "1390000000"})

    assert answer.json()["errors"][0]["pointer"] == "#/phone"
    assert "1390000000" not in answer.text


REPORTS = [Report(Place(number, START), code) for number, code in enumerate(["1", "0", "777", "5", "2", "5", "3"])]


@given(st.permutations(REPORTS))
def test_any_order_of_arrival_ends_the_same(reports):
    assert rules.state_after("kuaidi100", reports) == (Place(6, START), ParcelState.DELIVERED)
