"""A child is born: one sign-in, one application, one case number, and every department does its part."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import pytest_asyncio
from joserfc import jws
from joserfc.jwk import KeySet

from demo.city import department
from launcher.house import House
from tests.houses import furnished

from .days import day_of, let_days_pass, working_days_after
from .family import ADDRESS, BRANCHES, Clerk, Family, branch_of, clerk, family_of, faults, name_of
from .people import until
from .traces import found_in_databases, found_in_events, found_in_logs, found_in_traces

pytestmark = pytest.mark.asyncio(loop_scope="module")
CHILD = "李予安"
HOSPITAL, POLICE = department("hospital"), department("police")


@pytest.fixture(scope="module", params=["given", "kafka"] if os.environ.get("BUS") != "kafka" else ["given"])
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    """The house of all journeys; and one whose events go through Kafka, unless those of the first do."""
    if request.param == "given":
        yield request.getfixturevalue("house")
        return
    with furnished({"BUS": "kafka"}) as house:
        yield house


@dataclass
class Story:
    """What was seen on the way, for the proofs at the end."""

    family: Family
    house: House
    known: dict[str, Any] = field(default_factory=dict)
    branches: dict[str, Any] = field(default_factory=dict)
    seen: dict[str, Any] = field(default_factory=dict)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def story(house: House):
    family = await family_of(house, "FM2026000001")
    told = Story(family, house)
    police, cards = await clerk(house, "police.clerk"), await clerk(house, "hr.clerk")
    await _apply(told)
    await _register(told, police)
    await _insure_and_card(told, cards)
    told.seen["closed"] = await family.until_closed()
    await _rate(told, police)
    yield told
    for visitor in (police.visitor, cards.visitor):
        await visitor.close()
    await family.leave()


async def _apply(told: Story) -> None:
    family = told.family
    await family.prove_who_they_are()
    told.seen["search"] = await family.mother.get("catalog", "/search", q="新生儿")
    told.seen["bundle"] = await family.mother.get("catalog", "/bundles/newborn")
    answers = {
        "birthplace": "hospital",
        "nationality": "both",
        "parents": "married",
        "household": "mother",
        "children": "one",
    }
    told.seen["guide"] = await family.mother.post("catalog", "/bundles/newborn/guide", {"answers": answers})
    await family.start()
    for resource in ("hospital-deliveries", "marriage", "population"):
        told.known[resource] = await family.known(resource)
    await family.answer(child_name=CHILD)
    told.seen["before agreement"] = await family.mother.request(
        "POST", "workflow", "/cases", json={"application_id": family.application}
    )
    await family.agree()
    await family.submit()


async def _register(told: Story, police: Clerk) -> None:
    """Police receive, ask once, accept, have something appraised for two days, and approve."""
    family = told.family
    await family.until_branch("birth-certificate", "granted")
    await police.do(family, "receive", "receive")
    asked = [{"code": "phone", "note": "电话打不通，请换一个"}]
    await police.do(family, "accept", "supplement", items=asked)
    case = await until(family.look, lambda seen: seen["supplements"], "the supplement")
    told.seen["supplement"] = case["supplements"][0]
    told.seen["waiting"] = await until(
        lambda: family.mother.get("profile", "/waiting"),
        lambda items: [item for item in items if item["kind"] == "supplement"],
        "the supplement on the mother's list",
    )
    reply = f"/cases/{family.case}/supplements/{case['supplements'][0]['id']}"
    await family.mother.post("workflow", reply, {"answers": {"phone": "13900000002"}})
    await police.do(family, "accept", "accept")
    told.branches["accepted"] = await family.until_branch("birth-registration", "accepted")
    task = await police.task(family, "decide")
    told.seen["form"] = await police.visitor.get("workflow", f"/tasks/{task['id']}/form")
    await police.do(family, "decide", "start-special-procedure", procedure="appraisal")
    let_days_pass(told.house, 2)
    await police.do(family, "special-procedure", "end-special-procedure")
    told.branches["appraised"] = await family.until_branch("birth-registration", "accepted")
    await police.do(family, "decide", "approve")
    await family.until_branch("birth-registration", "granted")


async def _insure_and_card(told: Story, cards: Clerk) -> None:
    """The premium is paid; the card bureau's system is away for a while."""
    family = told.family
    await family.pay()
    await cards.do(family, "receive", "receive")
    await faults(told.house, "social-security", down=True)
    await cards.do(family, "decide", "approve")
    await family.until_branch("medical-insurance", "granted")
    told.branches["card while away"] = await family.branch("social-card")
    await faults(told.house, "social-security")


