"""The live-face verifier: a verdict signed and bound to the session's nonce."""

import json

import pytest
from joserfc import jws
from joserfc.jwk import ECKey

SESSION = {"nonce": "n" * 32, "subject_reference": "s-1", "return_url": "http://localhost:8080/back?next=1"}


@pytest.fixture
def verifier(start):
    department = start("face")
    department.http.headers["Authorization"] = f"Bearer {department.secret('face')}"
    return department


def begin(verifier, **changes: str):
    return verifier.http.post("/sessions", json={**SESSION, **changes})


@pytest.mark.parametrize(("outcome", "live"), [("live", True), ("not-live", False)])
def test_the_verdict_is_signed_and_bound_to_the_nonce(verifier, outcome, live):
    session = begin(verifier).json()
    assert "我在镜头前" in verifier.http.get(session["page_url"]).text

    decided = verifier.http.post(session["page_url"], data={"outcome": outcome})

    assert decided.headers["location"] == f"http://localhost:8080/back?next=1&session_no={session['session_no']}"
    verdict = verifier.http.get(f"/sessions/{session['session_no']}/verdict").json()["verdict"]
    [key] = verifier.http.get("/keys").json()["keys"]
    verified = jws.deserialize_compact(verdict, ECKey.import_key(key), algorithms=["ES256"])
    assert verified.protected["typ"] == "face-verdict+jws"
    payload = json.loads(verified.payload)
    assert payload.items() >= {"iss": "demo-face", "sub": "s-1", "nonce": "n" * 32, "live": live}.items()
    assert payload["exp"] - payload["iat"] == 300


def test_the_first_decision_counts(verifier):
    session = begin(verifier).json()
    address = f"/sessions/{session['session_no']}/verdict"
    assert verifier.http.get(address).json()["error"] == "undecided"

    verifier.http.post(session["page_url"], data={"outcome": "not-live"})
    first = verifier.http.get(address).json()
    verifier.http.post(session["page_url"], data={"outcome": "live"})

    assert verifier.http.get(address).json() == first


def test_wrong_sessions_are_refused(verifier):
    assert begin(verifier, nonce="short").json()["error"] == "invalid-request"
    assert begin(verifier, return_url="javascript:alert(1)").json()["error"] == "invalid-request"
    assert verifier.http.get("/check/nothing").status_code == 404
    assert verifier.http.post(begin(verifier).json()["page_url"], data={"outcome": "maybe"}).status_code == 400
    verifier.http.headers["Authorization"] = "Bearer wrong"
    assert begin(verifier).status_code == 401
