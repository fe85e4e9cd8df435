"""Becoming known more surely, with the demo city's live-face verifier as a process."""

import time
from datetime import timedelta

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import select, update

from chassis.identifiers import new_id
from chassis.jose import SigningKey, sign_document
from contracts.claims import Proofing as Level
from contracts.events.identity import PersonProofed
from contracts.events.sharing import VerificationAnswered, VerificationOutcome
from svc_identity.models import Proofing, ProofingEvidence

from .browser import MOTHER, Browser, register_client, register_person
from .neighbours import FACE_SECRET, Sharing, face_verifier


@pytest.fixture(scope="session")
def face_url(tmp_path_factory):
    with face_verifier(tmp_path_factory.mktemp("face")) as url:
        yield url


@pytest.fixture
def sharing(service):
    neighbour = Sharing()
    service.runtime.peers["sharing"] = neighbour.http
    return neighbour


@pytest.fixture
async def me(service, sharing, face_url):
    settings = {"face_url": face_url, "face_secret": SecretStr(FACE_SECRET)}
    service.runtime.settings = service.runtime.settings.model_copy(update=settings)
    return service.as_person(await register_person(service), "identity:proofing:start", proofing=Level.BASIC)


async def start(service, me) -> dict:
    answer = await me.post("/proofings", json={})
    assert answer.status_code == 201, answer.text
    await service.run_jobs()
    return await read(me, answer.json()["id"])


async def read(me, proofing_id: str) -> dict:
    return (await me.get(f"/proofings/{proofing_id}")).json()


async def register_says(service, proofing_id: str, outcome: VerificationOutcome) -> None:
    await service.receive(
        VerificationAnswered(
            verification_id=new_id(), reference=proofing_id, outcome=outcome, source_name="云溪市公安局"
        )
    )


async def look_into_camera(page: str, outcome: str = "live") -> str:
    """As the person does; where the verifier sends them afterwards."""
    async with httpx.AsyncClient() as browser:
        return (await browser.post(page, data={"outcome": outcome})).headers["location"]


async def come_back(service, me, proofing_id: str, **body: str) -> dict:
    answer = await me.post(f"/proofings/{proofing_id}/face", json=body)
    assert answer.status_code == 202, answer.text
    await service.run_jobs()
    return await read(me, proofing_id)


async def test_register_and_live_face_make_the_high_level(service, me, sharing):
    proofing = await start(service, me)
    assert (proofing["state"], proofing["register_match"], proofing["face"]) == ("open", "waiting", "waiting")
    assert sharing.verifications[0]["values"] == {name: MOTHER[name] for name in ("name", "number")}

    await register_says(service, proofing["id"], VerificationOutcome.YES)
    assert (await read(me, proofing["id"]))["level"] == Level.MIDDLE

    back = await look_into_camera(proofing["face_page"])
    assert back.startswith("http://localhost:8080/security/proofing?session_no=")
    done = await come_back(service, me, proofing["id"])

    assert (done["state"], done["face"], done["level"]) == ("done", "live", Level.HIGH)
    assert [event.level for event in await service.published(PersonProofed)] == [Level.MIDDLE, Level.HIGH]


async def test_the_verdict_may_come_before_the_register(service, me):
    proofing = await start(service, me)
    await look_into_camera(proofing["face_page"])
    seen = await come_back(service, me, proofing["id"])
    assert (seen["face"], seen["level"]) == ("live", Level.BASIC)

    await register_says(service, proofing["id"], VerificationOutcome.YES)

    assert (await read(me, proofing["id"]))["level"] == Level.HIGH


@pytest.mark.parametrize("outcome", [VerificationOutcome.NO, VerificationOutcome.UNKNOWN])
async def test_without_the_register_a_face_proves_nothing(service, me, outcome):
    proofing = await start(service, me)
    await look_into_camera(proofing["face_page"])
    await come_back(service, me, proofing["id"])

    await register_says(service, proofing["id"], outcome)

    ended = await read(me, proofing["id"])
    assert (ended["state"], ended["level"]) == ("failed", Level.BASIC)


async def test_nobody_in_front_of_the_camera(service, me):
    proofing = await start(service, me)
    await register_says(service, proofing["id"], VerificationOutcome.YES)
    await look_into_camera(proofing["face_page"], "not-live")

    ended = await come_back(service, me, proofing["id"])

    assert (ended["state"], ended["face"], ended["level"]) == ("failed", "not-live", Level.MIDDLE)


async def test_coming_back_too_early_one_can_go_again(service, me):
    proofing = await start(service, me)

    assert (await come_back(service, me, proofing["id"]))["face"] == "waiting"
    await look_into_camera(proofing["face_page"])
    assert (await come_back(service, me, proofing["id"]))["face"] == "live"


async def test_a_verdict_of_another_session_is_refused(service, me, face_url):
    other = await register_person(service, number="440199199302070013", name="陈北辰", username=None, password=None)
    them = service.as_person(other, "identity:proofing:start")
    theirs = await start(service, them)
    await look_into_camera(theirs["face_page"])
    async with service.session() as session:
        number = (await session.get_one(Proofing, theirs["id"])).face_session
    async with httpx.AsyncClient(headers={"authorization": f"Bearer {FACE_SECRET}"}) as client:
        verdict = (await client.get(f"{face_url}/sessions/{number}/verdict")).json()["verdict"]

    mine = await start(service, me)
    assert (await come_back(service, me, mine["id"], verdict=verdict))["face"] == "refused"


