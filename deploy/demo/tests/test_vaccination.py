"""Vaccination records: one for each child, with a schedule from the day of birth."""

from datetime import date
from typing import Any

import pytest

from demo.vaccination.schedule import months_later


@pytest.fixture
def control(start):
    department = start("vaccination")
    department.http.auth = ("onedoor", department.secret("vaccination"))
    return department


def opening(**changes: Any) -> dict[str, Any]:
    return {"bizNo": "r-1", "deliveryNo": "FM2026000001", "birthOrder": 1, "childName": "陈予宁", "sex": "F",
            "birthDate": "2026-11-14", "clinicCode": "4401960101", **changes}  # fmt: skip


def ask(control, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = control.http.post(path, json=body)
    assert answer.status_code == 200
    return answer.json()


def test_clinics_of_a_district(control):
    assert len(ask(control, "/imms/clinic/list", {})["data"]) == 6
    clinics = ask(control, "/imms/clinic/list", {"districtCode": "440197"})["data"]
    assert [clinic["clinicCode"] for clinic in clinics] == ["4401970101", "4401970102"]


def test_a_record_comes_with_its_schedule(control):
    opened = ask(control, "/imms/archive/open", opening())["data"]

    assert opened["archiveNo"] == "JZ4401960000001"
    due = [dose["dueDate"] for dose in opened["schedule"]]
    assert due == sorted(due)
    assert due[:3] == ["2026-11-14", "2026-11-14", "2026-12-14"]
    assert ask(control, "/imms/archive/get", {"archiveNo": "JZ4401960000001"})["data"]["schedule"] == opened["schedule"]


def test_a_child_has_one_record(control):
    first = ask(control, "/imms/archive/open", opening())
    again = ask(control, "/imms/archive/open", opening())
    other = ask(control, "/imms/archive/open", opening(bizNo="r-2", clinicCode="4401960102"))["data"]

    assert again == first
    assert (other["archiveNo"], other["existing"]) == (first["data"]["archiveNo"], True)


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"clinicCode": "0000000000"}, 1002), ({"birthDate": "14.11.2026"}, 1001), ({"birthOrder": 0}, 1001)],
)
def test_wrong_openings_are_refused(control, changes, code):
    assert ask(control, "/imms/archive/open", opening(**changes)).items() >= {"code": code, "data": None}.items()


def test_a_business_number_is_used_once(control):
    ask(control, "/imms/archive/open", opening())

    assert ask(control, "/imms/archive/open", opening(childName="陈知夏"))["code"] == 1003


def test_nobody_enters_without_the_password(control):
    assert control.http.post("/imms/clinic/list", json={}, auth=("onedoor", "wrong")).status_code == 401


@pytest.mark.parametrize(
    ("born", "months", "due"),
    [
        (date(2026, 11, 14), 2, date(2027, 1, 14)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
    ],
)
def test_months_end_where_months_end(born, months, due):
    assert months_later(born, months) == due