async def _rate(told: Story, police: Clerk) -> None:
    """By link, in a browser that never signed in; a bad word about one department."""
    mother = told.family.mother
    waiting = await until(
        lambda: mother.get("profile", "/waiting"),
        lambda items: [item for item in items if item["kind"] == "rate"],
        "the invitation to rate",
    )
    [invited] = [item for item in waiting if item["kind"] == "rate"]
    code = invited["facts"]["link"].removeprefix("/rate/")
    async with httpx.AsyncClient(base_url=f"{told.house.url}/api/feedback/v1", trust_env=False) as anyone:
        told.seen["invitation"] = (await anyone.get(f"/rating-invitations/{code}")).json()
        rating = {"level": 2, "reasons": ["asked-again"], "branches": {"birth-registration": 5}}
        rated = await anyone.post(f"/rating-invitations/{code}/rating", json=rating)
        told.seen["rating"] = rated.json()
    [order] = told.seen["rating"]["work_orders"]
    answer = {"text": "已电话致歉，以后先核对电话再请群众补正。"}
    told.seen["answered"] = await police.visitor.post("feedback", f"/work-orders/{order}/answer", answer)
    told.seen["settled"] = await mother.post("feedback", f"/work-orders/{order}/closing", {"settled": True})


# ---------------------------------------------------------------------- what it proves


async def test_the_bundle_is_found_by_a_word(story):
    assert "newborn" in [hit["code"] for hit in story.seen["search"]["items"]]
    assert [branch["branch"] for branch in story.seen["bundle"]["branches"]] == BRANCHES


async def test_the_guiding_questions_leave_one_thing_to_send(story):
    """What registers hold is not asked for: of all that the law needs, only the household book travels."""
    needed = [found["material"] for found in story.seen["guide"]["materials"] if found["need"] == "yes"]
    from_people = [
        material["code"] for material in needed if material["source"] == "applicant" and material["required"]
    ]

    assert from_people == ["household-book"]
    assert {material["source"] for material in needed} == {"applicant", "form", "shared", "licence"}


async def test_what_is_known_names_its_source(story):
    mother, father = story.family.mother_number, story.family.father_number
    sources = {resource: answer["source_name"] for resource, answer in story.known.items()}
    [delivery], [marriage], [person] = (story.known[name]["records"] for name in story.known)

    assert sources == {
        "hospital-deliveries": HOSPITAL.name,
        "marriage": department("civil-affairs").name,
        "population": POLICE.name,
    }
    assert (marriage["spouse_name"], marriage["spouse_number"]) == (name_of(father), father)
    assert (person["name"], person["number"]) == (name_of(mother), mother)
    assert delivery["child_sex"] == "F"


async def test_nothing_is_submitted_before_the_other_parent_agrees(story):
    refused = story.seen["before agreement"]

    assert refused.status_code == 409
    assert refused.json()["type"].endswith("/not-agreed")


async def test_all_five_are_granted(story):
    closed = story.seen["closed"]

    assert closed["outcome"] == "granted"
    assert {branch["branch"]: branch["state"] for branch in closed["branches"]} == dict.fromkeys(BRANCHES, "granted")


async def test_limits_are_right_to_the_day(story):
    accepted, appraised = story.branches["accepted"], story.branches["appraised"]
    start = day_of(accepted["accepted_at"])
    [excluded] = appraised["excluded"]
    first, last = day_of(excluded["started_at"]), day_of(excluded["ended_at"])
    lost = sum(working_days_after(first, n) <= last for n in (1, 2))

    assert accepted["promised_limit"] == {"amount": 3, "unit": "working-days"}
    assert accepted["promised_due"] == working_days_after(start, 3).isoformat()
    assert accepted["statutory_due"] == working_days_after(start, 15).isoformat()
    assert (last - first).days == 2
    assert appraised["promised_due"] == working_days_after(start, 3 + lost).isoformat()
    assert appraised["statutory_due"] == working_days_after(start, 15 + lost).isoformat()


async def test_the_supplement_is_asked_once_and_the_clock_runs_from_acceptance(story):
    assert [item["code"] for item in story.seen["supplement"]["items"]] == ["phone"]
    assert story.branches["accepted"]["accepted_at"] > story.seen["supplement"]["asked_at"]


async def test_the_clerk_sees_the_supplied_answer_and_whose_data_there_are(story):
    form = story.seen["form"]

    assert form["fields"]["child_name"] == CHILD
    assert form["supplied"] == {"phone": "13900000002"}
    assert {exchange["purpose"] for exchange in form["exchanges"]} == {"newborn/birth-registration"}


async def test_a_department_that_was_away_was_waited_for(story):
    assert story.branches["card while away"]["state"] not in ("granted-and-made", "refused", "ended")
    assert branch_of(story.seen["closed"], "social-card")["state"] == "granted"


async def test_the_certificate_is_a_licence_that_anybody_can_verify_offline(story):
    mother = story.family.mother
    licences = (await mother.get("sharing", "/licences"))["items"]
    [certificate] = [licence for licence in licences if licence["kind"] == "birth-certificate"]
    shown = await mother.get("sharing", f"/licences/{certificate['id']}")
    keys = await mother.get("sharing", f"/issuers/{HOSPITAL.code}/jwks")

    verified = jws.deserialize_compact(shown["jws"], KeySet.import_key_set(keys), algorithms=["ES256"])

    assert CHILD in verified.payload.decode()
    assert certificate["issuer_name"] == HOSPITAL.name


