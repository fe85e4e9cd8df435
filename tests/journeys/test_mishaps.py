"""Things go wrong while a case is under way: it is told, it can be mended, and nothing is done twice."""

import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from chassis.identifiers import new_id
from contracts.event import Meta, wrap
from contracts.events.identity import SessionRevoked
from launcher.house import House

from .family import BRANCHES, branch_of, visitor
from .outside import SERVICES, claims_of, command, envelope, metric, publish, stolen_token, with_token
from .people import until

pytestmark = pytest.mark.asyncio(loop_scope="package")
DEAD = "onedoor_dead_letters_total"


def is_problem(answer, status: int, slug: str) -> bool:
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (status, slug), answer.text
    return True


# ---------------------------------------------------------------------- withdrawn


async def test_a_withdrawn_item_can_not_be_applied_for(mishaps):
    refused = mishaps.seen["withdrawn item"]

    assert is_problem(refused, 409, "item-withdrawn")
    assert refused.json()["item_code"] == mishaps.seen["withdrawn code"]


async def test_a_withdrawn_bundle_can_be_neither_begun_nor_handed_in(mishaps):
    for name in ("withdrawn bundle", "begun while withdrawn"):
        assert is_problem(mishaps.seen[name], 409, "item-withdrawn")
        assert mishaps.seen[name].json()["bundle_code"] == "newborn"


# ---------------------------------------------------------------------- a grant that ran out


async def test_a_grant_that_ran_out_is_an_incident_of_the_department_concerned(mishaps):
    incident = mishaps.seen["incident"]

    assert (incident["branch"], incident["reason"]) == ("social-card", "grant-expired")
    assert incident["case_number"] == mishaps.family.case_number
    assert branch_of(mishaps.seen["while stuck"], "social-card")["state"] == "accepted"
    assert mishaps.seen["others at the incident"].status_code == 404
    assert incident["id"] not in {one["id"] for one in mishaps.seen["others' incidents"]["items"]}


async def test_a_clerk_retries_once_the_grant_is_renewed_and_only_once(mishaps):
    assert mishaps.seen["retried"].status_code == 202
    assert is_problem(mishaps.seen["retried again"], 409, "incident-resolved")


async def test_a_department_that_is_down_is_waited_for_without_an_incident(mishaps):
    assert mishaps.seen["while down"]["state"] == "accepted"
    assert mishaps.family.case not in {one["case_id"] for one in mishaps.seen["incidents while down"]["items"]}


async def test_in_the_end_all_is_granted(mishaps):
    closed = mishaps.seen["closed"]

    assert closed["outcome"] == "granted"
    assert {branch["branch"]: branch["state"] for branch in closed["branches"]} == dict.fromkeys(BRANCHES, "granted")


async def test_the_timeline_tells_of_the_incident_and_its_end(mishaps):
    family = mishaps.family
    entries = (await family.mother.get("workflow", f"/cases/{family.case}/timeline"))["entries"]
    kinds = [entry["kind"] for entry in entries if entry["branch"] == "social-card"]

    assert kinds.index("incident-raised") < kinds.index("incident-retried")


# ---------------------------------------------------------------------- a killed service


def _rows(house: House, department: str, query: str) -> list[tuple]:
    """What the department itself has written down."""
    with closing(sqlite3.connect(f"file:{house.run_dir}/demo/{department}.db?mode=ro", uri=True)) as database:
        return database.execute(query).fetchall()


async def test_what_was_under_way_in_a_killed_service_is_done_once(mishaps):
    family, house = mishaps.family, mishaps.house
    entries = (await family.mother.get("workflow", f"/cases/{family.case}/timeline"))["entries"]
    answered = Counter(entry["resource"] for entry in entries if entry["kind"] == "step-answered" and entry["resource"])
    [exchange] = {
        entry["exchange_id"] for entry in entries if entry["resource"] == "birth-registration" and entry["exchange_id"]
    }
    [record] = (await family.mother.get("sharing", f"/exchanges/{exchange}"))["records"]
    registered = [number for (number,) in _rows(house, "population", "SELECT number FROM registration")]
    carded = [number for (number,) in _rows(house, "social_security", "SELECT number FROM card_order")]

    assert registered.count(record["number"]) == carded.count(record["number"]) == 1
    assert answered["birth-registration"] == 1
    assert len(await family.mother.get("identity", "/me/children")) == 1


