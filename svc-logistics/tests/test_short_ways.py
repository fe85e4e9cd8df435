"""The short ways say and do what the ordinary ones would; a query string, of no meaning here, makes sure of the ordinary one."""

import asyncio
from uuid import UUID

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import select, text

from chassis.identifiers import new_id
from chassis.testing import ServiceUnderTest, heard
from contracts.events.logistics import ParcelCreated, ParcelDelivered, ParcelMoved
from svc_logistics import carrier_reports
from svc_logistics.models import Parcel
from svc_logistics.use_cases import parcels

from .test_bills import issued, waiting
from .test_parcels import clerk, mother, ordered, places, step, tell

CALLBACK, BILLS, PAYMENT = "/callbacks/carrier", "/bills", "/payments/{payment_id}"
ORDINARY = {"way": "ordinary"}
STORY = [(2, "0"), (2, "0"), (1, "1"), (3, "777"), (5, "501"), (4, "5"), (6, "304"), (6, "304"), (7, "3")]


def taken(route: str) -> float:
    return REGISTRY.get_sample_value("onedoor_http_short_cuts_total", {"route": route, "result": "taken"}) or 0.0


async def told(service: ServiceUnderTest, parcel: UUID) -> tuple[object, ...]:
    """What everybody can see of a parcel and its reports, but for the clock's."""
    shown = (await mother(service).get(f"/parcels/{parcel}")).json()
    moved = [one.state for one in await service.published(ParcelMoved)]
    delivered = [one.state for one in await service.published(ParcelDelivered)]
    return shown["state"], shown["state_at"], bool(shown["arrived_at"]), shown["track"], moved, delivered


@pytest.mark.parametrize("params", [None, ORDINARY])
async def test_both_ways_of_a_report_end_the_same(service, params):
    parcel = await ordered(service)
    before = taken(CALLBACK)

    for sequence, state in STORY:
        assert (await tell(service, sequence, state, params=params)).status_code == 204

    state, at, arrived, track, moved, delivered = await told(service, parcel.id)
    assert (state, at, arrived) == ("delivered", "2026-03-05T09:07:00Z", True)
    assert [(one["code"], one["state"]) for one in track] == [
        ("1", "picked_up"), ("0", "in_transit"), ("777", None), ("5", "out_for_delivery"), ("501", "in_locker"),
        ("304", "delivered"), ("3", "delivered"),
    ]  # fmt: skip
    assert (moved, delivered) == (["in_transit", "in_locker", "delivered", "delivered"], ["delivered"])
    assert taken(CALLBACK) - before == (len(STORY) if params is None else 0)


async def test_a_report_of_ours_takes_no_transaction_of_several_statements(service):
    await ordered(service)

    with heard(service) as said:
        await tell(service, 1, "1")
        await tell(service, 1, "1")

    assert said == []


async def test_of_a_report_sent_again_with_other_words_the_first_counts(service):
    parcel = await ordered(service)
    await tell(service, 1, "1")

    assert (await tell(service, 2, "3", event_id="e1")).status_code == 204

    assert (await told(service, parcel.id))[0] == "picked_up"


@pytest.mark.parametrize("field", ["state", "text"])
async def test_what_cannot_be_kept_is_refused_by_both_ways(service, field):
    await ordered(service)

    answers = [await tell(service, 1, **{"state": "1", field: "a\0b"}, params=params) for params in (None, ORDINARY)]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert answers[0].json()["errors"] == answers[1].json()["errors"]


async def test_a_time_without_its_zone_is_read_as_ever(service):
    parcel = await ordered(service)

    assert (await tell(service, 1, "1", at="2026-03-05T09:01:00")).status_code == 204

    assert (await told(service, parcel.id))[0] == "picked_up"


async def test_reports_that_come_together_deliver_once(service):
    parcel = await ordered(service)

    reports = [
        tell(service, sequence, code, event_id=f"{sequence}-{code}") for sequence, code in [*STORY, *STORY, *STORY]
    ]
    assert {answer.status_code for answer in await asyncio.gather(*reports)} == {204}

    state, _, arrived, track, moved, delivered = await told(service, parcel.id)
    assert (state, arrived, moved[-1], delivered) == ("delivered", True, "delivered", ["delivered"])
    assert len(track) == len(set(STORY))