async def test_one_case_number_everywhere(story):
    mother, number = story.family.mother, story.family.case_number
    home = await mother.get("profile", "/home")
    parcels = (await mother.get("logistics", "/parcels"))["items"]
    bills = (await mother.get("logistics", "/bills"))["items"]
    work_orders = (await mother.get("feedback", "/work-orders"))["items"]

    assert {case["case_number"] for case in home["past"]} == {number}
    assert {thing["case_number"] for thing in [*parcels, *bills, *work_orders]} == {number}
    assert story.seen["invitation"]["case_number"] == number


async def test_the_household_book_travels_in_and_back_and_the_card_out(story):
    parcels = (await story.family.mother.get("logistics", "/parcels"))["items"]

    assert sorted((parcel["contents"], parcel["direction"], parcel["state"]) for parcel in parcels) == [
        ("household-book", "in", "delivered"),
        ("household-book", "out", "delivered"),
        ("social-card", "out", "delivered"),
    ]


async def test_the_timeline_says_who_when_and_under_which_grant(story):
    family = story.family
    timeline = (await family.mother.get("workflow", f"/cases/{family.case}/timeline"))["entries"]
    decisions = [(entry["action"], entry["decision"]) for entry in timeline if entry["decision"]]
    reads = [entry for entry in timeline if entry["source_name"]]
    others = [
        entry
        for entry in reads
        if entry["source_name"] != entry["reader_name"] and entry["resource"] != "application-form"
    ]

    assert timeline == sorted(timeline, key=lambda entry: entry["at"])
    assert [decision for action, decision in decisions if action in ("receive", "accept")][:3] == [
        "receive",
        "supplement",
        "accept",
    ]
    assert ("decide", "start-special-procedure") in decisions
    assert all(entry["department"] and entry["post"] for entry in timeline if entry["decision"])
    assert {entry["reader_name"] for entry in others} >= {
        POLICE.name,
        HOSPITAL.name,
        department("disease-control").name,
    }
    assert all(
        entry["grant_id"]
        for entry in others
        if entry["reader_name"] == POLICE.name and entry["source_name"] != POLICE.name
    )


async def test_every_access_is_in_the_ledger_and_shown_to_the_mother(story):
    mother = story.family.mother
    ledger = [line["id"] for line in (await mother.get("sharing", "/accesses", limit=100))["items"]]
    shown = await until(
        lambda: mother.get("profile", "/accesses", limit=100),
        lambda page: {line["id"] for line in page["items"]} >= set(ledger),
        "the ledger on the mother's page",
    )
    purposes = {line["purpose"] for line in shown["items"]}

    assert purposes >= {
        "newborn/prefill",
        "newborn/agreement",
        "newborn/birth-certificate",
        "newborn/birth-registration",
    }
    assert _verify("svc_sharing", "verify-ledger", story.house) == 0
    assert _verify("svc_workflow", "verify-history", story.house) == 0


def _verify(module: str, command: str, house: House) -> int:
    environment = house.environment(house.program(module.removeprefix("svc_")))
    done = subprocess.run([sys.executable, "-m", module, command], env=os.environ | environment, check=False)  # noqa: S603
    return done.returncode


async def test_reminders_of_vaccinations_are_set_for_both_parents(story):
    for parent in (story.family.mother, story.family.father):
        reminders = await until(
            lambda parent=parent: parent.get("profile", "/reminders"), lambda page: page["items"], "the reminders"
        )
        assert {reminder["kind"] for reminder in reminders["items"]} == {"vaccination-due"}


async def test_a_bad_word_is_answered_and_settled(story):
    assert (story.seen["answered"]["state"], story.seen["settled"]["state"]) == ("answered", "closed")
    assert story.seen["answered"]["department"] == POLICE.code


async def test_no_personal_value_is_left_anywhere_in_the_clear(story):
    """The number that the register gave the child exists sealed in sharing and in the person's record, and nowhere else."""
    family = story.family
    timeline = (await family.mother.get("workflow", f"/cases/{family.case}/timeline"))["entries"]
    [exchange] = {
        entry["exchange_id"] for entry in timeline if entry["resource"] == "birth-registration" and entry["exchange_id"]
    }
    [record] = (await family.mother.get("sharing", f"/exchanges/{exchange}"))["records"]
    values = [
        record["number"],
        CHILD,
        family.mother_number,
        family.father_number,
        ADDRESS["phone"],
        "13900000002",
        ADDRESS["street"],
    ]
    values += [name_of(family.mother_number), name_of(family.father_number)]

    assert len(record["number"]) == 18
    assert await found_in_databases(story.house, values) == []
    assert await found_in_events(story.house, values) == []
    assert found_in_logs(story.house, values) == []
    assert found_in_traces(story.house, values) == []