async def test_a_forged_verdict_is_refused(service, me):
    proofing = await start(service, me)
    async with service.session() as session:
        row = await session.get_one(Proofing, proofing["id"])
    now = int(time.time())
    payload = {
        "iss": "demo-face", "sub": proofing["id"], "nonce": row.nonce, "session_no": row.face_session, "live": True,
        "iat": now, "exp": now + 300, "jti": "j",
    }  # fmt: skip

    forged = sign_document(payload, SigningKey.generate(), "face-verdict+jws")

    assert (await come_back(service, me, proofing["id"], verdict=forged))["face"] == "refused"


async def test_started_twice_it_is_one_and_asked_once(service, me, sharing):
    first = await start(service, me)
    again = await start(service, me)

    assert first["id"] == again["id"]
    assert len(sharing.verifications) == 1


async def test_after_a_failure_one_can_start_again(service, me):
    first = await start(service, me)
    await register_says(service, first["id"], VerificationOutcome.NO)

    assert (await start(service, me))["id"] != first["id"]


async def test_the_register_being_down_is_waited_for(service, me, sharing):
    sharing.down = True
    proofing = await me.post("/proofings", json={})
    await service.run_jobs()

    assert (await read(me, proofing.json()["id"]))["register_match"] == "unknown"
    assert len(sharing.verifications) == 8


async def test_an_expired_proofing_takes_no_face(service, me):
    proofing = await start(service, me)
    async with service.session() as session:
        await session.execute(update(Proofing).values(expires_at=Proofing.expires_at - timedelta(hours=1)))

    answer = await me.post(f"/proofings/{proofing['id']}/face", json={})

    assert (answer.status_code, answer.json()["type"].rsplit("/")[-1]) == (409, "proofing-expired")
    assert (await read(me, proofing["id"]))["state"] == "expired"


async def test_a_verifier_away_leaves_the_counter(service, me):
    service.runtime.settings = service.runtime.settings.model_copy(update={"face_url": "http://127.0.0.1:9"})

    proofing = await start(service, me)

    assert (proofing["face"], proofing["state"]) == ("unavailable", "failed")


async def test_a_clerk_vouches_at_the_counter(service, me):
    clerk_id = new_id()
    clerk = service.as_staff(
        "identity:proofing:witness", department="11440199MB2D000212", post="counter", staff=clerk_id
    )
    found = (await clerk.post("/person-lookups", json={"number": MOTHER["number"]})).json()
    card = {"name": MOTHER["name"], "number": MOTHER["number"], "document": "identity-card"}

    wrong = await clerk.post(f"/persons/{found['id']}/counter-proofing", json=card | {"name": "李小文"})
    right = await clerk.post(f"/persons/{found['id']}/counter-proofing", json=card)

    assert (wrong.status_code, right.json()["proofing"]) == (409, Level.CERTIFIED)
    async with service.session() as session:
        line = (await session.execute(select(ProofingEvidence))).scalar_one()
    assert (line.kind, line.staff_id, line.source) == ("counter", clerk_id, "11440199MB2D000212/identity-card")


async def test_a_forgotten_password_is_set_at_the_counter(service, me):
    clerk = service.as_staff("identity:proofing:witness", department="11440199MB2D000212", post="counter")
    await register_client(service)
    tokens = await Browser(service).tokens()
    person = (await clerk.post("/person-lookups", json={"number": MOTHER["number"]})).json()["id"]
    card = {"name": MOTHER["name"], "number": MOTHER["number"], "password": "a new long secret"}

    wrong = await clerk.put(f"/persons/{person}/password", json=card | {"name": "李小文"})
    right = await clerk.put(f"/persons/{person}/password", json=card)

    assert (wrong.status_code, right.status_code) == (409, 204)
    assert (await service.client(tokens["access_token"]).get("/me")).status_code == 401
    assert (await Browser(service).sign_in()).status_code == 401
    assert (await Browser(service).sign_in(password="a new long secret")).status_code == 303


async def test_who_is_known_well_need_not_prove_it(service, me):
    clerk = service.as_staff("identity:proofing:witness", department="11440199MB2D000212", post="counter")
    found = (await clerk.post("/person-lookups", json={"number": MOTHER["number"]})).json()
    await clerk.post(
        f"/persons/{found['id']}/counter-proofing", json={name: MOTHER[name] for name in ("name", "number")}
    )

    assert (await me.post("/proofings", json={})).status_code == 409


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example/", "/x?to=y", "/a//b", "\\evil"])
async def test_one_returns_to_a_page_of_the_portal_only(me, path):
    assert (await me.post("/proofings", json={"return_to": path})).status_code == 400


async def test_a_proofing_is_nobody_elses(service, me):
    proofing = await start(service, me)
    other = service.as_person(new_id(), "identity:proofing:start")

    assert (await other.get(f"/proofings/{proofing['id']}")).status_code == 404
    assert (await other.post(f"/proofings/{proofing['id']}/face", json={})).status_code == 404