async def test_a_report_waits_for_whoever_has_the_parcel_at_hand(service):
    """It gives way, and the ordinary way waits."""
    parcel = await ordered(service)

    async with service.session() as session:
        await session.execute(select(Parcel.id).where(Parcel.id == parcel.id).with_for_update())
        telling = asyncio.create_task(tell(service, 1, "3"))
        await asyncio.sleep(0.6)  # longer than a bare statement waits for a lock
        assert not telling.done()

    assert (await telling).status_code == 204
    assert (await told(service, parcel.id))[0] == "delivered"


async def test_what_was_received_by_hand_meanwhile_is_not_delivered_twice(service):
    parcel = await ordered(service)
    await clerk(service).post(f"/parcels/{parcel.id}/receipt")

    assert (await tell(service, 1, "3")).status_code == 204

    assert len(await service.published(ParcelDelivered)) == 1


async def test_a_cancelled_parcel_stays_as_it_is_and_its_report_is_kept(service):
    parcel = await ordered(service)
    async with service.session() as session:
        await session.execute(text("UPDATE parcel SET cancelled_at = now()"))

    assert (await tell(service, 1, "3")).status_code == 204

    state, _, arrived, track, moved, _ = await told(service, parcel.id)
    assert (state, arrived, len(track), moved) == ("created", False, 1, [])


async def test_a_parcel_that_is_not_as_it_was_read_is_looked_at_again(service, monkeypatch):
    parcel = await ordered(service)
    before = taken(CALLBACK)
    of_another = carrier_reports._FOUND.replace("p.xmin as", "'3'::xid as")
    assert of_another != carrier_reports._FOUND
    monkeypatch.setattr(carrier_reports, "_FOUND", of_another)

    assert (await tell(service, 1, "1")).status_code == 204

    state, _, _, track, moved, _ = await told(service, parcel.id)
    assert (state, len(track), moved, taken(CALLBACK)) == ("picked_up", 1, ["picked_up"], before)


async def test_both_ways_show_the_same_bills(service):
    for _ in range(2):
        await issued(service)
    before = taken(BILLS)

    short, ordinary = [await mother(service).get(BILLS, params=params) for params in (None, ORDINARY)]

    assert short.json() == ordinary.json()
    assert (len(short.json()["items"]), short.headers["content-type"]) == (2, ordinary.headers["content-type"])
    assert taken(BILLS) == before + 1
    assert (await mother(service, new_id()).get(BILLS)).json() == {"items": [], "next_cursor": None}


async def test_more_bills_than_one_page_are_paged_as_ever(service):
    for _ in range(21):
        await issued(service)

    first = (await mother(service).get(BILLS)).json()

    rest = (await mother(service).get(BILLS, params={"cursor": first["next_cursor"]})).json()
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (20, 1, None)


async def test_bills_are_refused_as_ever(service):
    before = taken(BILLS)

    answers = [
        await service.http.get(BILLS),
        await service.client("nonsense").get(BILLS),
        await service.as_person(new_id(), "logistics:parcel:read").get(BILLS),
        await service.as_client("demo-operator", "logistics:bill:read").get(BILLS),
    ]

    assert [answer.status_code for answer in answers] == [401, 401, 403, 403]
    assert taken(BILLS) == before


async def test_both_ways_show_the_same_payment(service):
    payment = await waiting(service, await issued(service))
    before = taken(PAYMENT)

    short, ordinary = [await mother(service).get(f"/payments/{payment}", params=params) for params in (None, ORDINARY)]

    assert (short.json(), taken(PAYMENT)) == (ordinary.json(), before + 1)
    assert short.json()["pay_url"] == "http://pay.example/1"
    assert (await mother(service, new_id()).get(f"/payments/{payment}")).status_code == 404


async def test_reading_ones_bills_asks_the_database_once_without_a_transaction(service):
    payment = await waiting(service, await issued(service))

    with heard(service) as said:
        await mother(service).get(BILLS)
        await mother(service).get(f"/payments/{payment}")

    assert said == []


async def test_a_parcel_taken_on_is_one_statement_that_looks_and_two_that_write(service):
    asked = step(direction="in", address_id=await places(service))

    with heard(service) as said:
        await service.receive(asked)

    assert len([statement for statement in said if "address" in statement]) == 3


async def test_an_order_that_the_carrier_took_is_one_statement_and_counts_once(service):
    parcel = await ordered(service)

    with heard(service) as said:
        async with service.session() as session:
            await parcels.ordered(session, parcel.id, "YX2")

    assert len([statement for statement in said if "parcel" in statement]) == 1
    assert len(await service.published(ParcelCreated)) == 1
    assert (await mother(service).get(f"/parcels/{parcel.id}")).json()["waybill_no"] == "YX1"
