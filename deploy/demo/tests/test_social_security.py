"""Social security cards: ordered by form, made later, asked for again."""

import time

import pytest

NEWBORN = "440196202611140025"


@pytest.fixture
def bureau(start):
    department = start("social_security")
    department.http.headers["token"] = department.secret("social-security")
    return department


def order(bureau, **changes: str):
    form = {"reference": "r-1", "idNumber": NEWBORN, "name": "陈予宁", "bankCode": "YXB", **changes}
    return bureau.http.post("/sbk/orders", data=form)


def test_banks_to_choose_from(bureau):
    banks = bureau.http.get("/sbk/banks").json()["result"]["banks"]

    assert {"bankCode": "YXB", "bankName": "云溪银行"} in banks


def test_a_card_is_ordered_and_made(bureau):
    ordered = order(bureau).json()["result"]
    assert ordered["state"] == "ACCEPTED"

    made = wait_for_card(bureau, ordered["orderNo"])

    assert made.keys() == {"orderNo", "state", "cardNo", "bankName", "madeOn"}
    assert (made["cardNo"], made["bankName"]) == ("Y44000001", "云溪银行")


def wait_for_card(bureau, order_no: str) -> dict[str, str]:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        result = bureau.http.get(f"/sbk/orders/{order_no}").json()["result"]
        if result["state"] == "MADE":
            return result
        assert result["cardNo"] == ""
    raise AssertionError("the card was not made")


def test_ordering_twice_with_one_reference_is_one_card(bureau):
    assert order(bureau).json()["result"]["orderNo"] == order(bureau).json()["result"]["orderNo"]


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"bankCode": "NONE"}, 400, "BANK_UNKNOWN"),
        ({"idNumber": "440196202611140026"}, 400, "FIELD_INVALID"),
        ({"name": ""}, 400, "FIELD_INVALID"),
    ],
)
def test_wrong_orders_are_refused(bureau, changes, status, code):
    refused = order(bureau, **changes)

    assert (refused.status_code, refused.json()["success"], refused.json()["errorCode"]) == (status, "false", code)


def test_a_person_has_one_card(bureau):
    order(bureau)

    assert order(bureau, reference="r-2").json()["errorCode"] == "CARD_EXISTS"
    assert order(bureau, bankCode="LJB").json()["errorCode"] == "REFERENCE_USED"


def test_an_unknown_order_is_not_found(bureau):
    assert bureau.http.get("/sbk/orders/ZK99999999").status_code == 404


def test_nobody_enters_without_the_token(bureau):
    assert bureau.http.get("/sbk/banks", headers={"token": "wrong"}).status_code == 401
