"""Every department program fails on command, and stays ready."""

import pytest

PROGRAMS = ["hospital", "population", "vaccination", "insurance", "social_security", "carrier", "payment", "face"]


@pytest.fixture
def department(start):
    return start("hospital")


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_program_fails_on_command(start, name):
    http = start(name).http

    http.post("/demo/faults", json={"fail_next": 1})

    assert [http.get("/nothing").status_code for _ in range(2)] == [503, 404]


def test_the_next_requests_fail_as_told(department):
    told = department.http.post("/demo/faults", json={"fail_next": 2, "status": 502})

    assert told.json() == {"fail_next": 2, "status": 502, "delay_ms": 0, "down": False}
    failed = [department.http.get("/nothing") for _ in range(3)]
    assert [answer.status_code for answer in failed] == [502, 502, 404]
    assert failed[0].headers["content-type"].startswith("text/html")


def test_down_lasts_until_it_is_lifted_and_health_is_not_disturbed(department):
    department.http.post("/demo/faults", json={"down": True})

    assert [department.http.get("/nothing").status_code for _ in range(2)] == [503, 503]
    assert department.http.get("/health/ready").status_code == 200
    assert department.http.delete("/demo/faults").json()["down"] is False
    assert department.http.get("/nothing").status_code == 404


@pytest.mark.parametrize("wrong", [{"downn": True}, {"fail_next": "1"}, {"delay_ms": -1}, []])
def test_unknown_faults_are_refused(department, wrong):
    assert department.http.post("/demo/faults", json=wrong).status_code == 400
