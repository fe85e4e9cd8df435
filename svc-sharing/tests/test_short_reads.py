"""A short cut answers what the ordinary route answers; a query string, of no meaning here, makes sure of the ordinary one."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from prometheus_client import REGISTRY

from chassis.identifiers import new_id
from chassis.jose import SigningKey, sign_document
from svc_sharing.models import Issuer, Licence

MOTHER, FATHER = new_id(), new_id()
ROUTE = "/licences/{licence_id}"


def taken() -> float:
    return REGISTRY.get_sample_value("onedoor_http_short_cuts_total", {"route": ROUTE, "result": "taken"}) or 0.0


def holder(service, person: UUID = MOTHER):
    return service.as_person(person, "sharing:licence:read")


@pytest.fixture
async def licence(service) -> UUID:
    jws = sign_document({"holder": {"name": "陈予宁"}, "valid_until": None}, SigningKey.generate(), "licence+jws")
    issuer = Issuer(code="12440196MB2E000011", name="云溪市妇幼保健院", jwks={"keys": []})
    made = Licence(
        issuer=issuer.code, kind="birth-certificate", title="出生医学证明", document=b"digest", jws=jws,
        holders=[str(MOTHER), str(FATHER)], case_id=new_id(), status="valid",
    )  # fmt: skip
    async with service.session() as session:
        session.add(issuer)
        await session.flush()
        session.add(made)
    return made.id


async def test_both_ways_answer_alike(service, licence):
    person, path, before = holder(service), f"/licences/{licence}", taken()

    short, ordinary = await person.get(path), await person.get(path, params={"way": "ordinary"})

    assert taken() == before + 1
    assert short.status_code == ordinary.status_code == 200
    assert short.json() == ordinary.json()
    assert short.headers["content-type"] == ordinary.headers["content-type"]
    assert "x-request-id" in short.headers


@pytest.mark.parametrize("case", ["stranger", "no token", "no scope", "no such licence", "no identifier"])
async def test_every_no_is_the_ordinary_routes(service, licence, case):
    callers = {
        "stranger": holder(service, new_id()),
        "no token": service.http,
        "no scope": service.as_person(FATHER, "sharing:licence:show"),
    }
    keys = {"no such licence": new_id(), "no identifier": "x" * 36}
    caller, path, before = callers.get(case, holder(service)), f"/licences/{keys.get(case, licence)}", taken()

    short, ordinary = await caller.get(path), await caller.get(path, params={"way": "ordinary"})

    assert taken() == before
    assert short.status_code == ordinary.status_code >= 400
    assert short.json()["type"] == ordinary.json()["type"]
    assert short.headers["content-type"] == "application/problem+json"


async def test_a_revoked_session_is_refused(service, licence):
    person, path = holder(service), f"/licences/{licence}"
    assert (await person.get(path)).status_code == 200
    claims = await service.runtime.tokens.verify(person.headers["authorization"].removeprefix("Bearer "))

    service.runtime.tokens.denylist.add(claims.sid, datetime.fromtimestamp(claims.exp, UTC))

    assert (await person.get(path)).status_code == 401
