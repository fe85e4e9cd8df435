"""What each service has in it before it is fuzzed, brought there by its own events and routes, with its tests' own words."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from chassis.documents import ROOT, SERVICES
from chassis.identifiers import new_id
from chassis.jose import SigningKey, sign_document
from chassis.testing import KEY, ServiceUnderTest
from contracts.scopes import PERSON
from demo.city import interfaces
from svc_identity.models import SigningKeyRow
from svc_identity.openid.keys import IssuerKeys

from .roles import CLERK, MOTHER
from .serving import Ground, Seed, Town


def words(service: str, module: str) -> Any:
    """A module of the service's own tests."""
    if service != "gateway":
        return import_module(f"svc-{service}.tests.{module}")
    found = spec_from_file_location(f"gateway_{module}", ROOT.parent / "gateway" / "tests" / f"{module}.py")
    assert found is not None
    assert found.loader is not None
    found.loader.exec_module(made := module_from_spec(found))
    return made


async def feedback(service: ServiceUnderTest) -> Town:
    told = words("feedback", "test_feedback")
    cases = [await told.closed_case(service) for _ in range(4)]
    for case, code in cases[:2]:
        await told.rate(service, code, level=1 + (case == cases[1][0]) * 3)
    orders = [order["id"] for order in await _items(told.clerk(service), "/work-orders")]
    known = {"code": [code for _, code in cases], "case_id": [str(case) for case, _ in cases], "order_id": orders}
    return Town(known, department=told.POLICE, post="户政岗")


async def catalog(service: ServiceUnderTest) -> Town:
    told, guided = words("catalog", "invented"), words("catalog", "test_guides")
    await guided.offered(service)
    drafted = await told.operator(service).post("/items", json=told.item("draft", "养犬登记", serial=7))
    await words("catalog", "test_imports").send(service, words("catalog", "test_imports").matter(9))
    imports = [each["id"] for each in await _items(told.operator(service), "/imports")]
    offers = [each["code"] for each in await _items(service.http, "/items")]
    return Town(
        {"code": [*offers, drafted.json()["code"], "newborn"], "number": ["1"], "import_id": imports, "q": ["出生"]},
        department=told.HEALTH,
        post="item-editor",
    )


async def workflow(service: ServiceUnderTest) -> Town:
    told = words("workflow", "city")
    city = await told.City(service).open()
    family = told.Family(city, children=2)
    family.mother_id, family.mother = MOTHER, city.person(MOTHER)
    cases = [await family.accepted(), await family.apply(record=1)]
    started = await family.start()
    clerk = city.clerk("birth-registration", CLERK)
    tasks = [task["id"] for task in told.ok(await clerk.get("/tasks"))["items"]]
    step = await city.asked(cases[-1], "birth-certificate-request")
    numbers = [(await family.case(case))["case_number"] for case in cases]
    known = {
        "case_id": cases, "case_number": numbers, "application_id": [started, cases[0]], "task_id": tasks,
        "bundle_code": ["newborn"], "body.bundle_code": ["newborn"], "body.application_id": [started],
        "body.code": [step.form_code], "body.request_id": [str(step.request_id)], "division": [told.PLACE],
    }  # fmt: skip
    return Town(known, department=told.POLICE, post="household-registration")


async def profile(service: ServiceUnderTest) -> Town:
    told = words("profile", "story")
    story = told.Story()
    for events in (story.workflow(), story.agreement(), story.licences(), story.parcels(), story.bills()):
        await service.receive(*events)
    await words("profile", "test_messages").brought(service, story)
    messages = await _items(service.as_person(MOTHER, *PERSON), "/messages")
    return Town({"message_id": [message["id"] for message in messages]})


async def logistics(service: ServiceUnderTest) -> Town:
    told, billed = words("logistics", "test_parcels"), words("logistics", "test_bills")
    parcel = await told.ordered(service)
    bills = [await billed.issued(service) for _ in range(3)]
    payment = await billed.waiting(service, bills[0])
    addresses = (await told.mother(service).get("/addresses")).json()
    known = {
        "parcel_id": [str(parcel.id)], "bill_id": list(map(str, bills)), "payment_id": [payment],
        "address_id": [address["id"] for address in _list(addresses)], "code": ["city"], "department": [told.POLICE],
    }  # fmt: skip
    return Town(known, department=told.POLICE, post="户政岗")


