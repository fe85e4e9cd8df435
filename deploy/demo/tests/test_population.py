"""The population register: signed questions, yes or no, and numbers for newborn children."""

import hashlib
import hmac
import json
import secrets
import time
from typing import Any

import pytest
from stdnum.cn import ric

from demo import city

LI = next(resident for resident in city.residents() if resident.name == "李晓雯")
NOBODY = "440196190001010018"


def ask(department, path: str, body: dict[str, Any], **headers: str):
    content = json.dumps(body).encode()
    given = {
        "X-Appid": "onedoor",
        "X-Timestamp": str(round(time.time() * 1000)),
        "X-Nonce": secrets.token_hex(8),
        **headers,
    }
    lines = [
        given["X-Appid"],
        given["X-Timestamp"],
        given["X-Nonce"],
        "POST",
        path,
        hashlib.sha256(content).hexdigest(),
    ]
    key = department.secret("population").encode()
    given.setdefault("X-Sign", hmac.new(key, "\n".join(lines).encode(), "sha256").hexdigest())
    return department.http.post(path, content=content, headers=given)


@pytest.fixture
def register(start):
    return start("population")


def newborn(**changes: str) -> dict[str, str]:
    return {"ywlsh": "r-1", "cszmbh": "Y440199001", "xm": "陈予宁", "xb": "2", "csrq": "20261114",
            "fmgmsfhm": LI.number, "hh": LI.household_no, **changes}  # fmt: skip


@pytest.mark.parametrize(("number", "name", "verdict"), [
    (LI.number, LI.name, "1"), (LI.number, "李小文", "0"), (NOBODY, LI.name, "2"),
])  # fmt: skip
def test_name_and_number_match_or_not(register, number, name, verdict):
    assert ask(register, "/rkk/hcxm", {"gmsfhm": number, "xm": name}).json()["hcjg"] == verdict


def test_a_person_is_found_with_the_household(register):
    person = ask(register, "/rkk/cxry", {"gmsfhm": LI.number}).json()["ry"]

    assert person == {
        "gmsfhm": LI.number, "xm": "李晓雯", "xb": "2", "mz": "01", "csrq": "19950412", "hh": LI.household_no,
        "yhzgx": "30", "hzxm": "李国栋", "hzgmsfhm": "440196196604210015", "zz": "云溪市云江区临江大道4号7栋603",
        "xzqh": "440196", "pcs": "江湾派出所", "swbs": "0",
    }  # fmt: skip


def test_nobody_is_found_by_an_unknown_number(register):
    assert ask(register, "/rkk/cxry", {"gmsfhm": NOBODY}).json()["jgdm"] == "01"


def test_a_newborn_gets_a_valid_number_and_a_page(register):
    entered = ask(register, "/rkk/csdj", newborn()).json()

    number = entered["gmsfhm"]
    assert number.startswith("44019620261114")
    assert number[-1] == ric.calc_check_digit(number)
    assert int(number[16]) % 2 == 0
    assert entered["hkbym"] == "04"
    assert ask(register, "/rkk/cxry", {"gmsfhm": number}).json()["ry"]["yhzgx"] == "40"
    assert ask(register, "/rkk/cxh", {"hh": LI.household_no}).json()["h"]["rs"] == 4


def test_without_a_household_the_child_joins_the_parents_own(register):
    assert ask(register, "/rkk/csdj", {**newborn(), "hh": None}).json()["hh"] == LI.household_no


def test_registering_twice_with_one_reference_is_one_child(register):
    first = ask(register, "/rkk/csdj", newborn()).json()

    assert ask(register, "/rkk/csdj", newborn()).json() == first
    assert ask(register, "/rkk/csdj", newborn(xm="陈知夏")).json()["yydm"] == "LSH_CF"


def test_twins_get_two_numbers(register):
    one = ask(register, "/rkk/csdj", newborn()).json()
    other = ask(register, "/rkk/csdj", newborn(ywlsh="r-2", cszmbh="Y440199002", xm="陈知夏")).json()

    assert one["gmsfhm"] != other["gmsfhm"]


@pytest.mark.parametrize(("changes", "answer"), [
    ({"hh": "44019699999"}, {"jgdm": "01"}),
    ({"hh": "44019700001"}, {"jgdm": "02", "yydm": "BZH_CY"}),
    ({"csrq": "20269999"}, {"jgdm": "09"}),
    ({"xb": "F"}, {"jgdm": "09"}),
])  # fmt: skip
def test_wrong_registrations_are_refused(register, changes, answer):
    refused = ask(register, "/rkk/csdj", newborn(**changes)).json()

    assert refused.items() >= answer.items()


def test_a_certificate_is_registered_once(register):
    ask(register, "/rkk/csdj", newborn())

    assert ask(register, "/rkk/csdj", newborn(ywlsh="r-2")).json()["yydm"] == "ZM_CF"


def test_only_fresh_signed_questions_are_heard(register):
    question = {"gmsfhm": LI.number}
    old = str(round((time.time() - 600) * 1000))

    assert ask(register, "/rkk/cxry", question, **{"X-Sign": "0" * 64}).status_code == 401
    assert ask(register, "/rkk/cxry", question, **{"X-Timestamp": old}).status_code == 401
    heard = [ask(register, "/rkk/cxry", question, **{"X-Nonce": "one-nonce"}).status_code for _ in range(2)]
    assert heard == [200, 401]
