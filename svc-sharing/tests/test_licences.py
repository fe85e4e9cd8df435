"""Electronic licences: signed by their issuing body, shown by their holder, verified by anybody."""

import asyncio
import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from joserfc import jws
from joserfc.jwk import KeySet
from sqlalchemy import update

from chassis.identifiers import new_id
from chassis.jose import SigningKey, sign, sign_document
from chassis.testing import ServiceUnderTest, heard
from contracts.events.sharing import AccessRecorded, LicenceRegistered, LicenceStatusChanged, LicenceUsed
from demo.city.interfaces import HOSPITAL, POLICE
from svc_sharing.models import Presentation

from . import acting, newborn
from .acting import FATHER, MOTHER

KEY = SigningKey.generate()
TWIN_HOLDER = UUID("018f0000-0000-7000-8000-000000000009")
ISSUER = HOSPITAL["department"]
PAYLOAD = {
    "iss": ISSUER,
    "jti": "1.2.156.3005.2.1",
    "iat": 1_794_600_000,
    "licence_type": "出生医学证明",
    "licence_no": "Y440199001",
    "valid_from": "2026-11-23",
    "valid_until": None,
    "holder": {"name": "陈予宁", "kind": "newborn", "code": "FM2026000001-1"},
    "fields": {"child_name": "陈予宁"},
}


def unsigned(payload: object) -> str:
    return f"aaaaaaaa.{base64.urlsafe_b64encode(json.dumps(payload).encode()).decode().rstrip('=')}.bbbbbbbb"


@pytest.fixture
async def issuer(service: ServiceUnderTest) -> None:
    body = {"name": HOSPITAL["department_name"], "client_id": "hospital", "jwks": {"keys": [KEY.public.to_jwk()]}}
    response = await acting.operator(service).put(f"/issuers/{ISSUER}", json=body)
    assert response.status_code == 200, response.text


def registrar(service: ServiceUnderTest, client: str = "hospital"):
    return service.as_client(client, "sharing:licence:register")


async def register(service: ServiceUnderTest, document: str, **body: object):
    return await registrar(service).post("/licences", json={"kind": "birth-certificate", "jws": document, **body})


@pytest.fixture
async def certificate(service, town, peers, reports) -> tuple[UUID, str]:
    """A licence that answers a submission, as the hospital program signed and sent it: the case and the licence."""
    case_id = new_id()
    known = await newborn.prefilled(service, case_id)
    _, licence_id = await newborn.certified(service, peers, reports, case_id, known)
    return case_id, licence_id


def holder(service: ServiceUnderTest, person: UUID = MOTHER):
    return service.as_person(person, "sharing:licence:read", "sharing:licence:show")


async def test_a_licence_reaches_its_holders_and_the_waiting_case(service, certificate):
    case_id, licence_id = certificate

    (registered,) = await service.published(LicenceRegistered)

    assert (registered.case_id, str(registered.licence_id)) == (case_id, licence_id)
    assert registered.holders == [MOTHER, FATHER]
    assert registered.title == "出生医学证明"
    for parent in (MOTHER, FATHER):
        (mine,) = (await holder(service, parent).get("/licences")).json()["items"]
        assert (mine["id"], mine["issuer_name"], mine["status"]) == (licence_id, "云溪市妇幼保健院", "valid")


async def test_a_new_licence_is_written_as_it_is_and_neither_read_back_nor_changed(service, town, peers, reports):
    case_id = new_id()
    known = await newborn.prefilled(service, case_id)

    with heard(service, "FROM licence") as read, heard(service, "UPDATE licence") as changed:
        _, licence_id = await newborn.certified(service, peers, reports, case_id, known)

    assert (read, changed) == ([], [])
    assert (await holder(service).get(f"/licences/{licence_id}")).json()["case_id"] == str(case_id)


async def test_a_licence_that_was_registered_before_answers_the_submission_all_the_same(service, certificate):
    case_id, licence_id = certificate
    jws = (await holder(service).get(f"/licences/{licence_id}")).json()["jws"]
    twin = new_id()
    step = acting.submission(twin, "birth-certificate-request", {})
    await service.receive(step.model_copy(update={"arguments": {**step.arguments, "holders": [str(TWIN_HOLDER)]}}))

    again = await registrar(service).post(
        "/licences", json={"kind": "birth-certificate", "jws": jws, "reference": str(step.request_id)}
    )

    assert (again.status_code, again.json()["id"]) == (200, licence_id)
    told = await service.published(LicenceRegistered)
    assert [(event.case_id, event.holders) for event in told] == [
        (case_id, [MOTHER, FATHER]),
        (twin, [MOTHER, FATHER, TWIN_HOLDER]),
    ]


async def test_a_licence_is_verified_offline_with_the_issuers_published_keys(service, certificate):
    _, licence_id = certificate
    shown = (await holder(service).get(f"/licences/{licence_id}")).json()
    published = (await service.http.get(f"/issuers/{ISSUER}/jwks")).json()

    verified = jws.deserialize_compact(shown["jws"], KeySet.import_key_set(published), algorithms=["ES256"])

    assert verified.headers()["typ"] == "licence+jws"
    assert shown["payload"]["fields"]["child_name"] == newborn.NAME
    assert shown["payload"]["licence_no"].startswith("Y440199")


async def test_nobody_else_sees_a_licence(service, certificate):
    _, licence_id = certificate

    stranger = await holder(service, new_id()).get(f"/licences/{licence_id}")

    assert stranger.status_code == 404


