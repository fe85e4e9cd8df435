"""A short cut answers what the ordinary route answers; a query string, of no meaning here, makes sure of the ordinary one."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import func, select, update

from chassis.identifiers import new_id
from chassis.jose import SigningKey, sign_document
from chassis.tables import IdempotencyRow
from contracts.events.sharing import LicenceStatusChanged
from svc_sharing.models import Issuer, Licence

MOTHER, FATHER = new_id(), new_id()
ISSUER = "12440196MB2E000011"
READ, CHANGE = "/licences/{licence_id}", "/licences/{licence_id}/status"
ORDINARY = {"way": "ordinary"}


def taken(route: str = READ) -> float:
    return REGISTRY.get_sample_value("onedoor_http_short_cuts_total", {"route": route, "result": "taken"}) or 0.0


def holder(service, person: UUID = MOTHER):
    return service.as_person(person, "sharing:licence:read")


def registrar(service, client: str = "hospital", **claims: object):
    return service.as_client(client, "sharing:licence:register", **claims)


def key(word: str = "first") -> dict[str, str]:
    return {"idempotency-key": word}


async def told(service) -> list[str]:
    return [event.status for event in await service.published(LicenceStatusChanged)]


async def kept(service) -> int:
    async with service.session() as session:
        return await session.scalar(select(func.count()).select_from(IdempotencyRow)) or 0


@pytest.fixture
async def licence(service) -> UUID:
    jws = sign_document({"holder": {"name": "陈予宁"}, "valid_until": None}, SigningKey.generate(), "licence+jws")
    issuer = Issuer(code=ISSUER, name="云溪市妇幼保健院", client_id="hospital", jwks={"keys": []})
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

    short, ordinary = await person.get(path), await person.get(path, params=ORDINARY)

    assert taken() == before + 1
    assert short.status_code == ordinary.status_code == 200
    assert short.json() == ordinary.json()
    assert short.headers["content-type"] == ordinary.headers["content-type"]
    assert "x-request-id" in short.headers


@pytest.mark.parametrize(
    "case", ["stranger", "no token", "no scope", "no such licence", "no identifier", "hyphens astray"]
)
async def test_every_no_is_the_ordinary_routes(service, licence, case):
    callers = {
        "stranger": holder(service, new_id()),
        "no token": service.http,
        "no scope": service.as_person(FATHER, "sharing:licence:show"),
    }
    astray = "-" + str(licence).replace("-", "", 1)
    keys = {"no such licence": new_id(), "no identifier": "x" * 36, "hyphens astray": astray}
    caller, path, before = callers.get(case, holder(service)), f"/licences/{keys.get(case, licence)}", taken()

    short, ordinary = await caller.get(path), await caller.get(path, params=ORDINARY)

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


@pytest.mark.parametrize("claims", [{}, {"department": ISSUER}])
async def test_both_ways_change_alike(service, licence, claims):
    body, path = registrar(service, "any" if claims else "hospital", **claims), f"/licences/{licence}/status"
    before = taken(CHANGE)

    short = await body.post(path, json={"status": "suspended"}, headers=key("short"))
    ordinary = await body.post(path, json={"status": "valid"}, headers=key("ordinary"), params=ORDINARY)

    assert taken(CHANGE) == before + 1
    assert short.status_code == ordinary.status_code == 200
    assert short.json() == {**ordinary.json(), "status": "suspended"}
    assert short.headers["content-type"] == ordinary.headers["content-type"]
    first, second = await service.published(LicenceStatusChanged)
    assert first.model_dump() == {**second.model_dump(), "status": "suspended"}
    assert (first.topic, first.key, first.meta.source) == (second.topic, second.key, second.meta.source)
    async with service.session() as session:
        row = await session.get_one(Licence, licence)
        assert (row.status, row.changed_at > row.registered_at) == ("valid", True)


async def test_a_change_sent_again_is_answered_as_before(service, licence):
    body, path = registrar(service), f"/licences/{licence}/status"
    before = taken(CHANGE)
    first = await body.post(path, json={"status": "suspended"}, headers=key())
    assert taken(CHANGE) == before + 1

    again = await body.post(path, json={"status": "suspended"}, headers=key())
    another = await body.post(path, json={"status": "valid"}, headers=key())

    assert (again.status_code, again.content, again.headers["idempotent-replayed"]) == (200, first.content, "true")
    assert again.headers["content-type"] == first.headers["content-type"]
    assert (another.status_code, another.json()["type"].rpartition("/")[2]) == (422, "idempotency-key-reused")
    assert await told(service) == ["suspended"]


async def test_what_the_ordinary_route_did_is_not_done_again(service, licence):
    body, path, before = registrar(service), f"/licences/{licence}/status", taken(CHANGE)
    first = await body.post(path, json={"status": "suspended"}, headers=key(), params=ORDINARY)
    await body.post(path, json={"status": "valid"}, headers=key("other"), params=ORDINARY)

    again = await body.post(path, json={"status": "suspended"}, headers=key())

    assert (again.content, again.headers["idempotent-replayed"]) == (first.content, "true")
    assert await told(service) == ["suspended", "valid"]
    assert taken(CHANGE) == before


NOS = {
    "no token": 401, "no scope": 403, "a person": 403, "another body": 403, "no such licence": 404, "revoked": 403,
    "no such status": 400, "a field too many": 400, "no JSON": 400, "another type": 400, "too long a key": 400,
}  # fmt: skip


@pytest.mark.parametrize("case", NOS)
async def test_every_no_to_a_change_is_the_ordinary_routes(service, licence, case):
    if case == "revoked":
        async with service.session() as session:
            await session.execute(update(Licence).values(status="revoked"))
    callers = {
        "no token": service.http,
        "no scope": service.as_client("hospital", "sharing:resource:write"),
        "a person": service.as_person(MOTHER, "sharing:licence:register"),
        "another body": registrar(service, "population"),
    }
    bodies = {
        "no such status": b'{"status": "gone"}',
        "a field too many": b'{"status": "valid", "why": 1}',
        "no JSON": b"{",
    }
    types = {"another type": "text/plain"}
    given = {"content-type": types.get(case, "application/json"), **key("x" * (129 if case == "too long a key" else 9))}
    path = f"/licences/{new_id() if case == 'no such licence' else licence}/status"
    caller, body, before = (
        callers.get(case, registrar(service)),
        bodies.get(case, b'{"status": "suspended"}'),
        taken(CHANGE),
    )

    short = await caller.post(path, content=body, headers=given)
    ordinary = await caller.post(path, content=body, headers=given, params=ORDINARY)

    assert taken(CHANGE) == before
    assert short.status_code == ordinary.status_code == NOS[case]
    assert [short.json().get(field) for field in ("type", "detail", "errors")] == [
        ordinary.json().get(field) for field in ("type", "detail", "errors")
    ]
    assert (await told(service), await kept(service)) == ([], 0)


async def test_a_change_without_a_key_is_the_ordinary_routes(service, licence):
    before = taken(CHANGE)

    answer = await registrar(service).post(f"/licences/{licence}/status", json={"status": "suspended"})

    assert (answer.json()["status"], taken(CHANGE)) == ("suspended", before)


async def test_of_many_changes_at_once_one_happens(service, licence):
    body, path = registrar(service), f"/licences/{licence}/status"

    answers = await asyncio.gather(
        *(body.post(path, json={"status": "suspended"}, headers=key(f"number-{number}")) for number in range(12))
    )

    assert {(answer.status_code, answer.json()["status"]) for answer in answers} == {(200, "suspended")}
    assert (await told(service), await kept(service)) == (["suspended"], 12)


async def test_one_key_sent_many_times_at_once_changes_once(service, licence):
    body, path = registrar(service), f"/licences/{licence}/status"
    ways = [{}, ORDINARY] * 6

    answers = await asyncio.gather(
        *(body.post(path, json={"status": "suspended"}, headers=key(), params=way) for way in ways)
    )

    assert {(answer.status_code, answer.content) for answer in answers} == {(200, answers[0].content)}
    assert (await told(service), await kept(service)) == (["suspended"], 1)


async def test_a_row_at_hand_elsewhere_is_waited_for_by_the_ordinary_route(service, licence):
    before = taken(CHANGE)
    async with service.session() as session:
        await session.get(Licence, licence, with_for_update=True)
        waiting = asyncio.create_task(
            registrar(service).post(f"/licences/{licence}/status", json={"status": "suspended"}, headers=key())
        )
        await asyncio.sleep(0.6)  # longer than a bare statement waits for a lock
        assert not waiting.done()

    answer = await waiting

    assert (answer.json()["status"], taken(CHANGE)) == ("suspended", before)
    assert await told(service) == ["suspended"]
