"""Medical insurance: XML, one URL; enrolled, billed, paid, active."""

from xml.etree import ElementTree

import pytest

from demo import city

LI = next(resident for resident in city.residents() if resident.name == "李晓雯")
NEWBORN = "440196202611140025"


@pytest.fixture
def bureau(start):
    department = start("insurance")
    department.http.headers["Authorization"] = f"Bearer {department.secret('insurance')}"
    return department


def send(bureau, text: str) -> dict[str, str]:
    answer = bureau.http.post("/ybjk/service", content=text.encode(), headers={"Content-Type": "application/xml"})
    assert answer.status_code == 200
    envelope = ElementTree.fromstring(answer.text)  # noqa: S314 - our own program's
    return {element.tag: element.text or "" for part in envelope for element in part}


def ask(bureau, code: str, serial: str = "r-1", **body: str) -> dict[str, str]:
    fields = "".join(f"<{name}>{value}</{name}>" for name, value in body.items())
    head = f"<transcode>{code}</transcode><serial>{serial}</serial>"
    return send(bureau, f"<request><head>{head}</head><body>{fields}</body></request>")


def enrol(bureau, serial: str = "r-1", **changes: str) -> dict[str, str]:
    return ask(bureau, "2301", serial, **{"idno": NEWBORN, "name": "陈予宁", "place": "440196", **changes})


def pay(bureau, bill: dict[str, str], **changes: str) -> dict[str, str]:
    paid = {"billno": bill["billno"], "amount": "40000", "payno": "ZF1", "paidat": "2026-11-23T10:00:00+08:00"}
    return ask(bureau, "2302", **{**paid, **changes})


def test_the_insured_state_of_an_adult(bureau):
    assert ask(bureau, "2201", idno=LI.number).items() >= {"insured": "1", "kind": "employee"}.items()
    assert ask(bureau, "2201", idno=NEWBORN)["insured"] == "0"


def test_enrolled_billed_paid_active(bureau):
    bill = enrol(bureau)
    assert (bill["result"], bill["premium"], bill["from"], bill["state"]) == ("0000", "40000", "2026-11-14", "unpaid")

    paid = pay(bureau, bill)

    assert (paid["result"], paid["state"]) == ("0000", "active")
    assert pay(bureau, bill) == paid
    assert ask(bureau, "2303", enrolno=bill["enrolno"])["state"] == "active"
    assert ask(bureau, "2201", idno=NEWBORN)["insured"] == "1"


def test_enrolling_twice_with_one_serial_is_one_bill(bureau):
    assert enrol(bureau) == enrol(bureau)
    assert enrol(bureau, place="440197")["result"] == "4009"
    assert enrol(bureau, serial="r-2")["result"] == "4010"


def test_another_amount_is_refused(bureau):
    bill = enrol(bureau)

    assert pay(bureau, bill, amount="39999")["result"] == "4011"
    assert pay(bureau, bill, billno="JF9999999999")["result"] == "4004"


@pytest.mark.parametrize("text", ["", "<request/>", "no xml", '<!DOCTYPE x [<!ENTITY a "b">]><request/>',
                                  "<request><head><transcode>9999</transcode><serial>1</serial></head><body/></request>"])  # fmt: skip
def test_what_cannot_be_read_is_refused(bureau, text):
    assert send(bureau, text)["result"] == "4000"


def test_a_wrong_number_is_refused(bureau):
    assert enrol(bureau, idno="440196202611140026")["result"] == "4000"


def test_nobody_enters_without_the_key(bureau):
    assert bureau.http.post("/ybjk/service", headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_a_child_without_number_is_enrolled_where_the_place_allows_it(bureau):
    child = {"idno": "", "deliveryno": "FM2026000001", "birthorder": "1"}
    assert enrol(bureau, **child)["result"] == "4000"

    bill = enrol(bureau, place="440198", **child)

    assert (bill["result"], bill["premium"]) == ("0000", "35000")
    assert enrol(bureau, serial="r-2", place="440198", **child)["result"] == "4010"
    assert pay(bureau, bill, amount="35000")["state"] == "active"
    assert ask(bureau, "2304", enrolno=bill["enrolno"], idno=NEWBORN)["result"] == "0000"
    assert ask(bureau, "2304", enrolno=bill["enrolno"], idno=LI.number)["result"] == "4009"
    assert ask(bureau, "2201", idno=NEWBORN)["insured"] == "1"
