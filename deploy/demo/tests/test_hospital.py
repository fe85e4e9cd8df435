"""The hospital: deliveries by the mother's number; certificates that arrive signed, and more than once."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl

import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from demo import city
from demo.base.jws import new_jwk

LI = next(resident for resident in city.residents() if resident.name == "李晓雯")
CHEN = next(resident for resident in city.residents() if resident.name == "陈北辰")


@pytest.fixture
def hospital(start, listener, tmp_path) -> Iterator[Any]:
    (tmp_path / "client.json").write_text(json.dumps(new_jwk()))
    listener.documents["/oauth2/token"] = {"access_token": "a-token", "expires_in": 600}
    department = start(
        "hospital", CLIENT_KEY_FILE=str(tmp_path / "client.json"), IDENTITY_URL=listener.url, SHARING_URL=listener.url
    )
    department.http.headers["X-Api-Key"] = department.secret("hospital")
    return department


def request(**changes: Any) -> dict[str, Any]:
    mother, father = ({"name": person.name, "idNumber": person.number} for person in (LI, CHEN))
    return {"reference": "r-1", "deliveryNo": "FM2026000001", "birthOrder": 1, "childName": "陈予宁",
            "mother": mother, "father": father, **changes}  # fmt: skip


def ask(hospital, **changes: Any):
    return hospital.http.post("/api/v1/certificate-requests", json=request(**changes))


def search(hospital, number: str) -> dict[str, Any]:
    return hospital.http.post("/api/v1/deliveries/search", json={"motherIdNumber": number}).json()


def test_a_mother_finds_her_delivery(hospital):
    found = search(hospital, LI.number)

    assert found["total"] == 1
    assert found["items"][0]["deliveryNo"] == "FM2026000001"
    assert found["items"][0]["children"] == [
        {"birthOrder": 1, "sex": "F", "bornAt": "2026-11-14T06:42:00+08:00", "weightGrams": 3250, "lengthCm": 50,
         "status": "alive", "certificateNo": None}
    ]  # fmt: skip


def test_twins_are_two_children_of_one_delivery(hospital):
    twins = next(birth.mother_number for birth in city.births() if birth.birth_order == 2)

    [delivery] = search(hospital, twins)["items"]

    assert [child["birthOrder"] for child in delivery["children"]] == [1, 2]


def test_who_has_no_delivery_finds_none(hospital):
    assert search(hospital, CHEN.number) == {"total": 0, "items": []}


def test_the_certificate_arrives_signed_with_the_hospitals_key(hospital, listener):
    accepted = ask(hospital)
    assert (accepted.status_code, accepted.json()["state"]) == (202, "accepted")

    [arrived] = listener.wait("/licences")

    assert arrived.headers["authorization"] == "Bearer a-token"
    assert (arrived.json["reference"], arrived.json["kind"]) == ("r-1", "birth-certificate")
    [key] = hospital.http.get("/keys").json()["keys"]
    verified = jws.deserialize_compact(arrived.json["jws"], ECKey.import_key(key), algorithms=["ES256"])
    payload = json.loads(verified.payload)
    assert verified.protected == {"alg": "ES256", "kid": key["kid"], "typ": "licence+jws"}
    assert payload["iss"] == city.department("hospital").code
    assert payload["fields"]["mother_number"] == LI.number
    assert payload["holder"] == {"name": "陈予宁", "kind": "newborn", "code": "FM2026000001-1"}
    assert search(hospital, LI.number)["items"][0]["children"][0]["certificateNo"] == payload["licence_no"]


def test_the_hospital_shows_that_it_has_its_client_key(hospital, listener, tmp_path):
    ask(hospital)

    form = dict(parse_qsl(listener.wait("/oauth2/token")[0].body.decode()))

    assert form["resource"] == "svc-sharing"
    key = ECKey.import_key(json.loads((tmp_path / "client.json").read_text()))
    claims = json.loads(jws.deserialize_compact(form["client_assertion"], key, algorithms=["ES256"]).payload)
    assert (claims["iss"], claims["sub"], claims["aud"]) == ("hospital", "hospital", "http://localhost:8080")


def test_delivery_is_tried_until_it_is_taken(hospital, listener):
    listener.answers = [503, 500]

    ask(hospital)

    first, *others = listener.wait("/licences", times=3)
    assert [other.json for other in others] == [first.json] * 2


def test_asking_twice_with_one_reference_is_one_request(hospital, listener):
    first, again = ask(hospital), ask(hospital)

    assert again.status_code == 202
    assert again.json()["requestNo"] == first.json()["requestNo"]
    assert ask(hospital, childName="陈知夏").json()["error"]["code"] == "reference-reused"


def test_another_reference_gets_the_same_certificate(hospital, listener):
    ask(hospital)
    ask(hospital, reference="r-2")

    one, two = listener.wait("/licences", times=2)

    assert one.json["jws"] == two.json["jws"]
    assert {one.json["reference"], two.json["reference"]} == {"r-1", "r-2"}


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"deliveryNo": "FM2026999999"}, 404, "delivery-not-found"),
        ({"birthOrder": 2}, 404, "delivery-not-found"),
        ({"mother": {"name": CHEN.name, "idNumber": CHEN.number}}, 422, "mother-mismatch"),
        ({"birthOrder": "1"}, 400, "invalid-request"),
        ({"father": {"name": "陈北辰"}}, 400, "invalid-request"),
    ],
)
def test_wrong_requests_are_refused(hospital, changes, status, code):
    refused = ask(hospital, **changes)

    assert (refused.status_code, refused.json()["error"]["code"]) == (status, code)


def test_a_child_has_one_name(hospital):
    ask(hospital)

    assert ask(hospital, reference="r-2", childName="陈知夏").json()["error"]["code"] == "certificate-issued"


def test_a_death_is_reported_and_ends_certificates(hospital, listener):
    assert hospital.http.post("/demo/deaths", json={"deliveryNo": "FM2026000001", "birthOrder": 1}).status_code == 202

    [report] = listener.wait("/deaths")

    assert report.json == {
        "resource": "hospital-deliveries", "locator": {"delivery_no": "FM2026000001", "birth_order": 1}
    }  # fmt: skip
    assert ask(hospital).json()["error"]["code"] == "child-deceased"


def test_nobody_enters_without_the_key(hospital):
    hospital.http.headers["X-Api-Key"] = "wrong"

    assert ask(hospital).status_code == 401


def test_a_restart_forgets_nothing(start: Callable[..., Any], listener, hospital, tmp_path):
    listener.answers = [503]
    ask(hospital)
    listener.wait("/licences")
    hospital.process.kill()
    hospital.process.wait()

    start("hospital", CLIENT_KEY_FILE=str(tmp_path / "client.json"), IDENTITY_URL=listener.url,
          SHARING_URL=listener.url)  # fmt: skip

    refused, taken = listener.wait("/licences", times=2)
    assert taken.json == refused.json


def test_the_log_names_nobody(hospital, listener):
    search(hospital, LI.number)
    ask(hospital)
    listener.wait("/licences")

    log = hospital.log.read_text()

    assert "/api/v1/certificate-requests" in log
    for value in (LI.number, LI.name, CHEN.number, "陈予宁"):
        assert value not in log