async def test_each_use_of_data_stands_in_the_ledger_once(mishaps):
    lines = [
        line
        for line in (await mishaps.family.mother.get("sharing", "/accesses", limit=100))["items"]
        if line["case_id"] == mishaps.family.case and line["purpose"] == "newborn/birth-registration"
    ]
    uses = Counter((line["resource"], line["reader"], line["exchange_id"]) for line in lines if "exchange_id" in line)

    assert set(uses.values()) <= {1}, uses


# ---------------------------------------------------------------------- events that nobody understands


def revocation(session_id: str) -> bytes:
    until_when = datetime.now(UTC) + timedelta(hours=1)
    meta = Meta(id=new_id(), time=datetime.now(UTC), source="elsewhere")
    return wrap(SessionRevoked(session_id=session_id, until=until_when), meta).model_dump_json().encode()


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (envelope("onedoor.identity.session.forgotten.v1", {}), "unknown-type"),
        (envelope("onedoor.identity.session.revoked.v2", {"session_id": "x"}), "unknown-type"),
        (envelope("onedoor.identity.session\0.revoked.v1", {}), "unknown-type"),
        (envelope("onedoor.identity.session.revoked.v1", {"session_id": 7}), "malformed"),
        (b"\xff\x00 no envelope", "malformed"),
    ],
    ids=["type", "version", "nul", "data", "bytes"],
)
async def test_an_event_that_nobody_understands_dies_and_blocks_nothing(house, value, reason):
    """Every service but the publisher follows revocations. What comes behind on the same key is handled."""
    topic, key, others = SessionRevoked.topic, str(new_id()), [name for name in SERVICES if name != "identity"]
    dead = {name: await metric(house, name, DEAD, topic=topic, reason=reason) for name in others}
    handled = {
        name: await metric(house, name, "onedoor_events_handled_total", type=SessionRevoked.type) for name in others
    }

    await publish(house, topic, value, revocation(key), key=key)

    for name in others:
        await until(
            lambda name=name: metric(house, name, DEAD, topic=topic, reason=reason),
            lambda now, name=name: now == dead[name] + 1,
            f"the dead letter of {name}",
        )
        await until(
            lambda name=name: metric(house, name, "onedoor_events_handled_total", type=SessionRevoked.type),
            lambda now, name=name: now == handled[name] + 1,
            f"the event behind it at {name}",
        )
    newest = command(house, "profile", "dead-letters", "list")[-1]
    assert (newest["topic"], newest["reason"], newest["outcome"]) == (topic, reason, "waiting")


async def test_replaying_what_is_still_not_understood_fails_and_keeps_it(house):
    before = await metric(house, "profile", DEAD, reason="unknown-type")
    await publish(house, SessionRevoked.topic, envelope("onedoor.identity.session.forgotten.v1", {}))
    await until(
        lambda: metric(house, "profile", DEAD, reason="unknown-type"), lambda now: now == before + 1, "the dead letter"
    )
    letter = command(house, "profile", "dead-letters", "list")[-1]["id"]

    replayed = command(house, "profile", "dead-letters", "replay", str(letter), code=1)

    assert [one["outcome"] for one in replayed] == ["failed: UnknownEvent"]
    assert command(house, "profile", "dead-letters", "list")[-1]["id"] == letter


async def test_a_letter_that_died_of_a_defect_is_handled_when_that_is_mended(house, mishaps):
    """Here: the service may not write where it must. When it may again, the replayed letter does its work."""
    person = await visitor(house, "police.clerk")
    token = await stolen_token(house, person)
    database = await asyncpg.connect(f"{house.database_url.rpartition('/')[0]}/onedoor_feedback")
    before = await metric(house, "feedback", DEAD, reason="handler-failed")
    await database.execute("REVOKE INSERT ON revocation FROM onedoor_feedback")
    try:
        await publish(house, SessionRevoked.topic, revocation(claims_of(token)["sid"]))
        await until(
            lambda: metric(house, "feedback", DEAD, reason="handler-failed"),
            lambda now: now == before + 1,
            "the dead letter",
        )
    finally:
        await database.execute("GRANT INSERT ON revocation TO onedoor_feedback")
        await database.close()
    letters = command(house, "feedback", "dead-letters", "list")
    letter = [one for one in letters if one["reason"] == "handler-failed"][-1]

    replayed = command(house, "feedback", "dead-letters", "replay", str(letter["id"]))

    assert [one["outcome"] for one in replayed] == ["handled"]
    refused = await until(
        lambda: with_token(house, token, "feedback", "/work-orders", direct=True),
        lambda answer: answer.status_code == 401,
        "the end of the token",
    )
    assert refused.status_code == 401
    await person.close()
