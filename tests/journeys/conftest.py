"""One case full of mishaps, walked once; the tests of mishaps and of isolation look at what was seen."""

import pytest_asyncio

from demo.seed.people import PASSWORD
from launcher.house import House

from .family import clerk, family_of, faults
from .mishaps import (
    POLICE,
    Mishaps,
    at_work,
    bundle_withdrawn,
    department_down,
    grant_expired,
    hand_in,
    incident_of,
    item_withdrawn,
    killed_and_back,
    patiently,
)
from .outside import program
from .people import until

DELIVERY, NEIGHBOURS_DELIVERY = "FM2026000013", "FM2026000012"


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def mishaps(house: House):
    async with program(house) as operator:
        archivist = {"name": "卷宗员", "department": POLICE.code, "post": "archive", "roles": ["clerk"]}
        await operator.put("identity", "/staff/police.archive", {**archivist, "password": PASSWORD})
        family, neighbours = await family_of(house, DELIVERY), await family_of(house, NEIGHBOURS_DELIVERY)
        desks = [await clerk(house, name) for name in ("police.clerk", "hr.clerk", "police.archive")]
        story = Mishaps(house, operator, family, neighbours.mother, *desks)
        await _apply(story)
        await _register(story)
        await _make_the_card(story)
        await _rate(story)
        yield story
        for leaving in (family, neighbours, *(desk.visitor for desk in desks)):
            await (leaving.leave() if hasattr(leaving, "leave") else leaving.close())


async def _apply(story: Mishaps) -> None:
    """While it is withdrawn nothing can be begun or handed in; afterwards it can."""
    family = story.family
    await family.prove_who_they_are()
    await family.start()
    await family.answer(child_name="胡予乐")
    await family.agree()
    async with item_withdrawn(story, "vaccination") as code:
        story.seen["withdrawn item"], story.seen["withdrawn code"] = await hand_in(story), code
    async with bundle_withdrawn(story, "newborn"):
        story.seen["withdrawn bundle"] = await hand_in(story)
        story.seen["begun while withdrawn"] = await family.mother.request(
            "POST", "workflow", "/applications", json={"bundle_code": "newborn"}
        )
    await family.submit()


async def _register(story: Mishaps) -> None:
    """svc-sharing is killed while the register works on what it was sent."""
    family, house = story.family, story.house
    await family.until_branch("birth-certificate", "granted")
    story.seen["task"] = await story.police.task(family, "receive")
    story.seen["others at the task"] = await _others_at(story, story.seen["task"]["id"])
    await story.police.do(family, "receive", "receive")
    await story.police.do(family, "accept", "accept")
    await faults(house, "population", delay_ms=3_000)
    try:
        await story.police.do(family, "decide", "approve")
        await at_work(house, "sharing", "exchange")
        await killed_and_back(house, "sharing")
    finally:
        await faults(house, "population")
    await patiently(
        lambda: family.mother.get("logistics", "/bills"),
        lambda page: [bill for bill in page["items"] if bill["case_id"] == family.case],
        "what follows the registration, after the kill",
    )


async def _others_at(story: Mishaps, task: str) -> dict[str, list[int]]:
    """What clerks of another department and of another post get who know the task's id."""
    asked = [("GET", ""), ("GET", "/form"), ("POST", "/claim"), ("POST", "/completion"), ("POST", "/release")]
    found = {}
    for name, other in (("department", story.cards), ("post", story.archivist)):
        body = {"json": {"decision": "receive"}}
        answers = [
            await other.visitor.request(method, "workflow", f"/tasks/{task}{path}", **(body if "comp" in path else {}))
            for method, path in asked
        ]
        inbox = await other.visitor.get("workflow", "/tasks", limit=100)
        found[name] = [answer.status_code for answer in answers] + [task in {one["id"] for one in inbox["items"]}]
    return found


async def _make_the_card(story: Mishaps) -> None:
    """Decided when the grant has run out; retried when it is renewed, but the department's system is down."""
    family, clerks = story.family, story.cards
    await family.pay()
    await clerks.do(family, "receive", "receive")
    async with grant_expired(story):
        await clerks.do(family, "decide", "approve")
        story.seen["incident"] = incident = await incident_of(story, clerks)
        story.seen["while stuck"] = await family.look()
        retry = f"/incidents/{incident['id']}/retry"
        story.seen["others at the incident"] = await story.police.visitor.request("POST", "workflow", retry)
        story.seen["others' incidents"] = await story.police.visitor.get("workflow", "/incidents", limit=100)
    async with department_down(story, "social-security") as asked_in_vain:
        story.seen["retried"] = await clerks.visitor.request("POST", "workflow", retry)
        await asked_in_vain()
        story.seen["while down"] = await family.branch("social-card")
        story.seen["incidents while down"] = await clerks.visitor.get("workflow", "/incidents", limit=100)
    story.seen["closed"] = await patiently(family.look, lambda case: case["state"] == "closed", "the end of the case")
    story.seen["retried again"] = await clerks.visitor.request("POST", "workflow", retry)


async def _rate(story: Mishaps) -> None:
    mother = story.family.mother
    waiting = await until(
        lambda: mother.get("profile", "/waiting"),
        lambda items: [item for item in items if item["kind"] == "rate"],
        "the invitation to rate",
    )
    [invited] = [item for item in waiting if item["kind"] == "rate"]
    link = invited["facts"]["link"].removeprefix("/rate/")
    rating = {"level": 2, "reasons": ["asked-again"], "branches": {"social-card": 5}}
    story.seen["rating"] = await mother.post("feedback", f"/rating-invitations/{link}/rating", rating)