async def sharing(service: ServiceUnderTest) -> Town:
    acting = words("sharing", "acting")
    key, issuer = SigningKey.generate(), interfaces.HOSPITAL
    for code, body in interfaces.RESOURCES.items():
        await acting.describe(service, code, {**body, "connector": None})
    for body in interfaces.GRANTS[:-1]:
        await acting.grant(service, body)
    asked = await acting.operator(service).post("/grant-applications", json=interfaces.GRANTS[-1])
    about = {"name": issuer["department_name"], "client_id": "hospital", "jwks": {"keys": [key.public.to_jwk()]}}
    await acting.operator(service).put(f"/issuers/{issuer['department']}", json=about)
    licences = [await _licence(service, key, f"Y44019900{number}") for number in (1, 2)]
    holder = service.as_person(MOTHER, "sharing:licence:read", "sharing:licence:show")
    shown = await holder.post(f"/licences/{licences[0]}/presentations")
    grants = [grant["id"] for grant in await _items(acting.operator(service), "/grants")]
    known = {
        "licence_id": licences, "exchange_id": licences, "grant_id": grants, "application_id": [asked.json()["id"]],
        "code": [shown.json()["code"], *interfaces.RESOURCES, issuer["department"]],
        "body.exchange_id": licences, "body.resource": list(interfaces.RESOURCES),
    }  # fmt: skip
    return Town(known, department=issuer["department"], post="data")


async def _licence(service: ServiceUnderTest, key: SigningKey, number: str) -> str:
    """Registered as the answer to a submission, which names its holders."""
    told, acting = words("sharing", "test_licences"), words("sharing", "acting")
    step = acting.submission(new_id(), "birth-certificate-request", {}, purpose="newborn/birth-certificate")
    await service.receive(step)
    jws = sign_document(
        {**told.PAYLOAD, "licence_no": number, "jti": f"{told.PAYLOAD['jti']}{number}"}, key, "licence+jws"
    )
    answer = await told.register(service, jws, reference=str(step.request_id))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def identity(service: ServiceUnderTest) -> Town:
    browser, consents = words("identity", "browser"), words("identity", "asking")
    neighbour = words("identity", "neighbours").Sharing()
    service.runtime.peers["sharing"] = neighbour.http
    neighbour.values[(str(consents.MARRIAGE), 0, "spouse_number")] = browser.MOTHER["number"]
    await trusted(service)
    await browser.register_client(service)
    mother = await browser.register_person(service)
    father = await browser.register_person(service, **consents.FATHER)
    await consents.ask(service, UUID(father))
    me = service.as_person(UUID(mother), *PERSON)
    proofing = await me.post("/proofings", json={})
    asked = [consent["id"] for consent in await _items(me, "/consents")]
    known = {"person_id": [mother, father], "consent_id": asked, "client_id": ["gateway"]}
    known |= {"proofing_id": [proofing.json()["id"]]} if proofing.status_code == 201 else {}
    return Town(known, person=UUID(mother))


async def trusted(service: ServiceUnderTest) -> None:
    """The tests' key is a former key of the issuer, so that their tokens are good here too."""
    async with service.session() as session:
        session.add(SigningKeyRow(kid=KEY.kid, private=KEY.to_jwk(), retired_at=datetime.now(UTC)))
    await service.runtime.room(IssuerKeys).read()


async def _items(client: Any, path: str) -> list[dict[str, Any]]:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return _list(answer.json())


def _list(answer: Any) -> list[dict[str, Any]]:
    return list(answer["items"] if isinstance(answer, dict) else answer)


SEEDS: dict[str, Seed] = {
    "identity": identity,
    "catalog": catalog,
    "workflow": workflow,
    "profile": profile,
    "sharing": sharing,
    "logistics": logistics,
    "feedback": feedback,
}


@asynccontextmanager
async def ground(name: str) -> AsyncIterator[Ground]:
    """What stands around the service and in it."""
    if name == "gateway":
        async with provider() as found:
            yield found
    else:
        yield Ground(seed(name), SETTINGS.get(name, {}))


SETTINGS = {"logistics": {"carrier_secret": "carrier-secret", "payment_secret": "payment-secret"}}
"""What a service of the tests is given beside a database."""


@asynccontextmanager
async def provider() -> AsyncIterator[Ground]:
    """Before the gateway: a provider that knows one person, who has signed in."""
    told = words("gateway", "sessions/issuer")
    issuer = told.Issuer()

    async def signed_in(service: ServiceUnderTest) -> Town:
        began = await service.http.get("/session/start")
        await service.http.get("/session/callback", params=issuer.allow(began.headers["location"]))
        return Town({}, session=service.http.cookies["onedoor"])

    with TemporaryDirectory() as folder:
        key = Path(folder) / "gateway.json"
        key.write_text(json.dumps(SigningKey.generate().to_jwk()))
        async with told.running(issuer.app()) as address:
            urls = {f"{name}_url": address for name in SERVICES}
            yield Ground(signed_in, {"client_key_file": str(key), "port": 1, **urls})


def seed(name: str) -> Seed:
    """What belongs into the service, and what its operators look at: a message that could not be read."""

    async def sown(service: ServiceUnderTest) -> Town:
        town = await SEEDS[name](service)
        await service.receive_bytes(b"no event")
        letters = [letter.id for letter in await service.dead_letters()]
        operator = service.as_staff(f"{name}:operations:read", department=town.department, post="operations")
        jobs = [job["id"] for job in await _items(operator, "/operations/jobs")]
        return replace(town, known={**town.known, "letter_id": letters, "job_id": jobs})

    return sown