async def test_a_clerk_reads_a_licences_fields_under_the_departments_grant(service, certificate):
    case_id, licence_id = certificate
    clerk = service.as_staff("sharing:exchange:read", department=POLICE["department"], post="户政岗")
    why = {"case_id": str(case_id), "purpose": "newborn/birth-registration"}
    await acting.handled_by(service, case_id, "birth-registration", POLICE)

    read = await clerk.get(f"/exchanges/{licence_id}", params=why)
    otherwise = await clerk.get(f"/exchanges/{licence_id}", params={**why, "purpose": "newborn/social-card"})

    assert read.json()["records"][0]["mother_name"] == "李晓雯"
    assert (otherwise.status_code, otherwise.json()["reason"]) == (403, "not-your-branch")


async def test_the_same_document_twice_is_one_licence(service, issuer):
    document = sign_document(PAYLOAD, KEY, "licence+jws")

    first, again = await register(service, document), await register(service, document)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert len(await service.published(LicenceRegistered)) == 1


@pytest.mark.parametrize(
    "document",
    [
        sign_document(PAYLOAD, SigningKey.generate(), "licence+jws"),
        sign_document(PAYLOAD, KEY, "other+jws"),
        sign_document({**PAYLOAD, "iss": POLICE["department"]}, KEY, "licence+jws"),
        sign_document({"iss": ISSUER}, KEY, "licence+jws"),
        sign({"iss": ISSUER, "sub": "x", "aud": "x", "iat": 1, "exp": 2, "jti": "x"}, KEY, "JWT"),
        sign_document(PAYLOAD, KEY, "licence+jws")[:-4] + "AAAA",
        sign_document({**PAYLOAD, "holder": "陈予宁"}, KEY, "licence+jws"),
        sign_document({**PAYLOAD, "valid_until": "for ever"}, KEY, "licence+jws"),
        unsigned({"iss": ISSUER + "\0"}),
        unsigned([]),
        f"a.{base64.urlsafe_b64encode(b'[' * 40_000).decode().rstrip('=')}.c",
        "not-a-document-of-any-kind",
        "a.b.c.d.e.f.g.h.i.j.k.l.m",
        "~~~~~~~~.~~~~~~~~~.~~~~~~~~~",
    ],
)
async def test_what_the_body_did_not_sign_is_refused(service, issuer, document):
    refused = await register(service, document)

    assert refused.status_code == 400
    assert refused.json()["type"].rpartition("/")[2] in ("signature-invalid", "issuer-unknown")
    assert await service.published(LicenceRegistered) == []


async def test_an_unknown_reference_is_refused(service, issuer):
    refused = await register(service, sign_document(PAYLOAD, KEY, "licence+jws"), reference=str(new_id()))

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "#/reference")


async def test_a_shown_code_opens_the_least_that_is_needed_once(service, certificate):
    _, licence_id = certificate
    code = (await holder(service).post(f"/licences/{licence_id}/presentations")).json()["code"]

    verified = await service.http.post(f"/presentations/{code}/verification")
    again = await service.http.post(f"/presentations/{code}/verification")

    assert verified.json()["status"] == "valid"
    assert verified.json()["holder"] == "陈**"
    assert "fields" not in verified.json()
    assert again.status_code == 404
    (used,) = await service.published(LicenceUsed)
    assert str(used.licence_id) == licence_id
    (line,) = [line for line in await service.published(AccessRecorded) if line.purpose == "presentation"]
    assert line.person_id == MOTHER


async def test_a_clerk_who_verifies_sees_the_name_and_is_named(service, certificate):
    case_id, licence_id = certificate
    code = (await holder(service).post(f"/licences/{licence_id}/presentations")).json()["code"]
    clerk = service.as_staff("sharing:licence:verify", department=POLICE["department"], post="户政岗")

    verified = await clerk.post(f"/presentations/{code}/verification", params={"case_id": str(case_id)})

    assert verified.json()["holder"] == newborn.NAME
    (used,) = await service.published(LicenceUsed)
    assert (used.reader_name, used.case_id) == ("云溪市公安局", case_id)


async def test_an_old_code_opens_nothing(service, certificate):
    _, licence_id = certificate
    code = (await holder(service).post(f"/licences/{licence_id}/presentations")).json()["code"]
    async with service.session() as session:
        mine = Presentation.code_hash == hashlib.sha256(code.encode()).digest()
        await session.execute(
            update(Presentation).where(mine).values(expires_at=datetime.now(UTC) - timedelta(seconds=1))
        )

    assert (await service.http.post(f"/presentations/{code}/verification")).status_code == 404


async def test_two_readers_of_one_code_are_one_use(service, certificate):
    _, licence_id = certificate
    code = (await holder(service).post(f"/licences/{licence_id}/presentations")).json()["code"]

    answers = await asyncio.gather(*(service.http.post(f"/presentations/{code}/verification") for _ in range(3)))

    assert sorted(answer.status_code for answer in answers) == [200, 404, 404]


async def test_the_issuing_body_suspends_and_revokes_and_nobody_else_does(service, issuer):
    licence_id = (await register(service, sign_document(PAYLOAD, KEY, "licence+jws"))).json()["id"]
    path = f"/licences/{licence_id}/status"

    stranger = await registrar(service, "population").post(path, json={"status": "revoked"})
    suspended = await registrar(service).post(path, json={"status": "suspended"})
    revoked = await registrar(service).post(path, json={"status": "revoked"})
    revived = await registrar(service).post(path, json={"status": "valid"})

    assert [answer.status_code for answer in (stranger, suspended, revoked, revived)] == [403, 200, 200, 403]
    assert [event.status for event in await service.published(LicenceStatusChanged)] == ["suspended", "revoked"]
