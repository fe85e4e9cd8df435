"""The carrier: true tracks, told twice, late and out of order."""

import hmac
from typing import Any

import pytest

from demo.carrier.tracks import to_tell


@pytest.fixture
def carrier(start):
    department = start("carrier")
    department.http.headers["Authorization"] = f"Bearer {department.secret('carrier')}"
    return department


def order(carrier, listener, reference: str = "p-1", **changes: Any):
    place = {"name": "李晓雯", "phone": "13901990003", "address": "云溪市云江区临江大道4号7栋603"}
    body = {"parcel_reference": reference, "pickup": place, "delivery": place, "handover": "door",
            "callback_url": f"{listener.url}/told", **changes}  # fmt: skip
    return carrier.http.post("/waybills", json=body)


def track(carrier, waybill_no: str) -> list[str]:
    return [event["state"] for event in carrier.http.get(f"/waybills/{waybill_no}").json()["track"]]


def test_states_are_told_signed_and_the_first_one_twice(carrier, listener):
    ordered = order(carrier, listener)
    assert (ordered.status_code, ordered.json()["state"]) == (201, "101")

    told = listener.wait("/told", times=6)

    assert sorted(one.json["sequence"] for one in told) == [1, 1, 2, 3, 4, 5]
    assert len({one.json["event_id"] for one in told}) == 5
    assert track(carrier, ordered.json()["waybill_no"]) == ["1", "0", "0", "5", "3"]
    for one in told:
        signed = f"{one.headers['x-carrier-timestamp']}.".encode() + one.body
        right = hmac.new(carrier.secret("carrier").encode(), signed, "sha256").hexdigest()
        assert one.headers["x-carrier-signature"] == f"sha256={right}"
        assert one.json["parcel_reference"] == "p-1"


def test_a_locker_is_another_way(carrier, listener):
    waybill_no = order(carrier, listener, handover="locker").json()["waybill_no"]

    listener.wait("/told", times=7)

    assert track(carrier, waybill_no) == ["1", "0", "0", "5", "501", "304"]


@pytest.mark.parametrize(
    ("waybill", "told"),
    [(1, [1, 1, 2, 3, 4, 5]), (2, [1, 1, 2, 4, 3, 5]), (3, [2, 3, 4, 5, 1, 1]), (6, [2, 4, 3, 5, 1, 1])],
)
def test_what_is_told_out_of_order(waybill, told):
    assert [one for sequence in range(1, 6) for one in to_tell(waybill, sequence, 5)] == told


def test_a_way_can_be_planned_with_states_nobody_knows(carrier, listener):
    carrier.http.post("/demo/tracks", json={"parcel_reference": "p-2", "states": ["1", "14", "777"]})

    first, second = (order(carrier, listener, reference).json()["waybill_no"] for reference in ("p-1", "p-2"))
    listener.wait("/told", times=6 + 4)

    assert track(carrier, first)[-1] == "3"
    assert track(carrier, second) == ["1", "14", "777"]


def test_telling_is_tried_until_it_is_heard(carrier, listener):
    listener.answers = [500, 503]
    carrier.http.post("/demo/tracks", json={"states": ["1"]})

    order(carrier, listener)

    assert {one.json["event_id"] for one in listener.wait("/told", times=4)} == {listener.heard[0].json["event_id"]}


def test_ordering_twice_is_one_waybill(carrier, listener):
    first, again = order(carrier, listener), order(carrier, listener)

    assert (again.status_code, again.json()["waybill_no"]) == (200, first.json()["waybill_no"])
    assert order(carrier, listener, handover="locker").json()["error"] == "reference-used"


def test_before_it_is_collected_a_waybill_can_be_cancelled(start, listener):
    carrier = start("carrier", DEMO_SPEED="0.1")
    carrier.http.headers["Authorization"] = f"Bearer {carrier.secret('carrier')}"
    waybill_no = order(carrier, listener).json()["waybill_no"]

    answers = [carrier.http.post(f"/waybills/{waybill_no}/cancellation") for _ in range(2)]

    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, {"state": "cancelled"})] * 2
    assert carrier.http.get(f"/waybills/{waybill_no}").json()["state"] == "cancelled"


def test_once_collected_it_is_too_late_to_cancel(carrier, listener):
    waybill_no = order(carrier, listener).json()["waybill_no"]
    listener.wait("/told")

    assert carrier.http.post(f"/waybills/{waybill_no}/cancellation").json()["error"] == "already-collected"


def test_wrong_orders_are_refused(carrier, listener):
    assert order(carrier, listener, handover="window").json()["error"] == "invalid-request"
    assert order(carrier, listener, pickup={"name": "李晓雯"}).json()["error"] == "invalid-request"
    assert order(carrier, listener, callback_url="file:///etc/passwd").json()["error"] == "invalid-request"
    carrier.http.headers["Authorization"] = "Bearer wrong"
    assert order(carrier, listener).status_code == 401


def test_the_log_names_nobody(carrier, listener):
    order(carrier, listener)
    listener.wait("/told")

    log = carrier.log.read_text()

    assert "/waybills" in log
    assert not any(value in log for value in ("李晓雯", "13901990003", "临江大道"))
